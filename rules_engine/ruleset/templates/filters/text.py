"""Filters for text. What is not text is taken as it would be printed; null is nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rules_engine.ruleset.templates.errors import TemplateError
from rules_engine.ruleset.templates.filters.spec import Filter, table
from rules_engine.ruleset.templates.run import Run
from rules_engine.ruleset.templates.values import kind, show, text_of

_WORD_STARTS = re.compile(r"([-\s({\[<]+)")
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_MOST_STRIPPED = 64
_LEEWAY = 5


def _text(run: Run, value: Any) -> str:
    """The value as text, paid for once to be read and once to be made anew."""
    text = text_of(run, value)
    run.make(len(text))
    return text


def lower(run: Run, value: Any) -> str:
    """In small letters."""
    return _text(run, value).lower()


def upper(run: Run, value: Any) -> str:
    """In capital letters."""
    return _text(run, value).upper()


def capitalize(run: Run, value: Any) -> str:
    """The first letter large, the rest small."""
    return _text(run, value).capitalize()


def title(run: Run, value: Any) -> str:
    """Each word with a capital."""
    text = _text(run, value)
    run.burn(len(text) // 2)
    words = _WORD_STARTS.split(text)
    return "".join(word[0].upper() + word[1:].lower() for word in words if word)


def trim(run: Run, value: Any, chars: Any = None) -> str:
    """Without white space (or those characters) at both ends."""
    if chars is None:
        return _text(run, value).strip()
    stripped = _need_text(chars, "trim")
    if len(stripped) > _MOST_STRIPPED:
        raise TemplateError(f"`trim` takes at most {_MOST_STRIPPED} characters to strip")
    return _text(run, value).strip(stripped)


def replace(run: Run, value: Any, old: Any, new: Any, count: Any = None) -> str:
    """One text put for another, everywhere or the first `count` times."""
    text, old_text, new_text = _text(run, value), text_of(run, old), text_of(run, new)
    most = -1 if count is None else _need_whole(count, "replace")
    found = text.count(old_text)
    times = found if most < 0 else min(found, most)
    run.make(times * max(len(new_text) - len(old_text), 0))
    return text.replace(old_text, new_text, most)


def split(run: Run, value: Any, separator: Any = None) -> list[str]:
    """The pieces between the separators; white space where none is given."""
    text = _text(run, value)
    wanted = None if separator is None else _need_text(separator, "split")
    if wanted is not None and not wanted:
        raise TemplateError("`split` needs a separator that is not empty")
    # Where white space splits, a piece takes two characters at least, so there are never more than can be paid.
    run.burn(text.count(wanted) if wanted else len(text) // 2)
    return text.split(wanted)


def lines(run: Run, value: Any) -> list[str]:
    """The lines of a text, without their ends."""
    text = _text(run, value)
    run.burn(sum(map(text.count, _LINE_ENDS)))
    return text.splitlines()


def truncate(
    run: Run, value: Any, length: Any = 255, killwords: Any = False, end: Any = "...", leeway: Any = None
) -> str:
    """Cut to a length, at a word's end unless `killwords`, and marked with `end`."""
    if isinstance(value, (list, tuple, Mapping)):
        raise TemplateError(f"`truncate` needs a text, not {kind(value)}")
    text, mark = _text(run, value), text_of(run, end)
    most = _need_whole(length, "truncate")
    spare = _LEEWAY if leeway is None else _need_whole(leeway, "truncate")
    if most < len(mark) or spare < 0:
        raise TemplateError(f"`truncate` needs a length of at least {len(mark)} and a leeway of at least 0")
    if len(text) <= most + spare:
        return text
    kept = text[: most - len(mark)]
    return (kept if killwords else kept.rsplit(" ", 1)[0]) + mark


def string(run: Run, value: Any) -> str:
    """As text, the way it would be printed."""
    return str(text_of(run, value))


def _need_text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise TemplateError(f"`{name}` needs a text in its brackets, not {show(value)}")
    return str(value)


def _need_whole(value: Any, name: str) -> int:
    if not isinstance(value, int):
        raise TemplateError(f"`{name}` needs a whole number, not {kind(value)}")
    return value


FILTERS = table(
    [
        Filter(
            name="capitalize",
            function=capitalize,
            summary="The first letter large, the rest small.",
            example="{{ 'needs CLOSING' | capitalize }} → Needs closing",
        ),
        Filter(
            name="lines",
            function=lines,
            summary="The lines of a text, as a list.",
            example="{{ 'call Ada\\nsend offer' | lines }} → ['call Ada', 'send offer']",
        ),
        Filter(
            name="lower", function=lower, summary="In small letters.", example="{{ 'High' | lower }} → high"
        ),
        Filter(
            name="replace",
            function=replace,
            summary="One text put for another, everywhere or the first `count` times.",
            example="{{ 'a-b-c' | replace('-', ' ', 1) }} → a b-c",
        ),
        Filter(
            name="split",
            function=split,
            summary="The pieces between separators (white space by default), as a list.",
            example="{{ 'Ada, Bob' | split(', ') }} → ['Ada', 'Bob']",
        ),
        Filter(
            name="string",
            function=string,
            summary="As text, the way it is printed.",
            example="{{ 5 | string }} → '5'",
        ),
        Filter(
            name="title",
            function=title,
            summary="Each word with a capital.",
            example="{{ 'website relaunch' | title }} → Website Relaunch",
        ),
        Filter(
            name="trim",
            function=trim,
            summary="Without white space, or the given characters, at both ends.",
            example="{{ '  Ada ' | trim }} → Ada",
        ),
        Filter(
            name="truncate",
            function=truncate,
            summary="Cut to a length at the end of a word, with `...`; a little longer is let pass (`leeway`, 5).",
            example="{{ 'foo bar baz qux' | truncate(9) }} → foo...",
        ),
        Filter(
            name="upper", function=upper, summary="In capital letters.", example="{{ 'ada' | upper }} → ADA"
        ),
    ]
)
