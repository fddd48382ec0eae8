"""How long `check` takes over many rules, beside PyYAML's C loader alone: `python benchmarks/loading.py [--files 100]`.

The rules are the cookbook's, over and over, each with an id, a name and one template of its own; `--distinct` gives
every template of every rule a text of its own. Each figure is the fewest seconds of processor time of some turns,
and the ratio is to `yaml.load(…, CSafeLoader)` of the same files in the same process, turn by turn.
"""

from __future__ import annotations

import argparse
import gc
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import yaml

from rules_engine.ruleset.load import load_rules, reload_rules

COOKBOOK = Path(__file__).parent.parent / "examples" / "cookbook"
_RULE = re.compile(r"(?m)^  - id: .*\n(?:(?:    .*)?\n)*")
_TEMPLATE = re.compile(r'"([^"\n]*\S\s*\{\{[^"\n]*|\{\{[^"\n]*\}\}\s*[^{"\n]+)"')
_EMITTED = re.compile(r"custom\.[a-z-]+")


@dataclass(frozen=True)
class Row:
    """One thing that was measured."""

    what: str
    seconds: float
    floor: float


def cookbook_rules() -> list[str]:
    """Each rule of the cookbook, as its lines of YAML."""
    files = sorted(path for path in COOKBOOK.glob("*.yaml") if not path.stem.endswith(".test"))
    return [found for path in files for found in _RULE.findall(path.read_text(encoding="utf-8"))]


def numbered(rule: str, n: int, *, distinct: bool) -> str:
    """The rule under an id and a name of its own, with one template (or each) that no other rule has."""
    own = re.sub(r"(?m)^(  - id: )(\S+)", rf"\g<1>\g<2>-{n}", rule, count=1)
    own = re.sub(r"(?m)^(    name: )(.*)", rf"\g<1>\g<2> {n}", own, count=1)
    own = _EMITTED.sub(lambda found: f"{found[0]}-{n}", own)
    return _TEMPLATE.sub(rf'"\g<1> {n}"', own, count=0 if distinct else 1)


def write_rules(folder: Path, *, files: int, rules: int, distinct: bool) -> None:
    """That many files, each with that many rules."""
    numbers = iter(range(files * rules))
    source = cycle(cookbook_rules())
    for each in range(files):
        body = "".join(numbered(rule, next(numbers), distinct=distinct) for rule in islice(source, rules))
        (folder / f"rules-{each:04}.yaml").write_text(f"version: 1\nrules:\n{body}", encoding="utf-8")


def seconds_of(work: Callable[[], object]) -> float:
    """Processor seconds of one call, begun with nothing left to collect."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def parse_all(folder: Path) -> None:
    """What anything that reads these files must do at least."""
    for path in sorted(folder.glob("*.yaml")):
        yaml.load(path.read_bytes(), yaml.CSafeLoader)


def parse_paused(folder: Path) -> None:
    """The same without Python's collector, which looks through all that was parsed so far again and again."""
    gc.disable()
    try:
        parse_all(folder)
    finally:
        gc.enable()


def measure(folder: Path, turns: int) -> Iterator[Row]:
    """Cold, one file of all changed, and none."""
    found: dict[str, list[float]] = {}

    def note(what: str, work: Callable[[], object]) -> None:
        found.setdefault(what, []).append(seconds_of(work))

    path = min(folder.glob("*.yaml"))
    text = path.read_text(encoding="utf-8")
    for turn in range(turns):
        note("floor", lambda: parse_all(folder))
        note("the same, Python's collector paused", lambda: parse_paused(folder))
        note("check, cold", lambda: load_rules(folder))
        loaded = load_rules(folder)
        if loaded.broken or not loaded.ruleset.rules:
            sys.exit("\n".join(map(str, loaded.problems[:5])))
        path.write_text(text.replace("name: ", f"name: {turn} "), encoding="utf-8")
        note("one file changed", lambda loaded=loaded: reload_rules(loaded, folder))
        again = reload_rules(loaded, folder)
        note("nothing changed", lambda again=again: reload_rules(again, folder))
        path.write_text(text, encoding="utf-8")
    floor = min(found["floor"])
    yield from (Row(what, min(seconds), floor) for what, seconds in found.items())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--rules", type=int, default=100, help="rules of each file")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--distinct", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rules(folder, files=asked.files, rules=asked.rules, distinct=asked.distinct)
        size = sum(path.stat().st_size for path in folder.glob("*.yaml"))
        print(f"{asked.files * asked.rules:,} rules in {asked.files} files, {size / 2**20:.1f} MiB")
        print(f"{'':<40}{'seconds':>10}{'ratio':>10}")
        for row in measure(folder, asked.turns):
            print(f"{row.what:<40}{row.seconds:>10.3f}{row.seconds / row.floor:>10.3f}")


if __name__ == "__main__":
    main()
