"""Loads a folder of rules, all problems of all files at once; and reloads it without letting go of what worked.

A file with an error gives no rules: half of a file is not what its author meant. At a reload the rules that it last
gave stay in its place, so that a slip, or a file caught half written, stops nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rules_engine.errors import ConfigurationError
from rules_engine.ruleset.across import notes_across, problem_of
from rules_engine.ruleset.background import NO_BACKGROUND, Background
from rules_engine.ruleset.blueprints import Library
from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.collector import collector_paused
from rules_engine.ruleset.files import FoundFile, find_files
from rules_engine.ruleset.graph import Graph, graph_of
from rules_engine.ruleset.index import RuleIndex
from rules_engine.ruleset.model import Place, Rule
from rules_engine.ruleset.parts import TemplateCache
from rules_engine.ruleset.problems import Problem, Related, has_errors, in_order
from rules_engine.ruleset.yaml_places import Lines
from rules_engine.ruleset.yaml_source import parse_yaml


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that are in force together."""

    rules: tuple[Rule, ...] = ()

    @property
    def by_id(self) -> Mapping[str, Rule]:
        """Each rule by its id."""
        return {rule.id: rule for rule in self.rules}

    def index(self) -> RuleIndex:
        """The rules by event type; build it once for a set."""
        return RuleIndex(self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFile:
    """What one file gave."""

    name: str
    digest: str
    """Hash of its bytes, so that an unchanged file is not read again."""
    rules: tuple[Rule, ...]
    """The rules in force: of a broken file, those that it gave when it was last right."""
    problems: tuple[Problem, ...]
    stale: bool = False
    """Whether the rules are older than the file."""
    blueprints: Mapping[str, str] = field(default_factory=dict)
    """The blueprints that it uses, with the hash of each: when one changes, so does the file."""

    @property
    def broken(self) -> bool:
        """Whether the file, as it is now, has an error."""
        return has_errors(self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a rules path gave."""

    ruleset: RuleSet
    problems: tuple[Problem, ...]
    files: tuple[LoadedFile, ...]
    cache: TemplateCache = field(repr=False, compare=False)
    background: Background = field(default=NO_BACKGROUND, repr=False, compare=False)
    """What the rules were held against; a reload holds them against the same."""
    graph: Graph | None = field(default=None, repr=False, compare=False)
    """Which rules start which, so that a reload looks at what changed alone."""

    @property
    def broken(self) -> bool:
        """Whether anything has an error."""
        return has_errors(self.problems)

    @property
    def blueprints(self) -> frozenset[Path]:
        """The blueprints that the files use."""
        return frozenset(Path(name) for file in self.files for name in file.blueprints)


def load_rules(path: Path, background: Background = NO_BACKGROUND) -> Loaded:
    """Load a file, or all files of a folder. Raises ConfigurationError when there is nothing at the path.

    Blueprints are found inside that folder; for a single file, inside the folder that it stands in.
    `background` is what is known beside the files: endpoints, the last snapshot. The rules of a file with an error are not in the set; a caller that must not go on looks at `broken`.
    """
    return _load(path, None, background=background)


def reload_rules(previous: Loaded, path: Path) -> Loaded:
    """Load again; a file that is broken now keeps the rules that it last gave, and its problems are reported.

    A path that is gone or holds no file any more keeps everything. Raises nothing.
    """
    try:
        loaded = _load(path, previous, background=previous.background)
    except ConfigurationError as error:
        gone = Problem(code="RE113", message=str(error), advice=error.advice, place=_top(path.as_posix()))
        return replace(previous, problems=in_order((*_problems(previous.files), gone)))
    if not loaded.files:
        return replace(previous, problems=loaded.problems)
    return loaded


def _load(path: Path, previous: Loaded | None, *, background: Background) -> Loaded:
    found, cache = find_files(path), TemplateCache()
    if not found:
        problem = Problem(
            code="RE114",
            message=f"the folder {path} has no rules files",
            advice="put a file such as rules.yaml into it, or name another folder",
            place=_top(path.as_posix()),
        )
        return Loaded(ruleset=RuleSet(), problems=(problem,), files=(), cache=cache, background=background)
    known = {file.name: file for file in previous.files} if previous is not None else {}
    before = previous.graph if previous is not None else None
    library = Library(path if path.is_dir() else path.parent)
    with collector_paused():
        fresh = [_load_file(file, known.get(file.name), cache, background, library) for file in found]
        if before is not None and _are_the_same(fresh, previous):
            settled, graph = fresh, before
        else:
            settled, graph = _without_cycles(_settle(fresh, known), known, before)
        across = [_used_at(problem, graph.rules) for problem in notes_across(graph)]
    lines = {file.name: file.content for file in found}
    problems = [_excerpted(problem, lines) for problem in (*_problems(settled), *across)]
    return Loaded(
        ruleset=RuleSet(graph.rules),
        problems=in_order(problems),
        files=tuple(settled),
        cache=cache,
        background=background,
        graph=graph,
    )


def _problems(files: Iterable[LoadedFile]) -> Iterator[Problem]:
    return (problem for file in files for problem in file.problems)


def _excerpted(problem: Problem, contents: Mapping[str, bytes]) -> Problem:
    """The problem with the line of its file, where it was found without a look at the file."""
    if problem.excerpt or problem.place.file not in contents:
        return problem
    text = contents[problem.place.file].decode("utf-8-sig", "replace")
    line = Lines(text).texts[problem.place.line - 1 : problem.place.line]
    return replace(problem, excerpt="".join(line))


def _used_at(problem: Problem, rules: Iterable[Rule]) -> Problem:
    """The problem with the line that uses the blueprint, where it stands in one."""
    rule = next((rule for rule in rules if rule.id == problem.rule), None)
    if rule is None or rule.place.file == problem.place.file:
        return problem
    return replace(problem, related=(Related("used here", rule.place),))


def _load_file(
    found: FoundFile,
    known: LoadedFile | None,
    cache: TemplateCache,
    background: Background,
    library: Library,
) -> LoadedFile:
    if found.refusal:
        problem = Problem(
            code="RE113", message=f"the file can't be read: {found.refusal}", place=_top(found.name)
        )
        return LoadedFile(name=found.name, digest="", rules=(), problems=(problem,))
    digest = hashlib.sha256(found.content).hexdigest()
    unchanged = known is not None and known.digest == digest and not known.problems and not known.stale
    if known is not None and unchanged and _as_before(known.blueprints, library):
        return known
    checked = check_source(parse_yaml(found.content, found.name), cache, background, library)
    return LoadedFile(
        name=found.name,
        digest=digest,
        rules=checked.rules,
        problems=checked.problems,
        blueprints=library.used_by(found.name),
    )


def _as_before(blueprints: Mapping[str, str], library: Library) -> bool:
    return all(library.named(name).digest == before for name, before in blueprints.items())


def _settle(files: list[LoadedFile], known: Mapping[str, LoadedFile]) -> list[LoadedFile]:
    """Hold ids unique over all files, and put the last good rules in the place of broken files.

    Of two files with the same id, the one that did not change has it; then the one that comes first.
    """
    owners: dict[str, LoadedFile] = {}
    outcome: dict[str, LoadedFile] = {}
    for file in sorted(files, key=lambda each: known.get(each.name) is not each):
        clashes = [_clash(rule, owners[rule.id]) for rule in file.rules if rule.id in owners]
        settled = replace(file, rules=(), problems=in_order((*file.problems, *clashes))) if clashes else file
        owners.update({rule.id: file for rule in settled.rules})
        outcome[file.name] = settled
    for name, file in outcome.items():
        if file.broken and name in known:
            kept = tuple(rule for rule in known[name].rules if rule.id not in owners)
            owners.update({rule.id: file for rule in kept})
            outcome[name] = replace(file, rules=kept, stale=True)
    return [outcome[file.name] for file in files]


def _without_cycles(
    files: list[LoadedFile], known: Mapping[str, LoadedFile], before: Graph | None
) -> tuple[list[LoadedFile], Graph]:
    """Cut each open cycle at a file of it, best one that changed: it goes back to the rules that it last gave."""
    settled = list(files)
    went_back: set[str] = set()
    while True:
        graph = graph_of((rule for file in settled for rule in file.rules), before)
        cycle = next((cycle for cycle in graph.cycles() if cycle.open), None)
        if cycle is None:
            return settled, graph
        ids = {rule.id for rule in cycle.rules}
        touched = [n for n, file in enumerate(settled) if any(rule.id in ids for rule in file.rules)]
        n = min(touched, key=lambda n: known.get(settled[n].name) is settled[n])
        file = settled[n]
        at = next(rule for rule in file.rules if rule.id in ids)
        others = {rule.id for other in settled if other is not file for rule in other.rules}
        given = known[file.name].rules if file.name in known and file.name not in went_back else ()
        kept = tuple(rule for rule in given if rule.id not in others and given != file.rules)
        went_back.add(file.name)
        problems = in_order((*file.problems, problem_of(cycle, at)))
        settled[n] = replace(file, rules=kept, problems=problems, stale=bool(kept))


def _are_the_same(fresh: list[LoadedFile], previous: Loaded | None) -> bool:
    """Whether every file is the very one that was loaded before, and none is gone."""
    return (
        previous is not None
        and len(fresh) == len(previous.files)
        and all(new is old for new, old in zip(fresh, previous.files, strict=True))
    )


def _clash(rule: Rule, owner: LoadedFile) -> Problem:
    first = next(other for other in owner.rules if other.id == rule.id)
    return Problem(
        code="RE126",
        message=f"the id {rule.id} is used by {first.place} already",
        advice="take another id",
        place=rule.place,
        rule=rule.id,
    )


def _top(name: str) -> Place:
    return Place(name, 1, 1)
