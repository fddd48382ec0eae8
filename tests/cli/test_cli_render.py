"""`render` shows what a template gives, or where it goes wrong."""

from __future__ import annotations

import io
import json

import pytest

from rules_engine.cli.main import main


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("template", "out"),
    [
        ("plain text", "plain text"),
        ("{{ 'ada' | title }} Byron", "Ada Byron"),
        ("{{ '2026-12-01' | date('%d %b %Y') }}", "01 Dec 2026"),
        ("{{ tasks() | length }}", "0"),
        ("{{ project_named('Sales') | default('none') }}", "none"),
    ],
)
def test_a_text_is_printed_as_it_is(capsys, template, out):
    assert main(["render", template]) == 0
    assert capsys.readouterr().out == f"{out}\n"


def test_what_is_no_text_is_printed_as_json(capsys):
    main(["render", "{{ ['a', 1, none] }}"])

    assert json.loads(capsys.readouterr().out) == ["a", 1, None]


def test_json_can_be_asked_for(capsys):
    main(["render", "--json", "text"])

    assert capsys.readouterr().out == '"text"\n'


def test_the_calendar_is_the_configured_one(capsys, folder):
    template = "{{ '2026-12-24T12:00:00Z' | plus('1 working day') | date }}"
    main(["render", template])
    (folder / "rules-engine.yaml").write_text(
        "calendar: {holidays: [2026-12-25, 2026-12-28]}", encoding="utf-8"
    )
    main(["render", template])

    assert capsys.readouterr().out.split() == ["2026-12-25", "2026-12-29"]


def test_a_template_can_come_from_stdin(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("{{ 1 + 1 }}"))

    main(["render", "-"])

    assert capsys.readouterr().out == "2\n"


@pytest.mark.parametrize(
    "template", ["a {{ lead.name }}", "{{ 1 +", "{{ x.__class__ }}", "{% macro a() %}{% endmacro %}"]
)
def test_what_goes_wrong_is_told_with_its_place(capsys, template):
    assert main(["render", template]) == 1

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: line 1, column ")


def test_no_bomb_goes_off(capsys):
    assert main(["render", "{{ 'A' * 10 ** 9 }}"]) == 1
    assert len(capsys.readouterr().err) < 1000
