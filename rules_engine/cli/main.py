"""The program `rules-engine`: its table of commands, and the one place where an error becomes a message.

This module is imported by every call, so it must import nothing but click and what costs nothing.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import click

from rules_engine import __version__
from rules_engine.cli.lazy import Entry, LazyGroup
from rules_engine.errors import RulesEngineError

PROGRAM: Final = "rules-engine"
EXIT_UNEXPECTED: Final = 70
EXIT_INTERRUPTED: Final = 130
EXIT_BROKEN_PIPE: Final = 141
"""As a shell reports a program that SIGPIPE ended."""

COMMANDS: Final[Mapping[str, Entry]] = {
    "run": Entry("rules_engine.cli.run:run", "Poll, match rules and act, until stopped."),
    "worker": Entry(
        "rules_engine.cli.worker:worker", "Share the accounts with other workers, until stopped."
    ),
    "check": Entry("rules_engine.cli.check:check", "Validate rules: every problem at once, with its place."),
    "explain": Entry(
        "rules_engine.cli.explain:explain", "Explain a code of check, with a wrong and a right example."
    ),
    "new": Entry("rules_engine.cli.new:new", "Write a commented rule file to begin with."),
    "test": Entry(
        "rules_engine.cli.test:test",
        "Run rule tests: a change, and the actions that must come of it.",
    ),
    "graph": Entry("rules_engine.cli.graph:graph", "Show which rules start which."),
    "events": Entry("rules_engine.cli.events:events", "Show what changed."),
    "runs": Entry("rules_engine.cli.runs:runs", "Show what rules did; retry, approve or discard runs."),
    "why": Entry("rules_engine.cli.why:why", "Tell why a rule did or did not run."),
    "render": Entry("rules_engine.cli.render:render", "Evaluate a template and print the result."),
    "schema": Entry("rules_engine.cli.schema:schema", "Print a schema: rules, config or openapi."),
    "doctor": Entry("rules_engine.cli.doctor:doctor", "Check key, address, limits, clock, rules and store."),
    "sandbox": Entry("rules_engine.cli.sandbox:sandbox", "A faithful local Dashtrack to try things on."),
    "demo": Entry("rules_engine.cli.demo:demo", "A day of an agency's work, with nothing set up."),
}
"""Command → where it is. The summary is the first line of the command's own help; a test holds them together."""


@click.group(
    PROGRAM,
    cls=LazyGroup,
    entries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")
def cli() -> None:
    """The automation engine for agencies on Dashtrack: it polls, works out what changed, and acts by your rules.

    Start with `rules-engine demo`, or `rules-engine doctor` when you have a key.
    """


def main(args: Sequence[str] | None = None) -> int:
    """Run the command that `args` (default: the process's own) name, and return the exit code.

    A command ends with a code of its own by `ctx.exit(code)`; what it raises is reported here and nowhere else.
    """
    _open_closed_streams()
    try:
        code = _run(list(sys.argv[1:] if args is None else args))
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
        return EXIT_BROKEN_PIPE
    return code


def _open_closed_streams() -> None:
    """Let a standard stream that the caller closed lead nowhere: else the next file would take its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open to the end


def _run(args: list[str]) -> int:
    try:
        _complete_if_asked()
        with cli.make_context(PROGRAM, args) as ctx:
            cli.invoke(ctx)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as problem:
        _show_usage_problem(problem)
        return problem.exit_code
    except (KeyboardInterrupt, click.Abort, EOFError):
        click.echo("interrupted", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        raise
    except RulesEngineError as error:
        _report(error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last resort: whatever it is, the user gets words and a code
        _report_unexpected(error)
        return EXIT_UNEXPECTED
    return 0


def _show_usage_problem(problem: click.ClickException) -> None:
    """Print click's words. They repeat arguments, and a key may have been typed where it does not belong."""
    from rules_engine.logs import Redactor  # noqa: PLC0415 - only a failure needs it

    words = io.StringIO()
    problem.show(file=words)
    click.echo(Redactor.for_environment(os.environ).text(words.getvalue()), err=True, nl=False)


def _report(error: RulesEngineError) -> None:
    """Print what happened and what to do next."""
    from rules_engine.cli.output import complain  # noqa: PLC0415 - only a failure needs it

    complain(str(error), advice=error.advice)
    if _debugging():
        _print_traceback(error)


def _report_unexpected(error: Exception) -> None:
    """Ask for a report; the traceback comes only when asked for, and never with a key in it."""
    from rules_engine.cli.output import complain  # noqa: PLC0415 - only a failure needs it

    complain(
        f"something unexpected happened: {type(error).__name__}: {error}",
        advice="This is a bug in rules-engine. Please report it with what you ran; "
        "RULES_ENGINE_DEBUG=1 shows where it happened. Nothing that was stored is lost.",
    )
    if _debugging():
        _print_traceback(error)


def _print_traceback(error: BaseException) -> None:
    import traceback  # noqa: PLC0415 - only a failure needs it

    from rules_engine.logs import Redactor  # noqa: PLC0415 - only a failure needs it

    text = "".join(traceback.format_exception(error))
    click.echo(Redactor.for_environment(os.environ).text(text), err=True)


def _debugging() -> bool:
    return os.environ.get("RULES_ENGINE_DEBUG", "") not in ("", "0")


def _complete_if_asked() -> None:
    """Answer the shell's request for completions, which comes as an environment variable."""
    variable = "_RULES_ENGINE_COMPLETE"
    instruction = os.environ.get(variable)
    if instruction:
        from click.shell_completion import shell_complete  # noqa: PLC0415 - only a completing shell needs it

        raise click.exceptions.Exit(shell_complete(cli, {}, PROGRAM, variable, instruction))


def _forget_stdout() -> None:
    """Whoever read our output is gone: let the interpreter's own last flush go nowhere, silently."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
