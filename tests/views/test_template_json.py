"""Parameters and findings as plain data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import error, warning
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source, Span
from hypertemplate.views.template_json import diagnostics_json, space_json


def parameters(*parts: Part, shown: str = "") -> Any:
    """The parameters of a template."""
    return space_json(compile_source(Source(parts, path="/templates/model.py", shown=shown)))["parameters"]


def file(text: str) -> Part:
    return Part("file", "sub/model.py", text)


def arguments(expression: str) -> list[str]:
    """The arguments of the parameters of an expression."""
    found = parameters(file(f"MAX = 1\ndef model(i=0):\n    x = {expression}\n    return x\n"))
    return [parameter["arguments"] for parameter in found]


def test_a_space_is_its_template_and_its_parameters() -> None:
    text = "def model():\n    rate = {{uniform(0, 0.5)}}\n    return rate\n"
    assert space_json(compile_source(Source((file(text),), path="/templates/sub/model.py"))) == {
        "template": "sub/model.py",
        "parameters": [
            {
                "label": "rate",
                "distribution": "uniform",
                "arguments": "0, 0.5",
                "low": 0,
                "high": 0.5,
                "log": False,
                "default": None,
                "file": "sub/model.py",
                "cell": None,
                "line": 2,
                "column": 12,
                "end_line": 2,
                "end_column": 31,
            }
        ],
    }


def test_an_inner_distribution_has_the_place_of_its_call() -> None:
    outer, inner = parameters(
        file("def model():\n    x = {{choice([1,\n        uniform(0, 1)])}}\n    return x\n")
    )
    assert (outer["label"], outer["arguments"]) == ("x", "[1,\n        uniform(0, 1)]")
    assert [outer[key] for key in ("line", "column", "end_line", "end_column")] == [2, 9, 3, 26]
    assert (inner["label"], inner["distribution"], inner["arguments"]) == ("x.1", "uniform", "0, 1")
    assert [inner[key] for key in ("line", "column", "end_line", "end_column")] == [3, 9, 3, 22]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("{{uniform(0, MAX)}}", ["0, MAX"], id="as they are written"),
        pytest.param("{{uniform( high = 1 , low=0 )}}", [" high = 1 , low=0 "], id="blanks and keywords"),
        pytest.param("{{choice([1, 2], name='(')}}", ["[1, 2], name='('"], id="a parenthesis in a string"),
        pytest.param("{{choice(\n  [1, 2]  # ):\n)}}", ["\n  [1, 2]  # ):\n"], id="several lines"),
        pytest.param("{{hp . choice ( [1, 2] )}}", [" [1, 2] "], id="a dotted distribution"),
        pytest.param("{{(choice)([1])}}", ["[1]"], id="a distribution in parentheses"),
        pytest.param("{{(choice # (\n)([1])}}", ["[1]"], id="a comment before the arguments"),
        pytest.param("{{choice \\\n ([1])}}", ["[1]"], id="a line that goes on"),
        pytest.param("{{(choice([1]))}}", ["[1]"], id="a call in parentheses"),
        pytest.param("<<choice([1 << 4, 2])>>", ["[1 << 4, 2]"], id="the other spelling"),
        pytest.param("{ {uniform(0, 1)}\n}", ["0, 1"], id="braces apart"),
        pytest.param("'ä' and {{choice(['ö', 'ü'])}}", ["['ö', 'ü']"], id="letters beyond ASCII"),
        pytest.param(
            "{{choice([uniform(0, 1), choice([2, normal(3, 4)])])}}",
            ["[uniform(0, 1), choice([2, normal(3, 4)])]", "0, 1", "[2, normal(3, 4)]", "3, 4"],
            id="distributions in distributions",
        ),
        pytest.param(
            "[{{choice([1, 2])[i:2]}} for i in range(2)]", ["[1, 2]"] * 2, id="a draw per iteration"
        ),
    ],
)
def test_arguments_are_the_text_between_the_parentheses(expression: str, expected: list[str]) -> None:
    assert arguments(expression) == expected


def test_columns_count_characters() -> None:
    (parameter,) = parameters(file("def model():\n\tx = '🎉', {{choice([1, 2])}}\n\treturn x\n"))
    assert (parameter["column"], parameter["end_column"]) == (11, 29)


def test_a_cell_is_a_number_and_its_file_the_notebook() -> None:
    first = Part("cell", "sub/train.ipynb, cell 2 (In [1])", "MAX = 1\n", cell=2)
    second = Part(
        "cell",
        "sub/train.ipynb, cell 5 (In [7])",
        "def model():\n    return {{uniform(0, MAX)}}\n",
        cell=5,
    )
    source = Source((first, second), path="/templates/sub/train.ipynb", shown="sub/train.ipynb")
    found: Any = space_json(compile_source(source))
    assert found["template"] == "sub/train.ipynb"
    (parameter,) = found["parameters"]
    assert [parameter[key] for key in ("file", "cell", "line", "column")] == ["sub/train.ipynb", 5, 2, 12]
    finding = diagnostics_json([warning(Code.BOUNDS, "low < high", Span(1, 24, 43))], source)
    assert finding == {
        "diagnostics": [
            {
                "code": "HT104",
                "severity": "warning",
                "message": "low < high",
                "help": "",
                "file": "sub/train.ipynb",
                "cell": 5,
                "line": 2,
                "column": 12,
            }
        ]
    }


def test_a_finding_in_a_file_of_its_own() -> None:
    source = Source((Part("file", "network.py", "x\ny\n", module="network"), file("z\n")))
    found: Any = diagnostics_json([error(Code.LABEL, "a", Span(0, 2, 3)), error(Code.LABEL, "b")], source)
    places = [[one[key] for key in ("file", "cell", "line", "column")] for one in found["diagnostics"]]
    assert places == [["network.py", None, 2, 1], ["sub/model.py", None, None, None]]


def test_no_findings_are_an_empty_list() -> None:
    assert diagnostics_json((), Source((file("x"),))) == {"diagnostics": []}


def test_everything_is_json() -> None:
    text = "def model():\n    x = {{choice(['\\x1b', normal(0, 1)])}}\n    return x\n"
    found = space_json(compile_source(Source((file(text),))))
    assert json.loads(json.dumps(found)) == found
