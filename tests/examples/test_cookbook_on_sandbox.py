"""Each recipe of the cookbook once against the sandbox: real requests, a moved clock, a real endpoint for messages."""

from __future__ import annotations

import json
import re
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cookbook_stories import STORIES, Add, Edit, Later

from rules_engine.ruleset.load import load_rules
from rules_engine.runs.endpoints.http_post import HttpPost
from rules_engine.runs.settings import Endpoint
from rules_engine.store.records import RunStatus

sys.path.append(str(Path(__file__).parents[1]))
from receiver import running_receiver

COOKBOOK = Path(__file__).parents[2] / "examples" / "cookbook"
RECIPES = sorted(path.stem for path in COOKBOOK.glob("[0-9]*.yaml") if not path.stem.endswith(".test"))
SIGNATURE = re.compile(r"\n*— [a-z0-9-]+ · \S+\s*\Z")
AT_ONCE = timedelta()
A_LOOK = timedelta(minutes=5)


class Stage:
    """A rig with the recipe's rules, on which a story is played."""

    def __init__(self, rig, post, receiver, recipe):
        self.rig, self.post, self.receiver = rig, post, receiver
        rig.rules = load_rules(COOKBOOK / f"{recipe}.yaml").ruleset.rules
        rig.state.edit("project", rig.web, project_type="retainer", retainer_hours=40)
        for name in ("Onboarding", "Account"):
            rig.state.add("project", name=name)
        self.engine = rig.engine()
        self.engine.post = post

    def play(self, story):
        for one in story.given:
            self.do(one)
        self.look(after=AT_ONCE)
        for one in story.happens:
            if isinstance(one, Later):
                self.wait(one.span)
            else:
                self.do(one)
                self.look(after=A_LOOK)

    def look(self, *, after):
        self.rig.clock.advance(after.total_seconds())
        report = self.engine.tick()
        assert not report.failed

    def wait(self, span):
        """Let time pass, with a look at each moment that something waits for, and one at the end."""
        end = self.rig.clock.now() + span
        while (due := self.engine.next_due()) is not None and due <= end:
            self.look(after=max(due - self.rig.clock.now(), AT_ONCE))
        self.look(after=end - self.rig.clock.now())

    def do(self, one):
        match one:
            case Add(resource=resource, fields=fields):
                self.rig.state.add(resource, **self._with_ids(fields))
            case Edit(resource=resource, name=name, fields=fields):
                self.rig.state.edit(resource, self._named(resource, name)["id"], **fields)

    def _with_ids(self, fields):
        fields = dict(fields)
        if "project" in fields:
            fields["project_id"] = self._named("project", fields.pop("project"))["id"]
        return fields

    def _named(self, resource, name):
        (found,) = self.rig.state.all(resource, name=name)
        return found

    def sent(self):
        """Every write in words, then every message."""
        names = {
            one["id"]: one["name"]
            for kind in ("project", "task", "lead", "member")
            for one in self.rig.state.all(kind)
        }
        writes = []
        for method, path, body in self.rig.writes():
            what = f"{method} {path}"
            for object_id, name in names.items():
                what = what.replace(object_id, name)
            shown = {
                key: SIGNATURE.sub("", value) if isinstance(value, str) else value
                for key, value in (body or {}).items()
            }
            if shown.get("assigned_to"):
                shown["assigned_to"] = [names[one] for one in shown["assigned_to"]]
            writes.append((what, shown))
        messages = [(path.rpartition("/")[2], json.loads(body)) for path, _, body in self.receiver.got]
        return writes + messages


@pytest.fixture(scope="module")
def receiver():
    with running_receiver() as running:
        yield running


@pytest.fixture
def stage(rig, receiver):
    """A function that sets the stage for a recipe."""
    receiver.got.clear()
    post = HttpPost({"chat": Endpoint(url=receiver.url.replace("deals", "chat"))}, clock=rig.clock)
    return lambda recipe: Stage(rig, post, receiver, recipe)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_sends_what_its_story_says(stage, recipe):
    story = STORIES[recipe]
    scene = stage(recipe)
    scene.play(story)
    sent = scene.sent()
    assert [what for what, _ in sent] == [what for what, _ in story.sends]
    for (what, body), (_, expected) in zip(sent, story.sends, strict=True):
        assert {key: body.get(key) for key in expected} == expected, what
    assert [run.error for run in scene.rig.runs() if run.status is not RunStatus.DONE] == []
    assert [one for one in scene.rig.listener.decisions if one.verdict == "error"] == []


def test_every_recipe_has_a_story():
    assert sorted(STORIES) == RECIPES
    assert len(RECIPES) == 25
