"""A template: compiled once from its source, evaluated as often as wanted, safely, with any data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

from rules_engine.ruleset.templates.analysis import Analysis, Call, Reference
from rules_engine.ruleset.templates.building import Builder, CompileNode, Evaluate, Place, Use
from rules_engine.ruleset.templates.calls import CALLS
from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.expressions import EXPRESSIONS
from rules_engine.ruleset.templates.operations import OPERATIONS
from rules_engine.ruleset.templates.parsing import MARKUP, Positions, normalise, parse_expression, parse_text
from rules_engine.ruleset.templates.run import Output, Run, TemplateEnv, checked_text
from rules_engine.ruleset.templates.statements import body
from rules_engine.ruleset.templates.values import hand_out

_TABLE: Mapping[type[nodes.Node], CompileNode] = {**EXPRESSIONS, **OPERATIONS, **CALLS}
_BRACES = "{{ … }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A compiled text or expression, with what it reads and calls, each with its place in the source."""

    source: str
    is_constant: bool
    """Whether it has no markup, and so is what it says."""
    references: tuple[Reference, ...] = ()
    """Names read from the scope, in the order of the text; those bound by `for` and `set` are left out."""
    calls: tuple[Call, ...] = ()
    filters: tuple[Use, ...] = ()
    tests: tuple[Use, ...] = ()
    place: Place = (1, 1)
    """Where its expression begins; for a text its start."""
    run: Callable[[Run], Any] = field(repr=False, compare=False)
    """The closure; use `evaluate`."""

    def evaluate(self, scope: Mapping[str, Any], env: TemplateEnv) -> Any:
        """The value: native where the whole is one expression, else text.

        Native values are str, int, float, bool, None, lists and dicts of them, `Word` (a str) and aware
        datetimes; `plain` makes strict JSON of them. Raises `TemplateError`, and nothing else.
        """
        try:
            run = Run(scope, env)
            value = self.run(run)
            return value if value is True or value is False else hand_out(run, value)
        except TemplateError as error:
            raise error.at(self.place) from error.__cause__
        except RecursionError:
            raise TemplateError("The template or its data is nested too deeply.") from None
        except MemoryError:
            raise TemplateError("The template needs more memory than there is.") from None
        except Exception as error:
            # As broad as can be: one rule's odd data must fail that rule, and never stop the worker.
            raise TemplateError(f"The template failed: {error}") from error


def compile_text(source: str) -> Template:
    """Compile a text that may hold `{{ … }}` and `{% … %}`.

    Where the whole text is one `{{ … }}`, its evaluation gives the native value, otherwise text; without
    any markup it is a constant. Raises `TemplateSyntaxProblem`.
    """
    if MARKUP.search(source) is None:
        return Template(source=source, is_constant=True, run=lambda run: checked_text(run, source))
    normal = normalise(source)
    tree = parse_text(normal)
    only = _only_expression(tree)
    if only is not None:
        return _compiled(source, Positions(normal), [only], lambda builder: builder.expression(only))
    return _compiled(source, Positions(normal), tree, lambda builder: _text(builder, tree))


def compile_expression(source: str) -> Template:
    """Compile an expression, as `if:` takes it; it may be written wholly in `{{ … }}`, too.

    Raises `TemplateSyntaxProblem`.
    """
    normal = normalise(source)
    positions = Positions(normal)
    if normal.lstrip().startswith(("{{", "{%", "{#")):
        only = _only_expression(parse_text(normal))
        if only is None:
            offset = len(normal) - len(normal.lstrip())
            message = "A condition is one expression, not a text with pieces filled in."
            positions.fail(offset, message, f"Write it without {_BRACES}, as in: lead.value > 5000")
        tree = only
    else:
        tree = parse_expression(normal)
    return _compiled(source, positions, [tree], lambda builder: builder.expression(tree))


def _compiled(
    source: str, positions: Positions, tree: list[nodes.Node], compile_tree: Callable[[Builder], Evaluate]
) -> Template:
    builder = Builder(positions, _TABLE)
    run = compile_tree(builder)
    analysis = Analysis(positions)
    for node in tree:
        analysis.walk(node)
    return Template(
        source=source,
        is_constant=False,
        references=tuple(analysis.references),
        calls=tuple(analysis.calls),
        filters=tuple(builder.filters),
        tests=tuple(builder.tests),
        place=builder.place(tree[0]) if len(tree) == 1 else (1, 1),
        run=run,
    )


def _text(builder: Builder, tree: list[nodes.Node]) -> Evaluate:
    execute = body(builder, tree)

    def run_text(run: Run) -> str:
        run.local = {}
        output = Output(run)
        execute(run, output)
        return output.text()

    return run_text


def _only_expression(tree: list[nodes.Node]) -> nodes.Expr | None:
    """The one expression that a text consists of, white space around it aside, or None."""
    if len(tree) != 1 or not isinstance(tree[0], nodes.Output):
        return None
    rest = [
        node for node in tree[0].nodes if not (isinstance(node, nodes.TemplateData) and not node.data.strip())
    ]
    if len(rest) != 1 or isinstance(rest[0], nodes.TemplateData):
        return None
    return rest[0]
