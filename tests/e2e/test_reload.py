"""Rules that are edited while the worker works: taken up within two seconds, and never half."""

from __future__ import annotations

import shutil

import pytest
from conftest import CLOSING
from program import until

from rules_engine.ruleset.yaml_source import MAX_BYTES

SECONDS = 2.0
IDLE = "poll: {interval: 1 hour}\n"
LOG = "  - {{id: {id}, when: lead.status_changed, then: [{{log: {id}}}]}}\n"


@pytest.fixture
def worker(program):
    (program.folder / "rules-engine.yaml").write_text(IDLE)
    made = program.start("run")
    made.wait_for("baseline", times=2)
    return made


def taken_up(worker, times=1):
    """The numbers of rules that were reloaded, in order."""
    lines = worker.wait_for("rules reloaded", times=times, seconds=SECONDS)
    return [int(line.split('"rules": ')[1].split(",")[0].rstrip("}")) for line in lines]


def in_place(path, text):
    path.write_text(text)


def by_rename(path, text):
    """As vim and most editors save: a new file in the old one's place."""
    new = path.with_name(f".{path.name}.swp")
    new.write_text(text)
    new.replace(path)


def by_backup(path, text):
    """As others do: the old file is moved away first."""
    path.rename(path.with_name(path.name + "~"))
    path.write_text(text)


@pytest.mark.parametrize("save", [in_place, by_rename, by_backup])
def test_a_save_is_taken_up_within_two_seconds_and_the_feeds_are_looked_at(worker, program, world, save):
    path = program.folder / "rules/rules.yaml"
    world.move()

    save(path, path.read_text() + LOG.format(id="second"))

    assert taken_up(worker) == [2]
    until(world.tasks)
    worker.wait_for('"second"')
    worker.stop()


def test_files_that_come_and_go_are_taken_up(worker, program):
    added = program.rules(LOG.format(id="second"), "rules/more/second.yaml")
    assert taken_up(worker) == [2]

    added.unlink()
    assert taken_up(worker, 2) == [2, 1]

    added.parent.rmdir()
    worker.stop()


def test_a_broken_save_keeps_the_last_good_rules_and_says_so_once_until_it_is_mended(worker, program, world):
    path = program.folder / "rules/rules.yaml"
    good = path.read_text()

    path.write_text(good.replace("create_task", "create_tusk"))
    worker.wait_for("last good rules stay", seconds=SECONDS)
    worker.wait_for("create_task")
    world.move()
    program.rules(LOG.format(id="second"), "rules/second.yaml")
    assert taken_up(worker) == [2]
    until(world.tasks)
    assert world.tasks() == ["Close Mill"]

    path.write_text(good)
    worker.wait_for("well again", seconds=SECONDS)
    worker.stop()


def test_a_file_caught_half_written_changes_nothing(worker, program, world):
    path = program.folder / "rules/rules.yaml"
    text = path.read_text() + LOG.format(id="second")

    with path.open("w") as file:
        file.write(text[: len(text) // 2])
        file.flush()
        worker.wait_for("last good rules stay", seconds=SECONDS)
        file.write(text[len(text) // 2 :])

    assert taken_up(worker) == [2]
    world.move()
    path.touch()
    worker.stop()


@pytest.mark.parametrize("text", ["", "version: 1\n", "version: 1\nrules: []\n", "#" * (MAX_BYTES + 1)])
def test_a_file_that_is_emptied_or_bloated_keeps_its_rules(worker, program, text):
    (program.folder / "rules/rules.yaml").write_text(text)

    worker.wait_for("last good rules stay", seconds=SECONDS)
    worker.stop()


def test_a_folder_that_is_replaced_as_a_whole_is_followed(worker, program):
    rules = program.folder / "rules"
    rules.rename(program.folder / "old")
    worker.wait_for("no rules file or folder", seconds=SECONDS)

    shutil.copytree(program.folder / "old", rules)
    program.rules(LOG.format(id="second"), "rules/second.yaml")
    assert taken_up(worker) == [2]

    program.rules(LOG.format(id="third"), "rules/third.yaml")
    assert taken_up(worker, 2) == [2, 3]
    worker.stop()


def test_rules_that_are_reached_by_links_are_followed(program):
    """As container platforms mount configuration: a link that is turned to another folder."""
    (program.folder / "rules-engine.yaml").write_text(IDLE)
    program.rules(CLOSING, "v1/rules.yaml")
    program.rules(CLOSING + LOG.format(id="second"), "v2/rules.yaml")
    (program.folder / "current").symlink_to("v1")
    worker = program.start("run", "--rules", "current")
    worker.wait_for("baseline", times=2)

    (program.folder / "new").symlink_to("v2")
    (program.folder / "new").replace(program.folder / "current")

    assert taken_up(worker) == [2]
    worker.stop()


def test_a_single_file_is_followed_also_through_a_link_and_dots(program):
    (program.folder / "rules-engine.yaml").write_text(IDLE)
    (program.folder / "elsewhere").mkdir()
    real = program.rules(CLOSING, "elsewhere/real.yaml")
    (program.folder / "one.yaml").symlink_to("elsewhere/real.yaml")
    worker = program.start("run", "--rules", "rules/../one.yaml")
    worker.wait_for("baseline", times=2)

    real.write_text(real.read_text() + LOG.format(id="second"))
    assert taken_up(worker) == [2]

    by_rename(program.folder / "one.yaml", real.read_text() + LOG.format(id="third"))
    assert taken_up(worker, 2) == [2, 3]
    worker.stop()


def test_a_new_rule_that_needs_a_new_feed_begins_with_its_baseline(worker, program, world):
    world.state.add("task", project_id=world.sales, name="Old")

    program.rules(
        '  - {id: tasks, when: task.created, then: [{log: "saw {{ task.name }}"}]}\n', "rules/t.yaml"
    )

    taken_up(worker)
    worker.wait_for("baseline.*task|task.*baseline")
    world.state.add("task", project_id=world.sales, name="New")
    program.rules(LOG.format(id="again"), "rules/again.yaml")
    worker.wait_for("saw New")
    assert not worker.said("saw Old")
    worker.stop()
