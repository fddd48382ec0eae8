"""Templates and expressions: Jinja's syntax over plain JSON data, without Jinja's compiler or Python's attributes."""

from rules_engine.ruleset.templates.errors import OutOfFuel, OutputTooLong, TemplateError, TemplateSyntaxProblem
from rules_engine.ruleset.templates.limits import Limits
from rules_engine.ruleset.templates.template import (
    Call,
    Reference,
    Template,
    TemplateEnv,
    Use,
    compile_expression,
    compile_text,
)
from rules_engine.ruleset.templates.words import Word

__all__ = [
    "Call",
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
]
