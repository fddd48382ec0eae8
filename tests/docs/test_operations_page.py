"""The operator's page says what the program does: settings, commands, flags, codes, fields, states."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime

import click
import pytest
from doc_pages import OPERATIONS, ROOT, blocks, codes, headings, names, prose, section, table
from receiver import running_receiver
from state_picture import state_picture

import rules_engine
from rules_engine.cli.main import EXIT_BROKEN_PIPE, EXIT_INTERRUPTED, EXIT_UNEXPECTED, cli
from rules_engine.cli.shapes import event_json, run_json, step_json
from rules_engine.config import Flags, read_config
from rules_engine.config.keys import _LEAST_SECRET as LEAST_SECRET
from rules_engine.config.kinds import ListKind, MapKind, Section
from rules_engine.config.settings import SETTINGS
from rules_engine.durations import Duration, format_duration
from rules_engine.errors import RulesEngineError
from rules_engine.runs.delivering import PAUSES
from rules_engine.runs.endpoints.http_post import SECONDS, HttpPost
from rules_engine.runs.settings import Endpoint
from rules_engine.runs.states import Move, allowed_from
from rules_engine.sandbox.control import CONTROL_PATH, control_routes
from rules_engine.sandbox.fault_kinds import KINDS
from rules_engine.sandbox.state import State
from rules_engine.store.records import Cause, Event, Run, RunStatus, Step, StepStatus

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SIX = 6
PERSONS_MOVES = (Move.APPROVE, Move.DISCARD, Move.RETRY, Move.CANCEL)


def flat(section, prefix=""):
    """Every setting by its dotted key."""
    for key, setting in section.settings.items():
        name = f"{prefix}{key}"
        if isinstance(setting.kind, Section):
            yield from flat(setting.kind, f"{name}.")
            continue
        yield name, setting
        if isinstance(setting.kind, ListKind) and isinstance(setting.kind.item, Section):
            yield from flat(setting.kind.item, f"{name}.")
        if isinstance(setting.kind, MapKind) and isinstance(setting.kind.item, Section):
            yield from flat(setting.kind.item, f"{name}.NAME.")


def as_written(default):
    """A default as one would write it on one line of YAML."""
    if default is None:
        return None
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, Mapping):
        return "{" + ", ".join(f"{key}: {value}" for key, value in default.items()) + "}"
    return f"[{', '.join(default)}]" if isinstance(default, list) else str(default)


def commands(group=cli, path="rules-engine"):
    """Every command that can be called, by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command, words = group.get_command(context, name), f"{path} {name}"
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield words, command
        if isinstance(command, click.Group):
            yield from commands(command, words)


COMMANDS = dict(commands())


# Configuration and environment ----------------------------------------------------------------------------


def test_every_setting_stands_with_its_default():
    documented = {
        names([row], "key")[0]: (names([row], "default") or [None])[0]
        for row in table(section(OPERATIONS, "Configuration"), "key")
    }
    expected = {
        name: None if name.startswith("accounts.") else as_written(setting.default)
        for name, setting in flat(SETTINGS)
    }

    assert documented == expected


@pytest.mark.parametrize("block", blocks(OPERATIONS, "yaml config"), ids=str)
def test_every_configuration_that_is_shown_can_be_read(block, tmp_path):
    file = tmp_path / "rules-engine.yaml"
    file.write_text(block.text, encoding="utf-8")

    assert read_config(Flags(config=file), {}).file == file


def test_every_environment_variable_is_documented():
    read = set()
    for source in (ROOT / "rules_engine").rglob("*.py"):
        text = source.read_text(encoding="utf-8")
        read |= set(re.findall(r'"((?:DASHTRACK|RULES_ENGINE)_[A-Z_]+|NO_COLOR)"', text))

    assert set(names(table(section(OPERATIONS, "Environment"), "variable"), "variable")) == read


# Commands and exit codes ----------------------------------------------------------------------------------


