"""`rules-engine test`: rules proved by tests before they touch a client."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from rules_engine.cli import options
from rules_engine.cli.known import rule_paths
from rules_engine.cli.output import print_json, printable, say
from rules_engine.clock import SystemClock
from rules_engine.errors import ConfigurationError, RulesEngineError
from rules_engine.foresight.rule_tests.coverage import Coverage, coverage_of
from rules_engine.foresight.rule_tests.junit import junit_xml
from rules_engine.foresight.rule_tests.probe import Probe
from rules_engine.foresight.rule_tests.report import as_json, coverage_lines, lines_of, summary
from rules_engine.foresight.rule_tests.session import FileResult, Session, find_test_files


class NoTests(RulesEngineError):
    """There are no rule tests."""

    advice = (
        "Write one beside your rules: rules/sales.test.yaml for rules/sales.yaml; docs/testing.md tells how."
    )


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]…")
@options.rules_option
@click.option("--coverage", is_flag=True, help="Tell which rules, branches and conditions no test reached.")
@click.option(
    "--junit",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the results as JUnit XML, for continuous integration.",
)
@options.json_option
@options.config_option
@click.pass_context
def test(
    ctx: click.Context,
    /,
    *,
    paths: tuple[Path, ...],
    rules: Path | None,
    coverage: bool,
    junit: Path | None,
    json: bool,
    config: Path | None,
) -> None:
    """Run rule tests: a change, and the actions that must come of it.

    PATH is a test file or a folder with `*.test.yaml` files; without one, those beside the configured rules are run.
    The real engine runs them on a clock of their own, and nothing is asked of Dashtrack. Exit codes: 0 all passed ·
    1 a test failed or could not be run.
    """
    settings = options.load_config(config=config)
    where = paths or ((rules,) if rules is not None else tuple(rule_paths(settings)))
    files = find_test_files(where)
    if not files:
        raise NoTests(f"there are no *.test.yaml files in {', '.join(map(str, where))}")
    clock, probe = SystemClock(), Probe() if coverage else None
    with Session(
        calendar=settings.calendar, monotonic=time.perf_counter, rules=rules, probe=probe
    ) as session:
        results = [session.run(file) for file in files]
        reached = _coverage(session, probe, where)
    if junit is not None:
        _write(junit, junit_xml(results, at=clock.now()))
    if json:
        print_json(as_json(results, reached))
    else:
        _print(results, reached)
    ok = all(result.passed for result in results)
    say(summary(results), colour="green" if ok else "red")
    ctx.exit(0 if ok else 1)


def _coverage(session: Session, probe: Probe | None, where: Iterable[Path]) -> Coverage | None:
    """The coverage of the tested rules and of all that stand in the folders, those without any test too."""
    if probe is None:
        return None
    for folder in where:
        if session.rules is None and folder.is_dir():
            session.load(folder)
    return coverage_of(session.tested, probe)


def _print(results: Sequence[FileResult], reached: Coverage | None) -> None:
    lines = [line for result in results for line in lines_of(result)]
    lines += coverage_lines(reached) if reached is not None else ()
    for line in lines:
        click.echo(printable(line))


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"{file} can't be written: {error.strerror or error}", advice="Check the path after --junit."
        ) from None
