"""The entry point: help, exit statuses, and what each kind of fault prints."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import hypertemplate
from hypertemplate.cli import app
from hypertemplate.cli.app import commands, guarded
from hypertemplate.errors import InternalError, LoadError
from hypertemplate.exports.factory import EXPORTS
from hypertemplate.other_tools import WITHOUT_OPTION
from tests.cli.conftest import Cli, Template

GOOD = """\
def model():
    return {{uniform(0, 1)}}
"""


def test_without_arguments_the_help_is_shown(cli: Cli) -> None:
    ran = cli()
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Usage: hypertemplate [OPTIONS] [COMMAND] [ARGS]...\n")
    for command in ("run", "try", "show", "retry", "check", "space", "compile"):
        assert re.search(rf"^  {command}  +[A-Z]", ran.out, re.MULTILINE), command


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_has_help(cli: Cli, option: str) -> None:
    for command in ("run", "try", "check", "space", "compile"):
        ran = cli(command, option)
        assert (ran.status, ran.err) == (0, "")
        assert f"Usage: hypertemplate {command} [OPTIONS] TEMPLATE" in ran.out


def test_the_version_is_the_packages(cli: Cli) -> None:
    assert cli("--version").out == f"hypertemplate, version {hypertemplate.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["nosuch"], "no such command 'nosuch' (see hypertemplate --help)", id="no such command"),
        pytest.param(
            ["tune", "model.py"],
            "no such command 'tune': did you mean hypertemplate run? (see hypertemplate --help)",
            id="a command by another name",
        ),
        pytest.param(
            ["help", "run"],
            "no such command 'help': did you mean hypertemplate run --help? (see hypertemplate --help)",
            id="help as a command",
        ),
        pytest.param(
            ["run", "model.py", "--n-trials", "3"],
            "no such option --n-trials: did you mean --max-evals? If it is the program's own, put it after -- "
            "(see hypertemplate run --help)",
            id="an option of another tool",
        ),
        pytest.param(
            ["space", "model.py", "--json"],
            "no such option --json: did you mean --format json? (see hypertemplate space --help)",
            id="a format as an option",
        ),
        pytest.param(
            ["confirm", "model.study", "--runs", "2"],
            "no such option --runs: did you mean --repeats? (see hypertemplate confirm --help)",
            id="an option by another word",
        ),
        pytest.param(
            ["show", "model.study", "--best"],
            "no such option --best: the best trial stands below the list; --sort loss --top N lists the best N "
            "(see hypertemplate show --help)",
            id="an option for what a command does anyway",
        ),
        pytest.param(
            ["apply", "model.study", "--diff"],
            "no such option --diff: apply shows what changes, and writes nothing without --write "
            "(see hypertemplate apply --help)",
            id="another one for what a command does anyway",
        ),
        pytest.param(
            ["report", "model.study", "--curves"],
            "no such option --curves: it is an option of hypertemplate show (see hypertemplate report --help)",
            id="an option of another command",
        ),
        pytest.param(
            ["report", "model.study", "--zzz"],
            "no such option --zzz (see hypertemplate report --help)",
            id="an option of no command",
        ),
        pytest.param(
            ["export", "model.study"],
            f"--to is missing: write --to and one of {', '.join(EXPORTS)} (see hypertemplate export --help)",
            id="an option that has to be given",
        ),
        pytest.param(
            ["check"], "Missing argument 'TEMPLATE' (see hypertemplate check --help)", id="no template"
        ),
        pytest.param(
            ["run", "model.py", "--max-evals", "0"],
            "--max-evals must be a whole number of at least 1, got 0 (see hypertemplate run --help)",
            id="no trials",
        ),
        pytest.param(
            ["run", "model.py", "--max-evals", "-3"],
            "--max-evals must be a whole number of at least 1, got -3 (see hypertemplate run --help)",
            id="fewer than no trials",
        ),
        pytest.param(
            ["run", "model.py", "--algo", "best"],
            "Invalid value for '--algo': 'best' is not one of 'tpe', 'bayes', 'random', 'anneal', 'atpe', 'grid' "
            "(see hypertemplate run --help)",
            id="an unknown algorithm",
        ),
        pytest.param(
            ["run", "model.py", "--seed", "-1"],
            "--seed must be a whole number of at least 0, got -1 (see hypertemplate run --help)",
            id="a negative seed",
        ),
        pytest.param(["check", "nosuch.py"], "nosuch.py: no such file", id="a file that is not there"),
        pytest.param(
            ["run", "folder"],
            "folder is a directory; name a file in it; no .py or .ipynb file there contains markers",
            id="a folder",
        ),
        pytest.param(["space", "empty.py"], "empty.py: the file is empty", id="an empty file"),
        pytest.param(
            ["try", "binary.py"], "binary.py: a binary file, not the text of a program", id="a binary file"
        ),
        pytest.param(
            ["run", "model.py", "--study", "."],
            ". holds the working folder, and a study needs a folder of its own; name another one",
            id="a study in the working folder",
        ),
        pytest.param(
            ["run", "model.py", "--set", "x=1"],
            "--set x=1: no parameter x; the parameters are uniform",
            id="an unknown label",
        ),
        pytest.param(
            ["try", "model.py", "--set", "uniform=fast"],
            "--set uniform: uniform draws a number, got fast",
            id="a value that cannot be",
        ),
        pytest.param(
            ["compile", "model.py", "-o", "model.py"],
            "model.py is the template; name another file with -o",
            id="a program that would replace its template",
        ),
        pytest.param(
            ["compile", "model.py", "-o", "folder"],
            "cannot write folder: Is a directory",
            id="a program that would replace a folder",
        ),
    ],
)
def test_usage_is_one_line_and_exit_status_2(
    cli: Cli, template: Template, here: Path, arguments: list[str], message: str
) -> None:
    template(GOOD)
    template("", "empty.py")
    (here / "binary.py").write_bytes(b"\0\1\2")
    (here / "folder").mkdir()
    assert cli(*arguments) == (2, "", f"error: {message}\n")
    assert sorted(path.name for path in here.iterdir()) == ["binary.py", "empty.py", "folder", "model.py"]


@pytest.mark.parametrize("command", ["run", "try", "check", "space", "compile"])
def test_a_template_with_errors_is_exit_status_1(cli: Cli, template: Template, command: str) -> None:
    template("def model():\n    return {{unifrm(0, 1)}}\n")
    ran = cli(command, "model.py")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("model.py:2:14: error HT102: ")
    assert "Traceback" not in ran.err


def test_compile_warnings_go_to_stderr_for_every_command(cli: Cli, template: Template) -> None:
    template("def model():\n    return {{loguniform(1e-5, 1e-1)}}\n")
    for arguments in (["check"], ["space"], ["compile"], ["try"], ["run", "--max-evals", "1"]):
        ran = cli(arguments[0], "model.py", *arguments[1:])
        assert ran.status == 0
        assert "model.py:2:14: warning HT107: " in ran.err
        assert "HT107" not in ran.out


def test_our_own_fault_asks_for_a_report_with_a_file(
    capfd: pytest.CaptureFixture[str], here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(here))

    def broken() -> int:
        raise ZeroDivisionError("gone \udc80 wrong\nreally")

    assert guarded(broken) == 70
    err = capfd.readouterr().err
    (report,) = here.glob("hypertemplate-*.txt")
    assert err == (
        "error: hypertemplate itself failed: ZeroDivisionError('gone \\udc80 wrong\\nreally')\n"
        f"This is a fault of hypertemplate, not of your template. Please report it, and attach {report}\n"
    )
    text = report.read_text(encoding="utf-8")
    assert text.startswith(f"hypertemplate {hypertemplate.__version__}, Python 3.")
    assert "in broken" in text
    assert "ZeroDivisionError: gone" in text


def test_an_internal_error_says_its_own_message(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(here))
    assert app.internal_error_text(InternalError("the program is odd")).startswith(
        "error: hypertemplate itself failed: the program is odd\n"
    )


def test_a_load_error_shows_what_was_printed_and_the_traceback() -> None:
    error = LoadError("ValueError: no\nfile", "Traceback:\n  line\n", "\x1b[1mreading\x1b[0m\n\nx\n")
    assert app.load_error_text(error) == (
        "error: the template could not be loaded: ValueError: no\n"
        "last output:\n"
        "| reading\n"
        "|\n"
        "| x\n"
        "Traceback:\n"
        "  line"
    )
    assert app.load_error_text(LoadError("no\nfile")) == (
        "error: the template could not be loaded: no\n  file"
    ), "without a traceback, which ends with the whole message"


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, env={**os.environ, **environment}, check=False
    )


def test_an_interrupted_import_ends_with_our_status() -> None:
    program = (
        "import sys\n"
        "from hypertemplate.cli.app import guarded\n"
        "sys.exit(guarded(lambda: exec('raise KeyboardInterrupt')))\n"
    )
    ran = python("-c", program)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"interrupted\n")


@pytest.mark.parametrize(
    "name", ["hypertemplate.cli.app", "hypertemplate.search.samplers.hyperopt.sampler", "click"]
)
def test_ctrl_c_while_the_command_is_imported_is_no_traceback(name: str) -> None:
    program = (
        "import signal, sys\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == sys.argv[1]: signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        "from hypertemplate.cli import main\n"
        "sys.exit(main(['--version']))\n"
    )
    ran = python("-c", program, name)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, b"", b"interrupted\n")


def test_a_system_that_starts_no_process_is_no_fault_of_ours(
    cli: Cli, template: Template, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fork(*arguments: object, **more: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr("subprocess.Popen", fork)
    template(GOOD)
    ran = cli("run", "model.py")
    assert (ran.status, ran.out, ran.err.splitlines()[-1]) == (
        71,
        "",
        "error: no worker can be started: Resource temporarily unavailable; see ulimit -a, or run fewer workers",
    )
    assert [path.name for path in here.iterdir()] == ["model.py"]


def test_the_package_runs_as_a_module(template: Template) -> None:
    template(GOOD)
    ran = python("-m", "hypertemplate", "check", "model.py")
    assert (ran.returncode, ran.stdout, ran.stderr) == (
        0,
        b"model.py: 1 parameter, no problems found (nothing was run)\n",
        b"",
    )


def test_what_the_terminals_encoding_lacks_is_printed_as_an_escape(template: Template) -> None:
    template("def model():\n    größe = {{choice(['→'])}}\n    return 1\n")
    ran = python("-m", "hypertemplate", "space", "model.py", PYTHONIOENCODING="latin-1:strict")
    assert ran.returncode == 0
    assert b"gr\xf6\xdfe  choice(['\\u2192'])" in ran.stdout


@pytest.mark.long
def test_a_reader_that_has_had_enough_is_no_fault(template: Template, here: Path) -> None:
    long = "x" * 300  # more than a pipe has room for, of few markers
    markers = "".join(f"    {long}{i} = {{{{uniform(0, {i + 1})}}}}\n" for i in range(300))
    template(f"def model():\n{markers}    return {long}0\n")
    command = f"{sys.executable} -m hypertemplate space model.py; echo status $? >&2"
    ran = subprocess.run(f"({command}) | head -1", shell=True, capture_output=True, text=True, check=False)
    assert ran.stdout.split() == ["label", "distribution", "where"]
    assert ran.stderr == "status 141\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_an_output_without_room_is_no_fault_of_ours(template: Template) -> None:
    template("def model():\n    return {{uniform(0, 1)}}\n")
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "hypertemplate", "space", "model.py"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ran.returncode, ran.stderr) == (
        2,
        "error: the output cannot be written: No space left on device\n",
    )


@pytest.mark.long
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
@pytest.mark.parametrize(
    ("text", "status", "out"),
    [
        pytest.param(GOOD, 0, "best of 1 trial: trial 0, loss 0.5, minimised\n", id="a search goes on"),
        pytest.param("def model(:\n", 1, "", id="a template with errors"),
        pytest.param("", 2, "", id="a template that cannot be read"),
    ],
)
def test_messages_without_room_are_lost_and_nothing_else(
    template: Template, text: str, status: int, out: str
) -> None:
    template(text)
    options = ["--max-evals", "1", "--set", "uniform=0.5"]
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "hypertemplate", "run", "model.py", *options],
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
            check=False,
        )
    assert (ran.returncode, "".join(ran.stdout.splitlines(keepends=True)[:1])) == (status, out)


@pytest.mark.long
def test_check_and_space_load_nothing_heavy(template: Template) -> None:
    lines = "".join(f"    x{i} = {{{{uniform(0, {i + 1})}}}}\n" for i in range(200))
    template(f"import keras\nimport tensorflow\n\ndef model():\n{lines}    return x0\n")
    program = (
        "import sys\n"
        "from hypertemplate.cli import main\n"
        "assert main([sys.argv[1], 'model.py']) == 0\n"
        "heavy = {'hyperopt', 'numpy', 'rich', 'jinja2', 'nbformat', 'keras', 'tensorflow', 'jax', 'torch'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)\n"
    )
    for command in ("check", "space"):
        ran = python("-c", program, command)
        assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.long
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_search_with_a_closed_stream_runs_all_the_same(template: Template, closed: str) -> None:
    template("def model():\n    return {{uniform(0, 1)}}\n")
    command = [sys.executable, "-m", "hypertemplate", "run", "model.py", "--max-evals", "1"]
    done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *command], capture_output=True, text=True)
    assert done.returncode == 0
    assert ("best of 1 trial" in done.stdout) == (closed == "2>&-")
    assert ("loading model.py" in done.stderr) == (closed == ">&-")


def test_advice_without_an_option_is_for_commands_and_options_that_there_are() -> None:
    for (command, option), advice in WITHOUT_OPTION.items():
        own = {name for one in commands.commands[command].params for name in one.opts}
        assert f"--{option}" not in own
        assert set(re.findall(r"--[a-z-]+", advice)) <= own
