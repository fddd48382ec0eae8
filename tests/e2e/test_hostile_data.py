"""What people write into Dashtrack is data: it steers no terminal, runs as no template, and breaks no worker."""

from __future__ import annotations

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
    program.here("run", "--once")
    return program


def test_names_are_copied_literally_and_shown_harmlessly(copying, world):
    leads = {
        kind: world.state.add("lead", name=text, status="Chaser", notes=text)["id"]
        for kind, text in EVIL.items()
    }

    plan = copying.here("run", "--once", "--dry-run")
    done = copying.here("run", "--once", "--json")

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
        done = copying.here(*command)
        shown += [done.out, done.err]
    for text in shown:
        assert not [mark for mark in DANGEROUS if mark in text]
    assert copying.here("run", "--once", "--json").json == []


def test_a_description_of_a_megabyte_is_no_trouble_and_a_text_that_is_too_long_is_a_failed_step(
    copying, world
):
    world.state.add("lead", name="Long", status="Chaser", notes="x" * 1_000_000)
    world.state.add("lead", name="Short", status="Chaser")

    done = copying.here("run", "--once", "--json", code=1)

    by_status = {run["status"]: run for run in done.json}
    assert by_status.keys() == {"failed", "done"}
    assert "65,536 bytes" in by_status["failed"]["error"]
    assert world.tasks() == ["Call Short"]
    assert len(done.err) < 20_000
    assert len(copying.here("events").out) < 20_000


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
def test_strange_lists_break_nothing_and_delete_nothing(baselined, world, body):
    """Each as the answer to a later look, and then the truth again."""
    baselined.rules(RULES)
    world.state.fault("status", status=200, body=body, match_path="^/leads$", times=3)
    strange = baselined.here("run", "--once", "--json", code=None)
    world.state.clear_faults()

    baselined.here("run", "--once", "--json", code=0)

    assert strange.code in {0, 1}
    events = baselined.here("events", "--json").json
    assert not [event for event in events if event["object_id"] == world.mill]
