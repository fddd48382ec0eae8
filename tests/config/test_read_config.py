"""Where each setting comes from, what it is when nobody sets it, and what is said when it does not fit."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from bad_settings import BAD

from rules_engine.calendar import Calendar
from rules_engine.config import (
    Config,
    Flags,
    InvalidConfiguration,
    KeyFromCommand,
    KeyFromEnv,
    KeyFromFile,
    read_config,
)
from rules_engine.errors import ConfigurationError
from rules_engine.runs.settings import Guards, WritePolicy

CANARY = "dt_canary0123456789"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "rules-engine.yaml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def read(text: str, environ: dict[str, str] | None = None, **flags) -> Config:
    write(text)
    return read_config(Flags(**flags), environ or {})


def complaint(text: str, environ: dict[str, str] | None = None, **flags) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read(text, environ, **flags)
    assert caught.value.exit_code == 3
    assert caught.value.advice
    return str(caught.value)


def test_without_a_file_every_setting_has_the_default_of_the_design():
    config = read_config(Flags(), {})

    assert config.file is None
    assert config.store == "sqlite:///rules-engine.db"
    assert config.poll_interval is None
    assert config.writes == WritePolicy(
        quiescence=timedelta(minutes=10),
        signature=True,
        on_unknown={"create_task": "resend", "create_note": "park", "create_lead": "park"},
    )
    assert config.guards == Guards(runs_per_poll=50, destructive_per_poll=5, max_depth=3)
    assert config.calendar == Calendar(
        timezone="Europe/London",
        working_days=frozenset(range(5)),
        hours=(time(9), time(17, 30)),
        holidays=frozenset(),
    )
    assert config.retention == timedelta(days=90)
    (account,) = config.accounts
    assert account.name == "default"
    assert account.base_url == "https://dashtrack.io/api/v1"
    assert account.key_source == KeyFromEnv("DASHTRACK_API_KEY")
    assert account.rules == Path("rules")
    assert account.requests_per_hour is None


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "poll:\nwrites: {}\naccounts: []\nkey:\n", "---\n"])
def test_a_file_that_sets_nothing_leaves_every_default(text):
    config = read(text)

    assert config.file == Path("rules-engine.yaml")
    assert config.accounts == read_config(Flags(config=write("", "other.yaml")), {}).accounts


def test_the_block_of_the_design_is_read_as_it_stands():
    config = read(
        """
base_url: https://dashtrack.io/api/v1     # DASHTRACK_BASE_URL, --base-url
key: {env: DASHTRACK_API_KEY}             # or {file: PATH} (mode 0600), {command: [...]}
rules: rules                              # a folder or a file; --rules
store: sqlite:///rules-engine.db          # RULES_ENGINE_STORE, --store; postgresql://…
poll: {interval: 5 minutes}               # a fixed interval for every feed; left out: the planner decides
plan: {requests_per_hour: 1000}           # left out: from the headers
writes: {quiescence: 10 minutes, signature: true, on_unknown: {create_task: resend, create_note: park}}
guards: {runs_per_poll: 50, destructive_per_poll: 5, max_depth: 3}
calendar: {timezone: Europe/London, working_days: [mon, tue, wed, thu, fri], hours: "09:00-17:30", holidays: [2026-12-25]}
retention: {events: 90 days}
accounts: []
""",
    )

    assert config.poll_interval == timedelta(minutes=5)
    assert config.accounts[0].requests_per_hour == 1000
    assert config.calendar.holidays == frozenset({date(2026, 12, 25)})


def test_every_setting_can_be_set():
    config = read(
        """
