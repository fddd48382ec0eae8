"""`make mutants`: each guard is taken out of a copy of the tree, and the tests that should notice must go red.

A mutant is `killed` when its tests fail, `survived` when they pass. Tests that can't even be collected are an error,
as is a patch that no longer fits. That the tests are green with every guard in its place is for `make test` to say.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from planted_mutants import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "build", "dist", "*.egg-info"
)
_SECONDS = 300
_RED = 1


def patched(text: str, mutant: Mutant) -> str:
    """The source without the guard; raises ValueError when the patch does not fit."""
    if text.count(mutant.old) != 1:
        raise ValueError(
            f"{mutant.name}: its text is {text.count(mutant.old)} times in {mutant.file}, not once"
        )
    return text.replace(mutant.old, mutant.new)


def verdict_of(mutant: Mutant, tree: Path) -> str:
    """Take the guard out of this tree, run its tests, put the guard back."""
    path = tree / "rules_engine" / mutant.file
    whole = path.read_text()
    _write(path, patched(whole, mutant))
    try:
        return _verdict(_tests(mutant.tests, tree))
    finally:
        _write(path, whole)


def _write(path: Path, text: str) -> None:
    """Python takes a compiled file for current by size and second: it must not be there."""
    path.write_text(text)
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
        compiled.unlink()


def _tests(arguments: Sequence[str], tree: Path) -> int | None:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    try:
        ran = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return ran.returncode


def _verdict(code: int | None) -> str:
    if code is None:
        return "killed (hangs)"
    if code == 0:
        return "survived"
    return "killed" if code == _RED else f"error (pytest says {code})"


def main() -> int:
    """Print a table; 0 when every mutant was killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the short form: a few of them")
    parser.add_argument("--only", default="", metavar="WORDS", help="those with these words in their name")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    wanted = parser.parse_args()
    chosen = [one for one in MUTANTS if wanted.only in one.name and (one.quick or not wanted.quick)]
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        verdicts = _judge_all(chosen, Path(folder), wanted.jobs)
    killed = sum(verdict.startswith("killed") for verdict in verdicts)
    sys.stdout.write(f"{killed} of {len(chosen)} killed in {time.monotonic() - began:.0f} s\n")
    return 0 if killed == len(chosen) else 1


def _judge_all(mutants: Sequence[Mutant], folder: Path, jobs: int) -> list[str]:
    """Each job has a tree of its own."""
    trees: SimpleQueue[Path] = SimpleQueue()
    for number in range(jobs):
        tree = folder / str(number)
        shutil.copytree(ROOT, tree, ignore=_LEFT_OUT)
        trees.put(tree)

    def judge(mutant: Mutant) -> str:
        tree = trees.get()
        began = time.monotonic()
        try:
            verdict = verdict_of(mutant, tree)
        finally:
            trees.put(tree)
        sys.stdout.write(f"{verdict:<10}  {time.monotonic() - began:5.0f} s  {mutant.name}\n")
        sys.stdout.flush()
        return verdict

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(judge, mutants))


if __name__ == "__main__":
    sys.exit(main())
