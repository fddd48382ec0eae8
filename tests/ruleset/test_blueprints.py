"""A blueprint's rules are rules like any other, with its inputs filled in and each mistake placed at both ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules_engine.ruleset.background import Background, Tenant
from rules_engine.ruleset.compile import rule_from_document
from rules_engine.ruleset.expand import Allowance, fill
from rules_engine.ruleset.load import load_rules, reload_rules
from rules_engine.ruleset.problems import Severity, render

CHASE = """\
version: 1
inputs:
  wait: {type: duration, default: 3 days, description: How long a lead may stand still.}
  stage: {type: status}
  who: {type: list of member, default: []}
  least: {type: number, default: 0}
rules:
  - id: first
    name: Chase after {{ inputs.wait }}
    when: {event: lead.status_changed, to: "{{ inputs.stage }}", for: "{{ inputs.wait }}"}
    if: lead.value | default(0) >= inputs.least
    then:
      - create_task:
          project: Sales
          name: "Chase {{ lead.name }}"
          assigned_to: "{{ inputs.who }}"
          due_date: "{{ now | plus(inputs.wait) }}"
  - id: second
    when: lead.created
    then: [{log: "after {{ inputs.wait }}"}]
"""


def inputs(declared, *rules):
    """A blueprint with these inputs and rules."""
    return "version: 1\ninputs: {" + declared + "}\nrules:\n" + "".join(f"  - {rule}\n" for rule in rules)


class Folder:
    """A rules folder with one blueprint, and a file that uses it."""

    def __init__(self, path: Path) -> None:
        self.path = path / "rules"
        (self.path / "blueprints").mkdir(parents=True)
        self.put("blueprints/chase.yaml", CHASE)

    def put(self, name, text):
        (self.path / name).write_text(text, encoding="utf-8")

    def use(self, *uses, name="sales.yaml"):
        self.put(name, "version: 1\nrules:\n" + "".join(f"  - {use}\n" for use in uses))
        return self

    def load(self, **more):
        return load_rules(self.path, **more)

    def rules(self):
        loaded = self.load()
        assert loaded.problems == ()
        return loaded.ruleset.by_id

    def found(self, **more):
        return [
            (place(problem.place), problem.code, [(one.text, place(one.place)) for one in problem.related])
            for problem in self.load(**more).problems
        ]


def place(place):
    return f"{Path(place.file).name}:{place.line}:{place.column}"


USE = "{id: chase, use: blueprints/chase.yaml, with: {stage: Chaser}}"


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


# What comes of a use ---------------------------------------------------------------------------------------


def test_a_use_gives_the_rules_of_the_blueprint_under_its_name(folder):
    rules = folder.use(USE).rules()

    assert list(rules) == ["chase.first", "chase.second"]
    assert {Path(rule.place.file).name for rule in rules.values()} == {"sales.yaml"}


def test_an_input_stands_where_no_template_is_worked_out(folder):
    use = "{id: a, use: blueprints/chase.yaml, with: {stage: Chaser, wait: 2 working days, who: Ada}}"

    document = folder.use(use).rules()["a.first"].document

    assert document["when"] == {"event": "lead.status_changed", "to": "Chaser", "for": "2 working days"}
    assert document["name"] == "Chase after 2 working days"
    assert document["then"][0]["create_task"]["assigned_to"] == ["Ada"]


def test_two_uses_of_one_blueprint_do_not_meet(folder):
    other = "{id: other, use: blueprints/chase.yaml, with: {stage: Proposal Sent, wait: 1 day}}"

    rules = folder.use(USE, other).rules()

    assert [rules[name].document["when"]["to"] for name in ("chase.first", "other.first")] == [
        "Chaser",
        "Proposal Sent",
    ]


def test_what_a_run_is_pinned_to_needs_no_blueprint(folder):
    rule = folder.use(USE).rules()["chase.second"]

    again = rule_from_document(rule.document)

    assert (again.id, again.digest) == ("chase.second", rule.digest)


def test_a_condition_reads_an_input_and_is_never_replaced_by_one(folder):
    folder.put(
        "blueprints/x.yaml",
        inputs(
            "code: {type: text}", "{id: a, when: lead.created, if: '{{ inputs.code }}', then: [{log: x}]}"
        ),
    )

    document = (
        folder.use("{id: u, use: blueprints/x.yaml, with: {code: 'lead.value > 5'}}").rules()["u.a"].document
    )

    assert document["if"] == "{{ inputs.code }}"
    assert document["vars"] == {"inputs": {"code": "lead.value > 5"}}


def test_the_blueprint_s_own_variables_come_after_the_inputs(folder):
    rule = "{id: a, when: lead.created, vars: {b: '{{ inputs.n + 1 }}'}, then: [{log: '{{ b }}'}]}"
    folder.put("blueprints/x.yaml", inputs("n: {type: number}", rule))

    document = folder.use("{id: u, use: blueprints/x.yaml, with: {n: 5}}").rules()["u.a"].document

    assert list(document["vars"]) == ["inputs", "b"]


def test_a_use_may_switch_all_its_rules(folder):
    rules = folder.use("{id: a, mode: shadow, use: blueprints/chase.yaml, with: {stage: Chaser}}").rules()

    assert {rule.mode.value for rule in rules.values()} == {"shadow"}


def test_a_file_in_a_folder_below_finds_the_blueprint_beside_it(folder):
    (folder.path / "emea").mkdir()

    rules = folder.use(
        "{id: a, use: ../blueprints/chase.yaml, with: {stage: Proposal Sent}}", name="emea/x.yaml"
    ).rules()

    assert len(rules) == 2


def test_a_single_file_finds_its_blueprints(folder):
    folder.use(USE)

    assert len(load_rules(folder.path / "sales.yaml").ruleset.rules) == 2


@pytest.mark.parametrize(
    ("type_", "value", "kept"),
    [
        ("text", "x", "x"),
        ("number", 5, 5),
        ("number", 0.5, 0.5),
        ("boolean", True, True),
        ("duration", "2 working days", "2 working days"),
        ("status", "in-progress", "in-progress"),
        ("tag", "chase up", "chase up"),
        ("member", "Ada", "Ada"),
        ("project", "Sales", "Sales"),
        ("task_list", "Later", "Later"),
        ("list of tag", "Won", ["Won"]),
        ("list of  number", "[1, 2]", [1, 2]),
    ],
)
def test_an_input_takes_what_its_type_says_and_keeps_its_type(folder, type_, value, kept):
    rule = "{id: a, when: lead.created, then: [{emit: {event: custom.x, data: {v: '{{ inputs.v }}'}}}]}"
    folder.put("blueprints/x.yaml", inputs(f"v: {{type: {type_}}}", rule))
    written = str(value).lower() if isinstance(value, bool) else value

    rules = folder.use(f"{{id: u, use: blueprints/x.yaml, with: {{v: {written}}}}}").rules()

    assert rules["u.a"].document["then"][0]["emit"]["data"]["v"] == kept


# Never a template from data --------------------------------------------------------------------------------


def test_a_template_in_a_value_is_refused(folder):
    folder.put(
        "blueprints/x.yaml",
        inputs("v: {type: text}", "{id: a, when: lead.created, then: [{log: '{{ inputs.v }}'}]}"),
    )

    folder.use('{id: u, use: blueprints/x.yaml, with: {v: "{{ lead.rep }}"}}')

    assert [(at, code) for at, code, _ in folder.found()] == [("sales.yaml:3:47", "RE135")]


@given(
    st.lists(st.sampled_from(["{", "}", "%", "#", "x", "{{ inputs.a }}", "{{ inputs.b }}"]), max_size=8),
    st.text("{}%#x", max_size=3),
    st.text("{}%#x", max_size=3),
)
@settings(max_examples=300)
def test_values_that_are_put_together_never_become_a_template(parts, a, b):
    if any(opening in value for value in (a, b) for opening in ("{{", "{%", "{#")):
        return
    text = "".join(parts)

    filled = fill({"x": text}, {"a": a, "b": b}, Allowance()).data["x"]

    assert filled == text or not any(opening in filled for opening in ("{{", "{%", "{#"))


# Mistakes --------------------------------------------------------------------------------------------------


def test_a_mistake_inside_names_the_line_of_the_blueprint_and_the_line_that_uses_it(folder):
    folder.put("blueprints/chase.yaml", CHASE.replace("lead.name", "lead.nmae"))
    folder.use(USE)

    assert folder.found() == [("chase.yaml:15:27", "RE155", [("used here", "sales.yaml:3:22")])]
    (problem,) = folder.load().problems
    assert problem.rule == "chase.first"
    shown = render(problem)
    assert "Chase {{ lead.nmae }}" in shown
    assert shown.endswith(f"used here: {folder.path}/sales.yaml:3:22\n  did you mean name?")


def test_a_value_that_does_not_fit_where_it_is_used_is_placed_at_the_value(folder):
    folder.use("{id: chase, use: blueprints/chase.yaml, with: {stage: done}}")

    (found, *more) = folder.found()

    assert not more
    assert found == ("sales.yaml:3:59", "RE133", [("in the blueprint", "chase.yaml:10:44")])


def test_a_default_that_does_not_fit_is_placed_in_the_blueprint(folder):
    folder.put("blueprints/chase.yaml", CHASE.replace("{type: status}", "{type: status, default: done}"))
    folder.use("{id: chase, use: blueprints/chase.yaml}")

    assert folder.found() == [("chase.yaml:10:44", "RE133", [("used here", "sales.yaml:3:22")])]


@pytest.mark.parametrize(
    ("given", "at", "code", "suggestion"),
    [
        ("{stage: Chaser, wiat: 1 day}", "3:67", "RE181", "wait"),
        ("{wait: 1 day}", "3:51", "RE182", None),
        ("{stage: Chaser, least: much}", "3:74", "RE183", None),
        ("{stage: Chaser, wait: 3 dyas}", "3:73", "RE128", None),
        ("{stage: Chasre}", "3:59", "RE133", "Chaser"),
        ("{stage: }", "3:52", "RE183", None),
        ("{stage: Chaser, who: [Ada, 5]}", "3:78", "RE183", None),
    ],
)
def test_a_value_that_an_input_does_not_take(folder, given, at, code, suggestion):
    folder.use(f"{{id: chase, use: blueprints/chase.yaml, with: {given}}}")

    (problem,) = folder.load().problems

    assert (place(problem.place), problem.code, problem.suggestion) == (f"sales.yaml:{at}", code, suggestion)


def test_an_input_that_is_not_declared_is_told_at_its_use_in_the_blueprint(folder):
    folder.put("blueprints/chase.yaml", CHASE.replace('for: "{{ inputs.wait }}"', 'for: "{{ inputs.wiat }}"'))
    folder.use(USE)

    (problem,) = folder.load().problems

    assert (problem.code, problem.suggestion, place(problem.place)) == ("RE181", "wait", "chase.yaml:10:71")


def test_an_input_that_is_not_declared_is_told_in_an_expression_too(folder):
    folder.put("blueprints/chase.yaml", CHASE.replace(">= inputs.least", ">= inputs.laest"))
    folder.use(USE)

    (problem,) = folder.load().problems

    assert (problem.code, problem.suggestion) == ("RE155", "least")


def test_a_name_that_the_last_snapshot_lacks_is_told_once(folder):
    folder.use("{id: a, use: blueprints/chase.yaml, with: {stage: Proposal Sent, who: Adda}}")
    tenant = Tenant(names={"person": {"ada": "Ada"}})

    (problem,) = folder.load(background=Background(tenant=tenant)).problems

    assert (problem.code, problem.severity, problem.suggestion) == ("RE170", Severity.WARNING, "Ada")


def test_an_id_that_the_blueprint_has_twice(folder):
    folder.put("blueprints/chase.yaml", CHASE.replace("id: second", "id: first"))
    folder.use(USE)

    assert folder.found() == [("chase.yaml:18:9", "RE126", [("used here", "sales.yaml:3:22")])]


def test_two_uses_of_one_name(folder):
    folder.use(USE, USE)

    assert [(at, code) for at, code, _ in folder.found()] == [("sales.yaml:4:10", "RE126")]


def test_a_trigger_that_nothing_fires_names_both_lines(folder):
    folder.put("blueprints/x.yaml", inputs("", "{id: a, when: custom.nobody, then: [{log: x}]}"))
    folder.use("{id: u, use: blueprints/x.yaml}")

    assert folder.found() == [("x.yaml:4:19", "RE134", [("used here", "sales.yaml:3:5")])]


# Finding the file ------------------------------------------------------------------------------------------


def test_a_blueprint_alone_gives_no_rules_and_is_no_error(folder):
    folder.put("plain.yaml", "version: 1\nrules: [{id: a, when: lead.created, then: [{log: x}]}]\n")

    assert list(folder.rules()) == ["a"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("blueprints/chaes.yaml", "no such file"),
        ("../secret.yaml", "leads out of the folder"),
        ("linked.yaml", "leads out of the folder"),
        ("loop.yaml", "leads nowhere"),
        ("/etc/passwd.yaml", "relative"),
        ("blueprints", ".yaml or .yml"),
        ("folder.yaml", "it is a folder"),
        (".hidden/x.yaml", "hidden"),
        ('"\\0.yaml"', "leads nowhere"),
        ("x" * 5000 + ".yaml", "leads nowhere"),
        ("plain.yaml", "no blueprint"),
        ("broken.yaml", "RE102"),
        ("empty.yaml", "no rules"),
    ],
)
def test_a_file_that_is_no_blueprint_of_the_folder_is_refused(folder, path, why):
    folder.path.parent.joinpath("secret.yaml").write_text(CHASE)
    folder.put("plain.yaml", "version: 1\nrules: [{id: a, when: lead.created, then: [{log: x}]}]\n")
    folder.put("empty.yaml", "version: 1\ninputs: {}\nrules: []\n")
    folder.put("broken.yaml", CHASE + "version: 1\n")
    (folder.path / ".hidden").mkdir()
    folder.put(".hidden/x.yaml", CHASE)
    (folder.path / "folder.yaml").mkdir()
    (folder.path / "linked.yaml").symlink_to(folder.path.parent / "secret.yaml")
    (folder.path / "loop.yaml").symlink_to(folder.path / "loop.yaml")
    folder.use(f"{{id: u, use: {path}, with: {{}}}}")

    (problem,) = [one for one in folder.load().problems if Path(one.place.file).name == "sales.yaml"]

    assert problem.code == "RE180"
    assert why in problem.message


def test_blueprints_bring_no_more_than_a_file_may_hold(folder):
    rules = [f"{{id: a{n}, when: lead.created, then: [{{log: x}}, {{log: y}}]}}" for n in range(500)]
    folder.put("blueprints/x.yaml", inputs("", *rules))
    folder.use(*(f"{{id: u{n}, use: blueprints/x.yaml}}" for n in range(100)))

    assert [code for _, code, _ in folder.found()] == ["RE107"]


def test_a_list_that_is_used_often_counts_as_often(folder):
    log = "{emit: {event: custom.x, data: {v: '{{ inputs.v }}'}}}"
    rule = "{id: a, when: lead.created, then: [" + ", ".join([log] * 500) + "]}"
    folder.put("blueprints/x.yaml", inputs("v: {type: list of number}", rule))
    folder.use("{id: u, use: blueprints/x.yaml, with: {v: [" + "1, " * 500 + "]}}")

    assert [code for _, code, _ in folder.found()] == ["RE107"]


def test_a_long_text_that_is_put_in_often_counts_as_often(folder):
    text = "{{ inputs.v }}" * 1000
    folder.put(
        "blueprints/x.yaml",
        inputs("v: {type: text}", f"{{id: a, when: lead.created, then: [{{log: '{text}'}}]}}"),
    )
    folder.use("{id: u, use: blueprints/x.yaml, with: {v: " + "x" * 1000 + "}}")

    assert [code for _, code, _ in folder.found()] == ["RE107"]


def test_the_texts_of_a_blueprint_count_at_each_use(folder):
    folder.put(
        "blueprints/x.yaml", inputs("", f"{{id: a, when: lead.created, then: [{{log: {'x' * 10_000}}}]}}")
    )
    folder.use(*(f"{{id: u{n}, use: blueprints/x.yaml}}" for n in range(30)))

    assert [code for _, code, _ in folder.found()] == ["RE107"]


# Editing ---------------------------------------------------------------------------------------------------


def test_editing_the_blueprint_reloads_the_rules_that_use_it(folder):
    before = folder.use(USE).load()
    folder.put("blueprints/chase.yaml", CHASE.replace("default: 3 days", "default: 5 days"))

    after = reload_rules(before, folder.path)

    assert after.ruleset.by_id["chase.first"].document["when"]["for"] == "5 days"
    assert before.blueprints == {folder.path / "blueprints" / "chase.yaml"}


def test_a_file_whose_blueprint_is_as_before_is_not_read_again(folder):
    before = folder.use(USE).load()

    after = reload_rules(before, folder.path)

    assert all(one is other for one, other in zip(before.files, after.files, strict=True))


@pytest.mark.parametrize(
    "text", ["version: 1\ninputs: {}\nrules: [", CHASE.replace("lead.name", "lead.nmae"), None]
)
def test_a_blueprint_that_breaks_leaves_its_users_their_last_good_rules(folder, text):
    before = folder.use(USE).load()
    if text is None:
        (folder.path / "blueprints" / "chase.yaml").unlink()
    else:
        folder.put("blueprints/chase.yaml", text)

    broken = reload_rules(before, folder.path)
    folder.put("blueprints/chase.yaml", CHASE)
    mended = reload_rules(broken, folder.path)

    assert broken.broken
    assert broken.ruleset == before.ruleset
    assert not mended.broken
    assert mended.ruleset == before.ruleset


words = st.sampled_from(
    [
        "text",
        "duration",
        "list of tag",
        "3 days",
        "{{ inputs.a }}",
        "x {{ inputs.b }}",
        "inputs.a",
        "lead.created",
        "Chaser",
        "",
    ]
)
scalars = words | st.integers(-2, 9) | st.booleans() | st.none()
keys = st.sampled_from(
    [
        "a",
        "b",
        "id",
        "type",
        "default",
        "use",
        "with",
        "when",
        "then",
        "if",
        "log",
        "vars",
        "event",
        "to",
        "for",
        "mode",
        "rules",
        "inputs",
        "version",
    ]
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)
A_RULE = {
    "id": "a",
    "when": {"event": "lead.status_changed", "to": "{{ inputs.a }}"},
    "then": [{"log": "{{ inputs.a }}"}],
}


@given(
    st.dictionaries(
        st.sampled_from(["a", "b"]), st.fixed_dictionaries({"type": words}) | anything, max_size=2
    ),
    st.dictionaries(st.sampled_from(["a", "b"]), anything, max_size=2),
    st.dictionaries(keys, anything, max_size=4),
)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_blueprint_and_no_use_makes_the_checks_raise(folder, declared, values, more):
    blueprint = {"version": 1, "inputs": declared, "rules": [{**A_RULE, **more}]}
    folder.put("blueprints/x.yaml", json.dumps(blueprint))
    folder.use(json.dumps({"id": "u", "use": "blueprints/x.yaml", "with": values}))

    loaded = folder.load()

    for problem in loaded.problems:
        assert render(problem)
    for rule in loaded.ruleset.rules:
        assert rule_from_document(rule.document).digest == rule.digest
