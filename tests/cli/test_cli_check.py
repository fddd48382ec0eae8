"""`check` tells every problem at once, with its place, and needs neither a key nor a network."""

from __future__ import annotations

import json

import pytest

from rules_engine.cli.main import main

GOOD = """\
version: 1
rules:
  - id: {id}
    when: lead.status_changed
    then:
      - log: "{{{{ lead.name }}}} moved"
"""
BROKEN = """\
version: 1
rules:
  - id: chase
    wehn: lead.status_changed
    then:
      - create_tusk: {project: Sales, name: x}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DASHTRACK_API_KEY", raising=False)
    (tmp_path / "rules").mkdir()
    return tmp_path / "rules"


def put(folder, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_good_rules_are_fine(folder, capsys):
    put(folder, a=GOOD.format(id="one"), b=GOOD.format(id="two"))

    assert main(["check"]) == 0

    out, err = capsys.readouterr()
    assert (out, err) == ("", "2 rules in 2 files: fine\n")


def test_every_problem_of_every_file_is_told_with_its_place(folder, capsys):
    put(folder, a=BROKEN, b="version: 1\nrules: [", c=GOOD.format(id="fine"))

    assert main(["check"]) == 1

    out, err = capsys.readouterr()
    assert "rules/a.yaml:4:5: error" in out
    assert "did you mean when?" in out
    assert "rules/a.yaml:6:9: error" in out
    assert "did you mean create_task?" in out
    assert "rules/b.yaml:2" in out
    assert "2 of 3 files can't be used" in err


def test_programs_get_the_same_as_json(folder, capsys):
    put(folder, a=BROKEN, c=GOOD.format(id="fine"))

    for args in (["--format", "json"], ["--json"]):
        assert main(["check", *args]) == 1
        report = json.loads(capsys.readouterr().out)

        assert (report["ok"], report["rules"], report["files"]) == (False, 1, 2)
        assert {"code", "severity", "message", "file", "line", "column", "suggestion"} <= set(
            report["problems"][0]
        )


def test_good_rules_are_an_empty_report(folder, capsys):
    put(folder, a=GOOD.format(id="one"))

    assert main(["check", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "rules": 1, "files": 1, "problems": []}


def test_files_and_folders_can_be_named(folder, capsys):
    put(folder, a=GOOD.format(id="one"), b=BROKEN)

    assert main(["check", "rules/a.yaml"]) == 0
    assert main(["check", "rules/a.yaml", "rules/b.yaml"]) == 1
    assert main(["check", "--rules", "rules/b.yaml"]) == 1


def test_the_configured_folders_are_the_default(folder, capsys):
    put(folder, a=GOOD.format(id="one"))
    (folder.parent / "other").mkdir()
    put(folder.parent / "other", b=BROKEN)
    (folder.parent / "rules-engine.yaml").write_text(
        "accounts: [{name: a}, {name: b}, {name: c, rules: other}]", encoding="utf-8"
    )

    assert main(["check"]) == 1

    assert "1 of 2 files" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_named(capsys):
    assert main(["check", "nowhere"]) == 3
    assert "nowhere" in capsys.readouterr().err


def test_an_empty_folder_is_an_error(capsys):
    assert main(["check"]) == 1

    out, err = capsys.readouterr()
    assert "no rules files" in out
    assert err == "1 error\n"


def test_a_broken_configuration_is_told_before_any_rule_is_read(folder, capsys):
    put(folder, a=BROKEN)
    (folder.parent / "rules-engine.yaml").write_text("ruels: x", encoding="utf-8")

    assert main(["check"]) == 3
    assert "did you mean rules?" in capsys.readouterr().err
