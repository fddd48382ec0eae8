"""What people write into Dashtrack is data: it steers no terminal, runs as no template, and breaks no worker."""

from __future__ import annotations

import json

import pytest

RULES = """
  - id: copy
    when: [lead.created, lead.updated]
    then:
      - create_task: {project: Sales, name: "Call {{ lead.name }}", description: "{{ lead.notes }}"}
      - log: "saw {{ lead.name }}"
"""
EVIL = {
    "ansi": "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "template": "{{ 7*7 }}{% for a in range(9) %}x{% endfor %}{{ lead.id }}",
    "lines": 'one\r\ntwo\n\nthree\ttab "quoted" \\ back',
    "rtl": "abc\u202edcb\u2066x\u2069\u200f",
    "emoji": "👩‍💻 naïve café ẞ 日本",
    "markup": "<script>alert(1)</script>[bold red]rich[/] &amp; %s %(x)s {0} $HOME `id`",
    "nul": "a\x00b\x7fc\x9bd",
    "separators": "a\u2028b\u2029c\ufeffd",
}
DANGEROUS = ("\x1b", "\x07", "\x00", "\x7f", "\x9b", "\u202e", "\u2066", "\u2028")


@pytest.fixture
def copying(program, world):
    program.rules(RULES)
    program("run", "--once")
    return program


def test_names_are_copied_literally_and_shown_harmlessly(copying, world):
    leads = {
        kind: world.state.add("lead", name=text, status="Chaser", notes=text)["id"]
        for kind, text in EVIL.items()
    }

    plan = copying("run", "--once", "--dry-run")
    done = copying("run", "--once", "--json")

    bodies = [run["steps"][0]["body"] for run in done.json]
    assert [run["status"] for run in done.json] == ["done"] * len(EVIL)
    assert sorted(body["name"] for body in bodies) == sorted(f"Call {text}" for text in EVIL.values())
    for body, text in zip(bodies, EVIL.values(), strict=True):
        assert body["description"].startswith(text.rstrip())
    shown = [plan.out, plan.err, done.out, done.err]
    for command in (
        ["runs"],
        ["runs", "show", done.json[0]["id"]],
        ["events"],
        ["events", "--json"],
        ["why", "copy", "--object", f"lead/{leads['ansi']}"],
    ):
        done = copying(*command)
        shown += [done.out, done.err]
    for text in shown:
        assert not [mark for mark in DANGEROUS if mark in text]
    assert copying("run", "--once", "--json").json == []


def test_a_description_of_a_megabyte_is_no_trouble_and_a_text_that_is_too_long_is_a_failed_step(
    copying, world
):
    world.state.add("lead", name="Long", status="Chaser", notes="x" * 1_000_000)
    world.state.add("lead", name="Short", status="Chaser")

    done = copying("run", "--once", "--json", code=1)

    by_status = {run["status"]: run for run in done.json}
    assert by_status.keys() == {"failed", "done"}
    assert "65536" in by_status["failed"]["error"] or "64" in by_status["failed"]["error"]
    assert world.tasks() == ["Call Short"]
    assert len(done.err) < 20_000
    assert len(copying("events").out) < 20_000


@pytest.mark.parametrize(
    "body",
    [
        '{"leads": [{"id": "a", "name": "A", "value": 1e999}]}',
        '{"leads": [{"id": "a", "name": "A", "value": ' + "9" * 400 + "}]}",
        '{"leads": [{"id": "a", "name": "\\ud800", "status": "Chaser"}]}',
        '{"leads": [{"id": "a", "name": {"x": [1, {"y": null}]}, "status": ["Chaser"], "tags": 5}]}',
        '{"leads": [{"id": "a", "deep": ' + "[" * 300 + "]" * 300 + "}]}",
        '{"leads": [{"id": "a", "deep": ' + "[" * 100_000 + "]" * 100_000 + "}]}",
        '{"leads": [{"id": 5, "name": 5}, {"id": "5", "name": "five"}]}',
        '{"leads": [{"id": "a"}, {"id": null}, null, 7]}',
        '{"leads": [{"name": "no id"}]}',
        '{"leads": {"a": 1}}',
        '{"leads": null}',
        '{"error": "maintenance"}',
        "[]",
        "null",
        "",
        "\ufeff{}",
        '{"leads": [',
        '{"leads": [NaN]}',
        '{"leads": [{"id": "' + "x" * 100_000 + '", "name": "long id"}]}',
        '{"leads": [{"id": "../../projects", "name": "path"}]}',
        '{"leads": [{"id": "a", "__class__": 1, "items": 2, "": 3, "a b": 4, "\\u0000": 5}]}',
    ],
    ids=lambda body: body[:40].encode("unicode_escape").decode(),
)
def test_strange_lists_break_nothing_and_delete_nothing(in_process, body):
    """Each as the answer to a later look: the worker's own code, without the seconds of a process each."""
    in_process(body)


@pytest.fixture
def in_process(copying, world, monkeypatch, capsys):
    """Look twice at a list of leads that is answered with this body: first it, then the truth again."""
    from rules_engine.cli.main import main

    monkeypatch.chdir(copying.folder)
    for name, value in copying.environ.items():
        if name.startswith("DASHTRACK_"):
            monkeypatch.setenv(name, value)

    def look(body):
        world.state.fault("status", status=200, body=body, match_path="^/leads$", times=3)
        codes = [main(["run", "--once", "--json"])]
        world.state.clear_faults()
        codes.append(main(["run", "--once", "--json"]))
        shown = capsys.readouterr()
        assert set(codes) <= {0, 1}, shown.err
        assert codes[1] == 0, shown.err
        assert main(["events", "--json"]) == 0
        events = json.loads(capsys.readouterr().out)
        assert not [event for event in events if event["object_id"] == world.mill], events

    return look
