"""check, space and compile: whole outputs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template

TEXT = """\
import math

print("reading")
MAX = 0.5

def data():
    x = 1
    return x

def model(x):
    rate = {{uniform(0, MAX)}}
    units = {{choice([32, 64])}}
    if __name__ == "__main__":
        raise SystemExit("never")
    return rate * units

if __name__ == "__main__":
    print("not run")
"""


def test_check_says_that_there_are_no_problems(cli: Cli, template: Template) -> None:
    template(TEXT)
    assert cli("check", "model.py") == (
        0,
        "model.py: 2 parameters, no problems found (nothing was run)\n",
        "",
    )


def test_check_counts_warnings_and_does_not_fail(cli: Cli, template: Template) -> None:
    template("def model():\n    return {{loguniform(1e-5, 1e-1)}}\n")
    ran = cli("check", "model.py")
    assert (ran.status, ran.out) == (0, "model.py: 1 parameter, 1 warning\n")


def test_check_shows_every_error_and_counts_them(cli: Cli, template: Template) -> None:
    template(
        """\
        def model():
            a = {{uniform(1, 0)}}
            b = {{choise([1])}}
            c = {{loguniform(1e-5, 1e-1)}}
            return a
        """
    )
    ran = cli("check", "model.py")
    assert (ran.status, ran.out) == (1, "")
    assert [line for line in ran.err.splitlines() if line.startswith("model.py")] == [
        "model.py:2:11: error HT104: uniform() needs low < high, got low=1, high=0",
        "model.py:3:11: error HT102: unknown distribution 'choise'",
        "model.py:4:11: warning HT107: the bounds of loguniform() are natural logarithms: this draws "
        "between 1.00001 and 1.10517",
        "model.py: 2 errors, 1 warning",
    ]


def test_check_runs_nothing(cli: Cli, template: Template, here: Path) -> None:
    template("import pathlib\npathlib.Path('ran').touch()\n" + TEXT)
    assert cli("check", "model.py").status == 0
    assert not (here / "ran").exists()


def test_which_functions_count_can_be_said(cli: Cli, template: Template) -> None:
    template("def make(y):\n    return {{uniform(0, 1)}}\n\ndef load():\n    y = 1\n    return y\n")
    assert cli("check", "model.py").status == 1
    for command in ("check", "space", "compile"):
        assert cli(command, "model.py", "--model", "make", "--data", "load").status == 0


def test_space_is_a_table(cli: Cli, template: Template) -> None:
    template(TEXT)
    assert cli("space", "model.py") == (
        0,
        "label  distribution      where\n"
        "rate   uniform(0, MAX)   model.py:11\n"
        "units  choice([32, 64])  model.py:12\n",
        "",
    )


LOGARITHMIC = """
    LOW, HIGH = 1e-4, 0.1

    def model():
        a = {{loguniform(-11.5, -2.3)}}
        b = {{uniform(1e-5, 1e-1, log=True)}}
        c = {{qloguniform(2.77, 5.55, 16)}}
        d = {{uniformint(16, 1024, log=True)}}
        e = {{uniform(LOW, HIGH, log=True)}}
        f = {{loguniform(LOW, -1)}}
        return a + b + c + d + e + f
"""


def test_ranges_by_magnitude_are_shown_by_their_values(cli: Cli, template: Template) -> None:
    template(LOGARITHMIC)
    rows = [line.split("  ") for line in cli("space", "model.py").out.splitlines()[1:]]
    assert [next(cell.strip() for cell in row[1:] if cell) for row in rows] == [
        "1e-05 .. 0.1, log",
        "1e-05 .. 0.1, log",
        "16 .. 257, log, step 16",
        "16 .. 1024, log, step 1",
        "LOW .. HIGH, log",
        "exp(LOW) .. 0.37, log",
    ]
    found = json.loads(cli("space", "model.py", "--format", "json").out)["parameters"]
    assert [[one[key] for key in ("distribution", "low", "high", "log")] for one in found] == [
        ["loguniform", 1.01300935986e-05, 0.100258843723, True],
        ["uniform", 1e-05, 0.1, True],
        ["qloguniform", 15.9586340098, 257.237555906, True],
        ["uniformint", 16, 1024, True],
        ["uniform", None, None, True],
        ["loguniform", None, None, True],
    ]


def test_compile_prints_a_program_that_runs_one_trial(cli: Cli, template: Template, here: Path) -> None:
    template("def model():\n    return {{uniform(0, 1)}} + {{choice([32, 64])}}\n")
    ran = cli("compile", "model.py")
    assert (ran.status, ran.err) == (0, "")
    (here / "program.py").write_text(ran.out)
    result = subprocess.run([sys.executable, "program.py"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "32.5\n", "")


def test_compile_writes_a_file(cli: Cli, template: Template, here: Path) -> None:
    template(TEXT.replace("\n", "\r\n"))
    printed = cli("compile", "model.py").out
    assert cli("compile", "model.py", "-o", "out.py") == (0, "", "")
    assert (here / "out.py").read_bytes().decode() == printed


def test_explain_says_when_each_statement_runs_and_why(cli: Cli, template: Template) -> None:
    template(TEXT)
    ran = cli("compile", "model.py", "--explain")
    assert (ran.status, ran.err) == (0, "")
    rows = [line.split("  ") for line in ran.out.splitlines()]
    assert [[cell.strip() for cell in row if cell][:3] for row in rows] == [
        ["where", "statement", "runs"],
        ["model.py:1", "import math", "left out"],
        ["model.py:3", 'print("reading")', "left out"],
        ["model.py:4", "MAX = 0.5", "setup"],
        ["model.py:6", "def data():", "setup"],
        ["model.py:10", "def model(x):", "trial"],
        ["model.py:17", 'if __name__ == "__main__":', "left out"],
    ]
    assert all(len([cell for cell in row if cell]) == 4 for row in rows)


def test_explain_and_a_file_go_together(cli: Cli, template: Template, here: Path) -> None:
    template(TEXT)
    explained = cli("compile", "model.py", "--explain").out
    assert cli("compile", "model.py", "--explain", "-o", "out.py").out == explained
    assert (here / "out.py").read_text() == cli("compile", "model.py").out


def test_a_path_is_shown_as_it_was_given(cli: Cli, template: Template, here: Path) -> None:
    (here / "sub").mkdir()
    template(TEXT, "sub/model.py")
    assert (
        cli("check", "sub/model.py").out
        == "sub/model.py: 2 parameters, no problems found (nothing was run)\n"
    )
    assert cli("check", str(here / "sub/model.py")).out.startswith(f"{here}/sub/model.py: 2")


def test_space_fits_into_a_terminal(cli: Cli, template: Template, monkeypatch: pytest.MonkeyPatch) -> None:
    template(f"def model():\n    x = {{{{choice({list(range(50))})}}}}\n    return x\n")
    whole = cli("space", "model.py").out
    assert max(map(len, whole.splitlines())) > 150
    monkeypatch.setattr("hypertemplate.cli.commands.space.terminal_width", lambda: 60)
    assert max(map(len, cli("space", "model.py").out.splitlines())) == 60