def test_every_command_is_documented():
    assert headings(section(OPERATIONS, "Commands"), 3) == list(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_flag_of_a_command_is_documented_with_its_choices(words):
    options = [each for each in COMMANDS[words].params if isinstance(each, click.Option)]
    text = section(OPERATIONS, words)
    rows = table(text, "flag") if options else []

    documented = {tuple(names([row], "flag")): names([row], "takes") for row in rows}
    assert set(documented) == {tuple(each.opts) for each in options}
    for option in options:
        takes = documented[tuple(option.opts)]
        assert bool(takes) is not option.is_flag, option.opts
        if isinstance(option.type, click.Choice):
            assert takes[0].split("|") == list(option.type.choices)
        elif option.metavar:
            assert takes == [option.metavar]


def test_the_flags_that_are_named_anywhere_exist():
    known = {flag for command in COMMANDS.values() for each in command.params for flag in each.opts} | {
        "--help"
    }
    named = {flag for code in codes(prose(OPERATIONS)) for flag in re.findall(r"(?<!\S)--[a-z-]+", code)}

    assert named <= known


def test_every_exit_code_is_documented():
    for module in pkgutil.walk_packages(rules_engine.__path__, "rules_engine."):
        importlib.import_module(module.name)
    raised = {error.exit_code for error in subclasses(RulesEngineError)}
    expected = {0, click.UsageError.exit_code, EXIT_UNEXPECTED, EXIT_INTERRUPTED, EXIT_BROKEN_PIPE} | raised

    assert set(names(table(section(OPERATIONS, "Exit codes"), "code"), "code")) == {
        str(code) for code in expected
    }


def subclasses(kind):
    yield kind
    for each in kind.__subclasses__():
        yield from subclasses(each)


def test_the_unit_prevents_restarts_for_codes_that_a_restart_does_not_mend():
    (unit,) = blocks(OPERATIONS, "ini")
    (prevented,) = re.findall(r"^RestartPreventExitStatus=(.*)$", unit.text, re.MULTILINE)

    assert prevented.split() == ["1", "2", "3"]


# What programs can read -----------------------------------------------------------------------------------


def an_event():
    return Event(
        id="default/lead/1/2",
        at=NOW,
        types=("lead.updated",),
        resource="lead",
        object_id="1",
        project_id=None,
        revision=2,
        changes={},
        before=None,
        after=None,
        cause=Cause.EXTERNAL,
        seen_between=(NOW, NOW),
    )


def a_run():
    return Run(
        id="run-1",
        rule_id="r",
        rule_digest="d",
        event_id="e",
        status=RunStatus.DONE,
        mode="live",
        depth=0,
        created_at=NOW,
    )


@pytest.mark.parametrize(
    ("column", "shape"),
    [
        ("field of an event", event_json(an_event())),
        ("field of a run", run_json(a_run(), ())),
        (
            "field of a step",
            step_json(Step(run_id="run-1", n=1, key="0", action="log", status=StepStatus.DONE)),
        ),
    ],
)
def test_every_field_of_the_json_is_documented(column, shape):
    assert names(table(section(OPERATIONS, "What programs can read"), column), column) == list(shape)


def test_every_status_and_cause_is_documented():
    reading = section(OPERATIONS, "What programs can read")
    life = section(OPERATIONS, "The life of a run")

    assert set(names(table(reading, "status of a step"), "status of a step")) == {
        each.value for each in StepStatus
    }
    assert set(names(table(life, "status"), "status")) == {each.value for each in RunStatus}
    cause = next(row for row in table(reading, "field of an event") if "`cause`" in row["field of an event"])
    assert set(names([cause], "meaning")) == {each.value for each in Cause}


def test_what_a_person_can_do_about_a_run_is_what_the_table_of_states_allows():
    rows = table(section(OPERATIONS, "The life of a run"), "status")
    documented = {
        (names([row], "status")[0], words) for row in rows for words in names([row], "what you can do")
    }

    assert documented == {
        (status.value, f"runs {move.value}") for move in PERSONS_MOVES for status in allowed_from(move)
    }


def test_the_picture_of_the_states_is_drawn_from_the_table():
    (picture,) = blocks(OPERATIONS, "mermaid")

    assert picture.text == state_picture(), f"put this there:\n{state_picture()}"


# Endpoints and control --------------------------------------------------------------------------------------


def test_the_numbers_of_endpoints_are_those_of_the_code():
    text = " ".join(section(OPERATIONS, "Endpoints").split())
    spans = [format_duration(Duration(seconds=pause.total_seconds())) for pause in PAUSES]

    assert f"pauses are {', '.join(spans[:-1])} and {spans[-1]}" in text
    assert f"{SECONDS:g} seconds were over" in text
    assert f"{LEAST_SECRET} bytes" in text
    assert len(PAUSES) + 1 == SIX
    assert "after six attempts" in text


def test_the_headers_of_a_message_are_documented(rig):
    with running_receiver() as receiver:
        post = HttpPost(
            {"books": Endpoint(url=receiver.url, secret="c2VjcmV0IHNlY3JldCBzZWNyZXQ=")}, clock=rig.clock
        )
        post.deliver("books", message_id="m-1", body={"a": 1})
        ((_, arrived, _),) = receiver.got

    documented = set(names(table(section(OPERATIONS, "Endpoints"), "header"), "header"))
    assert documented == {name for name in arrived if name.startswith("webhook-")}


def test_what_steps_beyond_the_api_have_as_body_is_documented(rig):
    rig.use("""
  - id: all
    when: lead.created
    then:
      - delay: 1 hour
      - wait_for: {event: lead.updated, timeout: 1 hour}
      - log: x
      - emit: {event: custom.x, data: {a: 1}}
      - stop: x
""")
    rig.tick()
    rig.state.add("lead", name="Mill", status="Chaser")
    _, ((_, steps),) = rig.dry_tick()

    rows = table(section(OPERATIONS, "What programs can read"), "action")
    documented = {names([row], "action")[0]: set(names([row], "keys of its body")) for row in rows}
    assert {step.action: set(step.body) for step in steps} == {
        **documented,
        "wait_for": documented["wait_for"] - {"came"},
    }


# The sandbox's control route ------------------------------------------------------------------------------


def test_every_control_route_is_documented():
    with closing(State()) as state:
        routes = {
            f"{method} {CONTROL_PATH}{re.sub('{(.*?)}', lambda found: found[1].upper(), route.path)}"
            for route in control_routes(state)
            for method in route.methods - {"HEAD"}
        }

    assert (
        set(names(table(section(OPERATIONS, "The sandbox's control route"), "request"), "request")) == routes
    )


def test_every_fault_is_documented_with_its_options():
    rows = table(section(OPERATIONS, "The sandbox's control route"), "kind of fault")

    documented = {names([row], "kind of fault")[0]: set(names([row], "options")) for row in rows}
    assert documented == {name: set(kind.options | kind.required) for name, kind in KINDS.items()}
    needed = {names([row], "kind of fault")[0] for row in rows if "(needed)" in row["options"]}
    assert needed == {name for name, kind in KINDS.items() if kind.required}


def test_the_records_have_no_field_that_the_json_forgets():
    internal = {"rule_digest", "depth", "vars", "timed", "rule_id", "event_id"}

    fields = {field.name for field in dataclasses.fields(Run)} - internal
    assert fields <= set(run_json(a_run(), ()))
