"""The schema for editors and the reader of the file say the same, because they are drawn from one table."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from bad_settings import BAD_SHAPE

from rules_engine.config import Flags, read_config
from rules_engine.config.kinds import Leaf, ListKind, MapKind, Section
from rules_engine.config.schema import config_schema
from rules_engine.config.settings import SETTINGS
from rules_engine.ruleset.yaml_source import parse_yaml

ROOT = Path(__file__).parents[2]


def plain(text: str):
    return parse_yaml(text, "c.yaml").data


@pytest.fixture(scope="module")
def validator():
    schema = config_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def test_the_committed_schema_is_the_one_that_the_table_gives():
    committed = json.loads((ROOT / "schemas" / "config.schema.json").read_text(encoding="utf-8"))

    assert committed == json.loads(json.dumps(config_schema())), "run `make schemas`"


@pytest.mark.parametrize("text", [bad[0] for bad in BAD_SHAPE])
def test_what_the_reader_refuses_for_its_shape_the_schema_refuses_too(validator, text):
    assert not validator.is_valid(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "poll:\nkey:\naccounts:\n",
        "key: {file: a}",
        "endpoints:",
        "endpoints: {}",
        "endpoints: {deals-1: {url: https://x.example/y, secret: , private: true}, a: {url: http://127.0.0.1/}}",
        "key: {command: [a, b]}",
        "poll: {interval: 0.3 seconds}",
        "writes: {signature: 'on', on_unknown: {create_lead: park}}",
        "calendar: {timezone: UTC, working_days: [sun], hours: '00:00-23:59', holidays: ['2026-12-25']}",
        "accounts:\n  - {name: a-1, plan: {requests_per_hour: 1}, rules: , key: }",
    ],
)
def test_what_the_reader_takes_the_schema_takes_too(validator, text, tmp_path):
    file = tmp_path / "c.yaml"
    file.write_text(text, encoding="utf-8")

    read_config(Flags(config=file), {})
    validator.validate(plain(text))


def test_every_setting_is_described_and_every_default_is_one_that_it_takes(validator):
    def walk(section: Section, path: tuple[str, ...]):
        for key, setting in section.settings.items():
            assert setting.description.endswith("."), (*path, key)
            if isinstance(setting.kind, Section):
                walk(setting.kind, (*path, key))
            elif isinstance(setting.kind, Leaf) and setting.default is not None:
                setting.kind.read(setting.default)
            elif isinstance(setting.kind, (ListKind, MapKind)) and isinstance(setting.kind.item, Section):
                walk(setting.kind.item, (*path, key))

    walk(SETTINGS, ())
    validator.validate({key: setting.default for key, setting in SETTINGS.settings.items()})
