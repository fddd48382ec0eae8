"""The filters and tests that templates may use: two tables, read by the evaluator, the checks and the docs."""

from collections.abc import Mapping

from rules_engine.ruleset.templates.filters import dates, lists, numbers, spans, text
from rules_engine.ruleset.templates.filters.higher import DEFAULT, higher_filters
from rules_engine.ruleset.templates.filters.predicates import TESTS as _OF_VALUES
from rules_engine.ruleset.templates.filters.spec import Filter

_SIMPLE: Mapping[str, Filter] = {
    **text.FILTERS,
    **numbers.FILTERS,
    **lists.FILTERS,
    **dates.FILTERS,
    **spans.FILTERS,
    DEFAULT.name: DEFAULT,
}
TESTS: Mapping[str, Filter] = {**_OF_VALUES, spans.TEST.name: spans.TEST}
FILTERS: Mapping[str, Filter] = {**_SIMPLE, **higher_filters(_SIMPLE, TESTS)}

__all__ = ["DEFAULT", "FILTERS", "TESTS", "Filter"]
