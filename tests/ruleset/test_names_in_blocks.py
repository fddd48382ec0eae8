"""What the checks let pass never meets a name that is missing, whichever way a run goes through the blocks.

Rules are made at random, with names given and used anywhere. Those that pass the checks without a word about a name
are walked as the engine walks them, every branch, turn and timeout by the toss of a coin.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from making_rules import NOW, make_env, make_event

from rules_engine.ruleset import model
from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.conditions import judge
from rules_engine.ruleset.context import scope_for
from rules_engine.ruleset.steps import conditions_of, values_of
from rules_engine.ruleset.templates import TemplateError
from rules_engine.ruleset.values import render_value
from rules_engine.ruleset.yaml_source import parse_yaml
from rules_engine.runs.interpreter import walk
from rules_engine.store.records import Step, StepStatus

SIMPLE = ["use", "use", "set", "derive", "create", "wait", "stop"]
NESTED = [*SIMPLE, "choose", "foreach", "timeout"]


class Maker:
    """Makes steps at random; what it uses was given somewhere before, though perhaps not where it is in reach."""

    def __init__(self, draw):
        self.draw = draw
        self.names = ["a"]

    def pick(self, choices):
        return self.draw(st.sampled_from(choices))

    def use(self):
        return self.pick(self.names[-4:])

    def give(self):
        name = self.pick(["a", "b", "c"])
        self.names.append(name)
        return name

    def block(self, depth):
        return [self.step(depth) for _ in range(self.draw(st.integers(1, 3)))]

    def step(self, depth):
        kind = self.pick(NESTED if depth else SIMPLE)
        return getattr(self, f"_{kind}")(depth - 1)

    def _use(self, depth):
        return {"log": f"{{{{ {self.use()} is none }}}}"}

    def _set(self, depth):
        return {"set": {self.give(): 1}}

    def _derive(self, depth):
        used = self.use()
        return {"set": {self.give(): f"{{{{ {used} is none }}}}"}}

    def _create(self, depth):
        return {"create_lead": {"name": "x", "status": "Chaser"}, "as": self.give()}

    def _wait(self, depth):
        self.names.append("waited")
        return {"wait_for": {"event": "lead.updated"}}

    def _stop(self, depth):
        return {"stop": "enough"}

    def _choose(self, depth):
        branches = [
            {"if": f"{self.use()} is none", "then": self.block(depth)}
            for _ in range(self.draw(st.integers(1, 2)))
        ]
        if self.draw(st.booleans()):
            branches.append({"else": self.block(depth)})
        return {"choose": branches}

    def _foreach(self, depth):
        self.names += ["item", "index"]
        return {"foreach": {"in": [1, 2], "then": self.block(depth)}}

    def _timeout(self, depth):
        self.names.append("waited")
        late = self.block(depth)
        return {"wait_for": {"event": "lead.updated", "timeout": "1 day", "on_timeout": late}}


@st.composite
def rules(draw):
    maker = Maker(draw)
    rule = {"id": "a", "when": "lead.created", "vars": {"a": 1}, "then": maker.block(2)}
    if draw(st.booleans()):
        maker.names.append("error")
        rule["on_error"] = maker.block(1)
    return rule


def record(step, key, toss):
    """What the store would say of a step that went well, one way or another."""
    body, result, status = {}, None, StepStatus.DONE
    match step:
        case model.ActionStep():
            result, status = {"id": "x"}, toss(StepStatus.DONE, StepStatus.FAILED)
        case model.SetVars():
            body = {"values": dict.fromkeys(step.values, 1)}
        case model.Choose(branches=branches):
            ways = [n for n, branch in enumerate(branches) if branch.condition is not None]
            last = [n for n, branch in enumerate(branches) if branch.condition is None] or [None]
            body = {"branch": toss(*ways, *last)}
        case model.ForEach():
            body = {"items": toss([], [1], [1, 2])}
        case model.WaitFor():
            result = {
                "object": None,
                "waited": toss(None, {"at": datetime(2026, 1, 1, tzinfo=UTC).isoformat()}),
            }
    return Step(run_id="r", n=1, key=key, action="log", status=status, body=body, result=result, error="no")


@given(rules(), st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_rule_without_a_word_about_its_names_finds_each_of_them_on_any_way(rule, data):
    checked = check_source(parse_yaml(json.dumps({"version": 1, "rules": [rule]}), "f.yaml"))
    assume(all(problem.code == "RE161" for problem in checked.problems))
    (compiled,) = checked.rules
    outer = scope_for(make_event("lead.created", after={"id": "o1"}), None, NOW, {"a": 1})

    def toss(*choices):
        return data.draw(st.sampled_from(choices))

    way = walk(compiled, "lead")
    sent = None
    while True:
        try:
            due = way.send(sent) if sent is not None else next(way)
        except StopIteration:
            break
        scope = {**outer, **due.names}
        seen = {}
        for value in values_of(due.step):
            try:
                rendered = render_value(value, {**scope, **seen}, make_env())
            except TemplateError as error:
                raise AssertionError(f"{due.key} of {rule}: {error}") from error
            if isinstance(due.step, model.SetVars):
                seen[list(due.step.values)[len(seen)]] = rendered
        for condition in conditions_of(due.step):
            assert judge(condition, scope, make_env()).error is None, (due.key, rule)
        sent = record(due.step, due.key, toss)
