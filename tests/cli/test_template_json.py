"""``check`` and ``space`` with ``--format json``: one JSON value on stdout, and nothing else."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli, Template

DOCS = Path(__file__).parents[2] / "docs" / "cli.rst"

GOOD = """\
def model():
    rate = {{uniform(0, 0.5)}}
    return rate
"""

DOUBTFUL = """\
def model():
    rate = {{loguniform(1e-5, 1e-1)}}
    return rate
"""

WRONG = """\
def model():
    a = {{uniform(1, 0)}}
    return a + größe
"""


def test_space_gives_the_parameters(cli: Cli, template: Template, here: Path) -> None:
    (here / "sub").mkdir()
    template(GOOD, "sub/model.py")
    ran = cli("space", "sub/model.py", "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == (
        "{\n"
        '  "template": "sub/model.py",\n'
        '  "parameters": [\n'
        "    {\n"
        '      "label": "rate",\n'
        '      "distribution": "uniform",\n'
        '      "arguments": "0, 0.5",\n'
        '      "low": 0,\n'
        '      "high": 0.5,\n'
        '      "log": false,\n'
        '      "default": null,\n'
        '      "file": "sub/model.py",\n'
        '      "cell": null,\n'
        '      "line": 2,\n'
        '      "column": 12,\n'
        '      "end_line": 2,\n'
        '      "end_column": 31\n'
        "    }\n"
        "  ]\n"
        "}\n"
    )


def test_check_gives_an_empty_list_where_nothing_is_wrong(cli: Cli, template: Template) -> None:
    template(GOOD)
    assert cli("check", "model.py", "--format", "json") == (0, '{\n  "diagnostics": []\n}\n', "")


def test_check_gives_warnings_and_does_not_fail(cli: Cli, template: Template) -> None:
    template(DOUBTFUL)
    ran = cli("check", "model.py", "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    (found,) = json.loads(ran.out)["diagnostics"]
    assert (found["code"], found["severity"], found["line"], found["column"]) == ("HT107", "warning", 2, 14)


@pytest.mark.parametrize("command", ["check", "space"])
def test_errors_are_the_result(cli: Cli, template: Template, command: str) -> None:
    template(WRONG)
    ran = cli(command, "model.py", "--format", "json")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.isascii()
    assert json.loads(ran.out) == {
        "diagnostics": [
            {
                "code": "HT104",
                "severity": "error",
                "message": "uniform() needs low < high, got low=1, high=0",
                "help": "swap the bounds: uniform(0, 1)",
                "file": "model.py",
                "cell": None,
                "line": 2,
                "column": 11,
            },
            {
                "code": "HT301",
                "severity": "error",
                "message": "'größe' is not defined",
                "help": "import it, or define 'größe' at the top level",
                "file": "model.py",
                "cell": None,
                "line": 3,
                "column": 16,
            },
        ]
    }


def test_space_does_not_mix_warnings_into_the_parameters(cli: Cli, template: Template) -> None:
    template(DOUBTFUL)
    ran = cli("space", "model.py", "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    assert list(json.loads(ran.out)) == ["template", "parameters"]


@pytest.mark.parametrize("command", ["check", "space"])
def test_a_path_that_cannot_be_read_is_one_line_on_stderr(cli: Cli, command: str) -> None:
    assert cli(command, "nosuch.py", "--format", "json") == (2, "", "error: nosuch.py: no such file\n")


@pytest.mark.parametrize("command", ["check", "space"])
def test_which_functions_count_can_be_said(cli: Cli, template: Template, command: str) -> None:
    template("def load():\n    y = 1\n    return y\n\ndef make(y):\n    return {{uniform(0, 1)}}\n")
    options = ("--model", "make", "--data", "load", "--format", "json")
    assert cli(command, "model.py", *options).status == 0


@pytest.mark.parametrize("command", ["check", "space"])
def test_text_is_the_default(cli: Cli, template: Template, command: str) -> None:
    template(GOOD)
    assert cli(command, "model.py", "--format", "text") == cli(command, "model.py")


def test_an_unknown_format_is_a_wrong_option(cli: Cli, template: Template) -> None:
    template(GOOD)
    assert cli("check", "model.py", "--format", "xml") == (
        2,
        "",
        "error: Invalid value for '--format': 'xml' is not one of 'text', 'json' "
        "(see hypertemplate check --help)\n",
    )


def shown(command: str) -> Any:
    """The JSON that the section of a command shows in the documentation."""
    text = DOCS.read_text(encoding="utf-8").partition(f"``{command}``\n---")[2]
    block = re.search(r"^\.\. code-block:: json\n\n((?: {4}.*\n)+)", text, flags=re.MULTILINE)
    assert block is not None
    return json.loads(textwrap.dedent(block[1]))


@pytest.mark.parametrize(
    ("command", "text"),
    [
        pytest.param("space", "\n" * 18 + "    model.add(Dropout({{uniform(0, 0.5)}}))\n", id="space"),
        pytest.param("check", "\n" * 18 + "    model.add(Dropout({{uniform(0.5, 0)}}))\n", id="check"),
    ],
)
def test_the_documentation_shows_what_is_printed(
    cli: Cli, template: Template, command: str, text: str
) -> None:
    template(f"def model(model, Dropout):\n{text}    return 0\n\ndef data():\n    return 1, 2\n")
    assert json.loads(cli(command, "model.py", "--format", "json").out) == shown(command)
