"""The program's frame: quick help, and for everything that can end a command the right words and the right code."""

from __future__ import annotations

import importlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable

import click
import pytest

from rules_engine import __version__
from rules_engine.cli import main as program
from rules_engine.cli.lazy import Entry
from rules_engine.errors import ConfigurationError, RulesEngineError, StoreError, UsageError

CANARY = "dt_canary0123456789"
COMMAND = [sys.executable, "-m", "rules_engine.cli.main"]


def run(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *args],
        capture_output=True,
        text=True,
        env={**os.environ, **environ},
        check=False,
        timeout=30,
    )


@pytest.fixture
def probe(monkeypatch):
    """Put a command called `probe` into the table; give what runs it and what it does."""

    def install(does: Callable[[], object]) -> None:
        monkeypatch.setattr(
            importlib.import_module(__name__), "_probe", click.Command("probe", callback=does), raising=False
        )
        monkeypatch.setitem(program.COMMANDS, "probe", Entry(f"{__name__}:_probe", "For this test."))

    return install


def raising(error: BaseException) -> Callable[[], None]:
    def do() -> None:
        raise error

    return do


class TestHelp:
    def test_it_lists_every_command_with_its_summary(self):
        done = run("--help")

        assert done.returncode == 0
        for name, entry in program.COMMANDS.items():
            assert name in done.stdout
            assert entry.summary in done.stdout

    def test_it_loads_nothing_but_click(self):
        code = "import sys\nfrom rules_engine.cli.main import main\nmain(['--help'])\nprint(*sys.modules, sep='\\n', file=sys.stderr)"

        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

        loaded = {name.partition(".")[0] for name in done.stderr.split()}
        heavy = {
            "rich",
            "httpx",
            "sqlalchemy",
            "jinja2",
            "jsonschema",
            "yaml",
            "structlog",
            "starlette",
            "uvicorn",
        }
        assert not loaded & (heavy | {"msgspec", "xxhash", "watchfiles", "asyncio", "zoneinfo"})
        ours = {name for name in done.stderr.split() if name.startswith("rules_engine")}
        assert ours == {
            "rules_engine",
            "rules_engine.cli",
            "rules_engine.cli.main",
            "rules_engine.cli.lazy",
            "rules_engine.errors",
            "rules_engine.suggest",
        }

    @pytest.mark.parametrize("name", program.COMMANDS)
    def test_each_command_says_what_the_list_says(self, name):
        entry = program.COMMANDS[name]
        module, _, attribute = entry.target.partition(":")
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not there yet")

        command = getattr(importlib.import_module(module), attribute)

        assert command.name == name
        assert command.help.splitlines()[0] == entry.summary

    def test_the_version_is_told(self):
        assert run("--version").stdout == f"rules-engine {__version__}\n"

    def test_without_a_command_the_help_is_shown_as_wrong_usage(self):
        done = run()

        assert done.returncode == 2
        assert "Commands:" in done.stdout + done.stderr

    def test_a_shell_can_ask_for_completions(self):
        done = run(_RULES_ENGINE_COMPLETE="bash_complete", COMP_WORDS="rules-engine ch", COMP_CWORD="1")

        assert done.returncode == 0
        assert done.stdout.split() == ["plain,check"]


class TestExitCodes:
    def test_an_unknown_command_is_wrong_usage_and_gets_the_nearest_one(self):
        done = run("chekc")

        assert done.returncode == 2
        assert "Did you mean 'check'?" in done.stderr
        assert done.stdout == ""

    def test_an_unknown_flag_is_wrong_usage(self):
        assert run("check", "--nonsense").returncode == 2

    @pytest.mark.parametrize(
        ("error", "code"),
        [(RulesEngineError, 1), (UsageError, 2), (ConfigurationError, 3), (StoreError, 4)],
    )
    def test_an_error_of_ours_is_its_words_its_advice_and_its_code(self, probe, capsys, error, code):
        probe(raising(error("the thing is broken", advice="Mend it.")))

        assert program.main(["probe"]) == code

        out, err = capsys.readouterr()
        assert out == ""
        assert err == "error: the thing is broken\nMend it.\n"

    def test_a_command_can_end_with_a_code_of_its_own(self, probe):
        probe(lambda: click.get_current_context().exit(5))

        assert program.main(["probe"]) == 5

    def test_an_error_without_words_has_those_of_its_kind(self, probe, capsys):
        probe(raising(StoreError()))

        program.main(["probe"])

        assert capsys.readouterr().err == "error: The store can't be used.\n"

    @pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
    def test_an_interruption_is_quiet(self, probe, capsys, error):
        probe(raising(error))

        assert program.main(["probe"]) == 130
        assert capsys.readouterr().err == "interrupted\n"


class TestTheUnexpected:
    def test_it_is_a_request_to_report_without_a_traceback(self, probe, capsys, monkeypatch):
        monkeypatch.delenv("RULES_ENGINE_DEBUG", raising=False)
        probe(raising(ZeroDivisionError("by nought")))

        assert program.main(["probe"]) == 70

        err = capsys.readouterr().err
        assert "ZeroDivisionError: by nought" in err
        assert "report" in err
        assert "RULES_ENGINE_DEBUG=1" in err
        assert "Traceback" not in err

    @pytest.mark.parametrize("error", [ZeroDivisionError(CANARY), ConfigurationError(CANARY, advice=CANARY)])
    def test_the_traceback_comes_when_asked_for_and_has_no_key(self, probe, capsys, monkeypatch, error):
        monkeypatch.setenv("RULES_ENGINE_DEBUG", "1")
        monkeypatch.setenv("DASHTRACK_API_KEY", "s3cr3t of another form")
        error.__cause__ = ValueError("s3cr3t of another form")
        probe(raising(error))

        program.main(["probe"])

        err = capsys.readouterr().err
        assert "Traceback" in err
        assert "dt_canary" not in err
        assert "s3cr3t" not in err

    def test_a_key_on_the_command_line_is_not_repeated(self):
        for args in (
            [CANARY],
            ["check", f"--{CANARY}"],
            ["schema", CANARY],
            ["doctor", "--base-url", CANARY],
        ):
            done = run(*args)
            assert done.returncode != 0
            assert CANARY not in done.stdout + done.stderr


class TestPipes:
    def test_a_reader_that_goes_away_is_no_error(self, tmp_path):
        code = (
            "import sys, click, rules_engine.cli.main as m\n"
            "m._probe = click.Command('probe', callback=lambda: [click.echo('x' * 1000) for _ in range(1000)] and None)\n"
            "m.COMMANDS['probe'] = m.Entry('rules_engine.cli.main:_probe', '')\n"
            "sys.exit(m.main(['probe']))"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            process.stdout.read(10)
            process.stdout.close()
            err = process.stderr.read()

        assert err == b""
        assert process.returncode == 141

    @pytest.mark.parametrize("line", ["click.echo('x')", "sys.stdout.write('x')"])
    def test_a_reader_that_was_never_there_is_no_error(self, line):
        code = (
            "import sys, click, rules_engine.cli.main as m\n"
            f"m._probe = click.Command('probe', callback=lambda: {line} and None)\n"
            "m.COMMANDS['probe'] = m.Entry('rules_engine.cli.main:_probe', '')\n"
            "sys.exit(m.main(['probe']))"
        )
        read_end, write_end = os.pipe()
        os.close(read_end)

        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=write_end,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": ""},  # what is not buffered never waits for the last flush
            check=False,
            timeout=30,
        )
        os.close(write_end)

        assert (done.returncode, done.stderr) == (141, b"")