base_url: http://127.0.0.1:9/api/v1/
key: {file: secrets/key}
rules: automation
store: postgresql://db.example/engine
poll: {interval: 0.3 seconds}
plan: {requests_per_hour: 100}
writes: {quiescence: 1 hour 30 minutes, signature: off, on_unknown: {create_note: resend}}
guards: {runs_per_poll: 0, destructive_per_poll: 1, max_depth: 2}
calendar: {timezone: America/New_York, working_days: [sun, mon], hours: "08:00-12:00", holidays: [2026-01-01]}
retention: {events: 7d}
""",
    )

    account = config.accounts[0]
    assert account.base_url == "http://127.0.0.1:9/api/v1"
    assert account.key_source == KeyFromFile(Path("secrets/key"))
    assert account.rules == Path("automation")
    assert account.requests_per_hour == 100
    assert config.store == "postgresql://db.example/engine"
    assert config.poll_interval == timedelta(seconds=0.3)
    assert config.writes.quiescence == timedelta(minutes=90)
    assert config.writes.signature is False
    assert config.writes.on_unknown == {
        "create_task": "resend",
        "create_note": "resend",
        "create_lead": "park",
    }
    assert config.guards == Guards(runs_per_poll=0, destructive_per_poll=1, max_depth=2)
    assert config.calendar.timezone == "America/New_York"
    assert config.calendar.working_days == frozenset({6, 0})
    assert config.calendar.hours == (time(8), time(12))
    assert config.retention == timedelta(days=7)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("true", True), ("false", False), ("on", True), ("off", False), ('"on"', True), ('"off"', False)],
)
def test_the_signature_takes_booleans_and_the_words_that_yaml_leaves_as_text(written, meant):
    assert read(f"writes: {{signature: {written}}}").writes.signature is meant


class TestPrecedence:
    FILE = "base_url: https://file.example/api\nstore: sqlite:///file.db\nrules: file-rules\n"
    ENVIRON = {"DASHTRACK_BASE_URL": "https://env.example/api", "RULES_ENGINE_STORE": "sqlite:///env.db"}  # noqa: RUF012 - never written to

    def test_the_file_goes_before_the_defaults(self):
        config = read(self.FILE)

        assert config.store == "sqlite:///file.db"
        assert config.accounts[0].base_url == "https://file.example/api"
        assert config.accounts[0].rules == Path("file-rules")

    def test_the_environment_goes_before_the_file(self):
        config = read(self.FILE, self.ENVIRON)

        assert config.store == "sqlite:///env.db"
        assert config.accounts[0].base_url == "https://env.example/api"

    def test_a_flag_goes_before_the_environment(self):
        config = read(
            self.FILE,
            self.ENVIRON,
            store="sqlite:///flag.db",
            base_url="https://flag.example/api",
            rules=Path("flag-rules"),
        )

        assert config.store == "sqlite:///flag.db"
        assert config.accounts[0].base_url == "https://flag.example/api"
        assert config.accounts[0].rules == Path("flag-rules")

    def test_an_empty_variable_is_as_good_as_none(self):
        assert (
            read(self.FILE, {"RULES_ENGINE_STORE": "", "DASHTRACK_BASE_URL": ""}).store == "sqlite:///file.db"
        )

    def test_a_bad_variable_that_a_flag_overrules_stops_nothing(self):
        assert (
            read("", {"RULES_ENGINE_STORE": "nonsense"}, store="sqlite:///flag.db").store
            == "sqlite:///flag.db"
        )

    def test_the_key_variable_goes_before_a_file_or_command_of_the_configuration(self):
        for source in ("{file: key}", "{command: [pass, show]}"):
            assert read(f"key: {source}", {"DASHTRACK_API_KEY": CANARY}).accounts[0].key_source == KeyFromEnv(
                "DASHTRACK_API_KEY",
            )

    def test_a_variable_that_the_file_names_is_kept(self):
        config = read("key: {env: OTHER_KEY}", {"DASHTRACK_API_KEY": CANARY})

        assert config.accounts[0].key_source == KeyFromEnv("OTHER_KEY")


class TestTheFile:
    def test_another_file_can_be_named(self):
        write("store: sqlite:///here.db")
        other = write("store: sqlite:///there.db", "other.yaml")

        assert read_config(Flags(config=other), {}).store == "sqlite:///there.db"

    def test_a_named_file_that_is_not_there_is_an_error(self):
        with pytest.raises(ConfigurationError, match=r"missing\.yaml can't be read: No such file") as caught:
            read_config(Flags(config=Path("missing.yaml")), {})
        assert "--config" in caught.value.advice

    def test_a_folder_in_its_place_is_an_error(self, folder):
        (folder / "rules-engine.yaml").mkdir()

        with pytest.raises(ConfigurationError, match="directory"):
            read_config(Flags(), {})

    def test_a_file_with_the_other_suffix_is_not_silently_ignored(self):
        write("store: sqlite:///x.db", "rules-engine.yml")

        with pytest.raises(ConfigurationError, match=r"rules-engine\.yml"):
            read_config(Flags(), {})
        assert read_config(Flags(config=Path("rules-engine.yml")), {}).store == "sqlite:///x.db"

    def test_a_home_folder_is_found(self, monkeypatch):
        monkeypatch.setenv("HOME", "/home/ada")

        assert read("rules: ~/rules").accounts[0].rules == Path("/home/ada/rules")


@pytest.mark.parametrize(("text", "place", "message", "more"), BAD, ids=[bad[0] for bad in BAD])
def test_what_does_not_fit_is_refused_with_its_place(text, place, message, more):
    said = complaint(text)

    assert f"rules-engine.yaml:{place}" in said
    assert message in said
    assert more in said
    assert said.count("error RE") == 1


def test_all_mistakes_are_told_at_once_in_their_order():
    said = complaint(
        "stor: x\npoll: {interval: 5}\nguards: {max_depth: no}\n",
        {"DASHTRACK_BASE_URL": "env"},
        store="flag",
    )

    lines = [line for line in said.splitlines() if not line.startswith("  ")]
    assert lines[0] == "the configuration has 5 problems"
    assert [line.split(" ")[0] for line in lines[1:]] == [
        "rules-engine.yaml:1:1:",
        "rules-engine.yaml:2:18:",
        "rules-engine.yaml:3:21:",
        "DASHTRACK_BASE_URL:",
        "--store:",
    ]


class TestAccounts:
    def test_what_an_account_leaves_out_is_what_stands_above(self):
        config = read(
            """
