import copy
import json
import pickle
from dataclasses import asdict, dataclass

import pytest

from rules_engine.dashtrack.key import Key, redact
from rules_engine.errors import ConfigurationError

VALUE = "dt_live-4711_abc.~+/=="


def test_a_key_is_given_only_when_it_is_asked_for():
    key = Key(f"  {VALUE}\n")
    assert key.reveal() == VALUE


@pytest.mark.parametrize(
    "show", [repr, str, format, "{}".format, "%s".__mod__, lambda key: f"{key!r}{key}{[key]}", ascii]
)
def test_no_way_of_printing_a_key_shows_it(show):
    assert "4711" not in show(Key(VALUE))
    assert "dt_" in show(Key(VALUE))


def test_a_key_can_neither_be_pickled_nor_dumped():
    @dataclass
    class Holder:
        key: Key

    for dump in (pickle.dumps, json.dumps):
        with pytest.raises(TypeError) as caught:
            dump(Key(VALUE))
        assert "4711" not in str(caught.value)
    assert not hasattr(Key(VALUE), "__dict__")
    assert "4711" not in json.dumps(asdict(Holder(Key(VALUE))), default=str)
    assert "4711" not in repr(copy.deepcopy(Key(VALUE))) + repr(copy.copy(Key(VALUE)))


def test_two_keys_are_the_same_if_their_values_are():
    assert Key("dt_a") == Key("dt_a") != Key("dt_b")
    assert len({Key("dt_a"), Key("dt_a")}) == 1
    assert Key("dt_a") != "dt_a"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "   ",
        "sk_secret4711",
        "DT_secret4711",
        "secret4711dt_",
        "dt_",
        "dt_…",
        "dt_secret4711 x",
        "dt_a\r\nX: 4711",
    ],
)
def test_what_can_not_be_a_key_is_refused_without_being_repeated(value):
    with pytest.raises(ConfigurationError) as caught:
        Key(value)
    assert caught.value.exit_code == 3
    assert "4711" not in str(caught.value) + caught.value.advice
    assert "DASHTRACK_API_KEY" in caught.value.advice


def test_redacting_takes_out_the_key_and_whatever_looks_like_one():
    text = f"Bearer {VALUE}; also dt_other-key_99 and Bearer%20dt_encoded, but no adt"
    assert redact(text, Key(VALUE)) == "Bearer dt_…; also dt_… and Bearer%20dt_… but no adt".replace(
        "… but", "…, but"
    )
    assert redact(text) == redact(text, Key(VALUE))
