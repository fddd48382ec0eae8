"""Templates and expressions: Jinja's syntax and meaning over plain JSON data, safe with any template and any data.

Jinja's lexer and parser read the source; its tree is compiled once into closures that know no Python attribute,
pay for everything that could grow, and give native values where the whole text is one `{{ … }}`. It departs from
Jinja in this: a key that an object lacks is null, null prints as nothing, `default` replaces null too, `lead.items`
is the field, and nothing prints as a Python object (`map` and its like give lists; what is undefined is an error).
"""

from rules_engine.ruleset.templates.analysis import Call, Reference
from rules_engine.ruleset.templates.building import Use
from rules_engine.ruleset.templates.errors import (
    OutOfFuel,
    OutputTooLong,
    TemplateError,
    TemplateSyntaxProblem,
)
from rules_engine.ruleset.templates.filters import FILTERS, TESTS, Filter
from rules_engine.ruleset.templates.functions import BUILTIN_FUNCTIONS
from rules_engine.ruleset.templates.limits import Limits
from rules_engine.ruleset.templates.run import Leave, TemplateEnv
from rules_engine.ruleset.templates.template import Template, compile_expression, compile_text
from rules_engine.ruleset.templates.values import iso, kind, plain
from rules_engine.ruleset.templates.words import Word

__all__ = [
    "BUILTIN_FUNCTIONS",
    "FILTERS",
    "TESTS",
    "Call",
    "Filter",
    "Leave",
    "Limits",
    "OutOfFuel",
    "OutputTooLong",
    "Reference",
    "Template",
    "TemplateEnv",
    "TemplateError",
    "TemplateSyntaxProblem",
    "Use",
    "Word",
    "compile_expression",
    "compile_text",
    "iso",
    "kind",
    "plain",
]