base_url: https://above.example/api
key: {env: ABOVE}
rules: above
plan: {requests_per_hour: 10}
accounts:
  - name: mill
  - name: quarry-2
    base_url: https://own.example/api
    key: {command: [pass, show, quarry]}
    rules: own
    plan: {requests_per_hour: 20}
""",
        )

        mill, quarry = config.accounts
        assert (mill.name, mill.base_url, mill.rules) == ("mill", "https://above.example/api", Path("above"))
        assert (mill.key_source, mill.requests_per_hour) == (KeyFromEnv("ABOVE"), 10)
        assert (quarry.name, quarry.base_url, quarry.rules) == (
            "quarry-2",
            "https://own.example/api",
            Path("own"),
        )
        assert (quarry.key_source, quarry.requests_per_hour) == (
            KeyFromCommand(("pass", "show", "quarry")),
            20,
        )

    def test_a_flag_that_an_account_would_ignore_is_refused(self):
        said = complaint("accounts:\n  - {name: a, rules: own}\n  - {name: b}", rules=Path("flag"))

        assert "--rules" in said
        assert "a;" in said

    def test_the_environment_does_not_reach_into_accounts(self):
        config = read("accounts:\n  - {name: a, key: {file: k}}", {"DASHTRACK_API_KEY": CANARY})

        assert config.accounts[0].key_source == KeyFromFile(Path("k"))


class TestSecrets:
    @pytest.mark.parametrize(
        "text",
        [
            f"key: {CANARY}",
            f"key: {{env: {CANARY}}}",
            f"key: {{env: [{CANARY}]}}",
            f"key: [{CANARY}]",
            f"key: {{{CANARY}: x}}",
            f"{CANARY}: x",
            f"store: {CANARY}",
            f"base_url: {CANARY}",
            f"poll: {{interval: {CANARY}}}",
            f"calendar: {{timezone: {CANARY}}}",
            f"key: !x {CANARY}\nstor: {{{CANARY}",
            f"{CANARY}: 1\n{CANARY}: 2",
        ],
    )
    def test_a_key_in_the_file_is_refused_and_never_repeated(self, text):
        assert CANARY not in complaint(text)

    def test_a_key_without_the_usual_beginning_is_not_repeated_either(self):
        for form in ("key: {}", "key: {{env: '{} '}}", "key: {{file: ['{}']}}", "key: {{command: '{}'}}"):
            assert "s3cr3t" not in complaint(form.format("s3cr3t"))

    def test_a_literal_key_is_told_where_keys_belong(self):
        assert "the key itself must not be in this file" in complaint(f"key: {CANARY}")

    def test_a_password_in_the_stores_address_is_in_no_message_and_no_repr(self):
        assert "s3cr3t" not in complaint("store: mysql://engine:s3cr3t@db/engine")
        assert "s3cr3t" not in repr(read("store: postgresql://engine:s3cr3t@db/engine"))


def test_the_environments_mistakes_come_with_their_advice():
    said = complaint("", {"DASHTRACK_BASE_URL": "https://www.dashtrack.io/api/v1"})

    assert "DASHTRACK_BASE_URL: the base URL begins with `www.`" in said
    assert "Use https://dashtrack.io/api/v1" in said


def test_problems_are_one_kind_of_error():
    with pytest.raises(InvalidConfiguration):
        read("stor: x")
