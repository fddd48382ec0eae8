"""Fuzzes the loader and the checks: `make fuzz SECONDS=60`. What it finds becomes a test in tests/ruleset.

With atheris (coverage-guided, from the corpus of broken files) where there is a wheel of it for this Python; and always
with hypothesis in its long form, which mangles the same files.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rules_engine.ruleset.check import check_source
from rules_engine.ruleset.graph import graph_of
from rules_engine.ruleset.problems import has_errors, render
from rules_engine.ruleset.templates import TemplateSyntaxProblem, compile_expression, compile_text
from rules_engine.ruleset.yaml_source import parse_yaml

BROKEN = sorted((Path(__file__).parents[1] / "ruleset" / "broken").glob("*.yaml"))
SLOWEST = 5.0
"""Seconds of processor time for one input: far beyond any good reason, on any machine."""


def try_file(data: bytes) -> None:
    """Load and check: whatever the bytes are, problems come out and nothing is raised."""
    started = time.thread_time()
    source = parse_yaml(data, "fuzz.yaml")
    checked = check_source(source)
    graph_of(checked.rules).cycles()
    for problem in checked.problems:
        render(problem, source.lines)
    if bool(checked.rules) and has_errors(checked.problems):
        raise AssertionError("a file with an error gave rules")
    if time.thread_time() - started > SLOWEST:
        raise AssertionError("the check took too long")


def try_template(data: bytes) -> None:
    """Compile as a text and as an expression: only syntax problems are raised."""
    text = data.decode("utf-8", "replace")
    for compile_it in (compile_text, compile_expression):
        try:
            compile_it(text)
        except TemplateSyntaxProblem:
            continue


def try_both(data: bytes) -> None:
    """One input for both."""
    try_file(data)
    try_template(data)


def mangle(seconds: float) -> None:
    """Files of the corpus with pieces cut out, doubled and crossed, for so long."""
    files = [path.read_bytes() for path in BROKEN]
    pieces = st.one_of(st.binary(max_size=6), st.sampled_from(b"".join(files).split()))
    ends = time.monotonic() + seconds
    tried = 0

    @given(
        st.sampled_from(files),
        st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 20), pieces), max_size=6),
    )
    @settings(
        max_examples=300,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    def some(file: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
        nonlocal tried
        tried += 1
        for start, length, piece in cuts:
            file = file[:start] + piece + file[start + length :]
        try_both(file)

    while time.monotonic() < ends:
        some()
    print(f"hypothesis: {tried:,} files, nothing found")


def main() -> None:
    """`fuzz_rules.py SECONDS [hypothesis]`; without the second word atheris, which never returns."""
    seconds = float(sys.argv[1])
    if sys.argv[2:] == ["hypothesis"]:
        mangle(seconds)
        return
    try:
        import atheris
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        print(
            f"atheris has no wheel for this Python ({version}): the coverage-guided half is left out",
            file=sys.stderr,
        )
        return
    corpus = str(BROKEN[0].parent)
    found = Path(".fuzz")
    found.mkdir(exist_ok=True)
    atheris.instrument_all()
    options = [
        f"-max_total_time={seconds:.0f}",
        "-max_len=4096",
        "-rss_limit_mb=1024",
        f"-artifact_prefix={found}/",
    ]
    atheris.Setup([sys.argv[0], *options, str(found), corpus], try_both)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
