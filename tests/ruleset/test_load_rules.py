"""Loading a folder of rules, and reloading it without letting go of what worked."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.errors import ConfigurationError
from rules_engine.ruleset.load import load_rules, reload_rules


def rules_text(*ids, log="x"):
    rules = "".join(f"  - {{id: {one}, when: lead.created, then: [{{log: {log}}}]}}\n" for one in ids)
    return f"version: 1\nrules:\n{rules}"


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def ids(loaded):
    return [rule.id for rule in loaded.ruleset.rules]


def codes(loaded):
    return [problem.code for problem in loaded.problems]


def test_a_folder_is_all_its_files_in_order_and_a_file_is_itself(tmp_path):
    write(tmp_path, b=rules_text("two"), a=rules_text("one"))
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub", c=rules_text("three"))
    (tmp_path / "d.yml").write_text(rules_text("four"))

    assert ids(load_rules(tmp_path)) == ["one", "two", "four", "three"]
    assert ids(load_rules(tmp_path / "b.yaml")) == ["two"]


def test_hidden_files_tests_and_other_files_are_left_out(tmp_path):
    write(tmp_path, a=rules_text("one"))
    (tmp_path / ".b.yaml").write_text("no: rules")
    (tmp_path / "a.test.yaml").write_text("no: rules")
    (tmp_path / "README.md").write_text("no rules")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "c.yaml").write_text("no: rules")

    loaded = load_rules(tmp_path)

    assert (ids(loaded), loaded.problems) == (["one"], ())


def test_places_name_the_file_as_it_was_given(tmp_path, monkeypatch):
    (tmp_path / "rules" / "sub").mkdir(parents=True)
    write(tmp_path / "rules" / "sub", a="version: 1\nrulez: []\n")
    monkeypatch.chdir(tmp_path)

    problems = load_rules((tmp_path / "rules").relative_to(tmp_path)).problems

    assert {str(problem.place) for problem in problems} == {"rules/sub/a.yaml:1:1", "rules/sub/a.yaml:2:1"}


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no rules file or folder .*nowhere"):
        load_rules(tmp_path / "nowhere")


def test_an_empty_folder_is_an_error(tmp_path):
    assert codes(load_rules(tmp_path)) == ["RE114"]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "~", "---\n"])
def test_an_empty_file_is_an_error(tmp_path, text):
    write(tmp_path, a=text)

    assert codes(load_rules(tmp_path)) == ["RE112"]


def test_all_problems_of_all_files_come_at_once_and_a_broken_file_gives_no_rule(tmp_path):
    write(
        tmp_path,
        a="version: 1\nrules: [x, y]\n",
        b=rules_text("b1", "b2"),
        c=rules_text("c1") + "  - {id: c2}\n",
    )

    loaded = load_rules(tmp_path)

    assert codes(loaded) == ["RE122", "RE122", "RE121", "RE121"]
    assert ids(loaded) == ["b1", "b2"]
    assert loaded.broken


def test_an_id_is_unique_over_all_files(tmp_path):
    write(tmp_path, a=rules_text("one"), b=rules_text("two", "one"))

    loaded = load_rules(tmp_path)

    (problem,) = loaded.problems
    assert (problem.code, problem.place.line) == ("RE126", 4)
    assert "a.yaml:3:5" in problem.message
    assert ids(loaded) == ["one"]


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_followed(tmp_path):
    folder, outside = tmp_path / "rules", tmp_path / "outside.yaml"
    (folder / ".data").mkdir(parents=True)
    outside.write_text(rules_text("secret"))
    (folder / ".data" / "real").write_text(rules_text("inside"))
    (folder / "in.yaml").symlink_to(folder / ".data" / "real")
    (folder / "out.yaml").symlink_to(outside)
    (folder / "nowhere.yaml").symlink_to(tmp_path / "missing")
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    (folder / "sub").symlink_to(tmp_path, target_is_directory=True)

    loaded = load_rules(folder)

    assert ids(loaded) == ["inside"]
    assert codes(loaded) == ["RE113"] * 4
    assert "secret" not in "".join(str(problem) for problem in loaded.problems)


def test_what_is_no_regular_file_is_refused_and_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()

    assert codes(load_rules(tmp_path)) == ["RE113"]
    assert codes(load_rules(tmp_path / "pipe.yaml")) == ["RE113"]


def test_a_reload_without_a_change_keeps_the_very_rules(tmp_path):
    write(tmp_path, a=rules_text("one"))
    first = load_rules(tmp_path)

    again = reload_rules(first, tmp_path)

    assert again.ruleset.rules[0] is first.ruleset.rules[0]


def test_a_reload_takes_changes_new_files_and_removed_ones(tmp_path):
    write(tmp_path, a=rules_text("one"), b=rules_text("two"))
    first = load_rules(tmp_path)
    write(tmp_path, a=rules_text("one", log="y"), c=rules_text("three"))
    (tmp_path / "b.yaml").unlink()

    again = reload_rules(first, tmp_path)

    assert ids(again) == ["one", "three"]
    assert again.ruleset.rules[0].digest != first.ruleset.rules[0].digest


def test_a_broken_file_keeps_its_last_good_rules_and_the_other_files_move_on(tmp_path):
    write(tmp_path, a=rules_text("one", "two"), b=rules_text("three"))
    first = load_rules(tmp_path)
    write(tmp_path, a="version: 1\nrules: [{id: on", b=rules_text("four"))

    broken = reload_rules(first, tmp_path)

    assert ids(broken) == ["one", "two", "four"]
    assert codes(broken) == ["RE101"]
    assert [file.stale for file in broken.files] == [True, False]

    still_broken = reload_rules(broken, tmp_path)
    assert (ids(still_broken), codes(still_broken)) == (["one", "two", "four"], ["RE101"])

    write(tmp_path, a=rules_text("one"))
    mended = reload_rules(still_broken, tmp_path)
    assert (ids(mended), mended.problems) == (["one", "four"], ())


def test_a_file_emptied_or_made_unreadable_keeps_its_rules(tmp_path):
    write(tmp_path, a=rules_text("one"))
    first = load_rules(tmp_path)
    write(tmp_path, a="")

    assert ids(reload_rules(first, tmp_path)) == ["one"]


def test_a_folder_that_is_gone_or_empty_for_a_moment_keeps_everything(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    write(folder, a=rules_text("one"))
    first = load_rules(folder)
    (folder / "a.yaml").unlink()

    empty = reload_rules(first, folder)
    folder.rmdir()
    gone = reload_rules(empty, folder)

    assert (ids(empty), codes(empty)) == (["one"], ["RE114"])
    assert ids(gone) == ["one"]
    assert codes(gone) == ["RE113"]
    folder.mkdir()
    write(folder, a=rules_text("one"))
    assert reload_rules(gone, folder).problems == ()


def test_of_two_files_with_an_id_the_one_that_did_not_change_has_it(tmp_path):
    write(tmp_path, a=rules_text("one"), b=rules_text("two"))
    first = load_rules(tmp_path)
    write(tmp_path, a=rules_text("two"))

    again = reload_rules(first, tmp_path)

    assert ids(again) == ["one", "two"]
    assert [(problem.code, problem.place.file[-6:]) for problem in again.problems] == [("RE126", "a.yaml")]


def test_a_rule_that_moves_to_another_file_is_there_once(tmp_path):
    write(tmp_path, a=rules_text("one", "two"), b=rules_text("three"))
    first = load_rules(tmp_path)
    write(tmp_path, a=rules_text("one"), b=rules_text("two", "three"))

    again = reload_rules(first, tmp_path)

    assert (ids(again), again.problems) == (["one", "two", "three"], ())


def test_old_rules_of_a_broken_file_give_way_to_a_new_owner_of_their_id(tmp_path):
    write(tmp_path, a=rules_text("one", "two"))
    first = load_rules(tmp_path)
    write(tmp_path, a="broken: [", b=rules_text("two", log="new"))

    again = reload_rules(first, tmp_path)

    assert ids(again) == ["one", "two"]
    assert again.ruleset.by_id["two"].document["then"] == [{"log": "new"}]


@given(st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_a_file_caught_half_written_never_leaves_the_folder_without_rules(tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("rules")
    whole = rules_text("one", "two", "three")
    write(folder, a=whole)
    first = load_rules(folder)
    write(folder, a=whole[:cut])

    assert ids(reload_rules(first, folder))
