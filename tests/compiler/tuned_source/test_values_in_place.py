"""``apply --plain``: each marker becomes what a trial drew, and the rest of its line stays."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import pytest

from hypertemplate.compiler.diagnostics.edit import edited
from hypertemplate.compiler.markers.search_space import Dimension, Option
from hypertemplate.compiler.tuned_source.tuned_edits import plain_edits
from hypertemplate.compiler.tuned_source.tuned_values import TunedValues, parameters
from hypertemplate.errors import CompileError
from tests.compiler.support import analysis, cells, project, source
from tests.compiler.tuned_source.support import plain_text, tuned


def body(line: str) -> str:
    return f"def model(rate=1, x=1, i=0):\n    {line}\n    return 0\n"


@pytest.mark.parametrize(
    ("line", "params", "expected"),
    [
        pytest.param("x = {{uniform(0, 1)}}", {"x": 0.30000000000000004}, "x = 0.30000000000000004", id="a number has all the digits that it needs"),
        pytest.param("x = {{uniform(0, 1, log=False)}}", {"x": 1e-05}, "x = 1e-5", id="an exponent has no zeros before it"),
        pytest.param("x = {{uniform(0, 1e30)}}", {"x": 1e22}, "x = 1e22", id="an exponent has no plus"),
        pytest.param("x = {{uniform(0, 99)}}", {"x": 64.0}, "x = 64.0", id="a whole number of a range of fractions stays a float"),
        pytest.param("x = {{quniform(0, 99, 1)}}", {"x": 64.0}, "x = 64", id="a whole number is an int where all are"),
        pytest.param("x = {{uniform(-1, 1)}} ** 2", {"x": -0.5}, "x = (-0.5) ** 2", id="a negative base is in parentheses"),
        pytest.param("x = 2 ** {{uniform(-1, 1)}}", {"x": -0.5}, "x = 2 ** -0.5", id="a negative exponent is not"),
        pytest.param("x = rate - {{uniform(-1, 1)}}", {"x": -0.5}, "x = rate - -0.5", id="nor is a negative summand"),
        pytest.param("x = {{uniform(-1, 1)}}.hex()", {"x": -0.5}, "x = (-0.5).hex()", id="a negative number with an attribute is in parentheses"),
        pytest.param("x = {{randint(9)}}.bit_length()", {"x": 5}, "x = (5).bit_length()", id="so is a whole number with an attribute"),
        pytest.param("x = ({{randint(9)}}).bit_length()", {"x": 5}, "x = (5).bit_length()", id="unless it is in parentheses already"),
        pytest.param("x = 1 if{{choice([0, 1])}}else 2", {"x": "1"}, "x = 1 if 1 else 2", id="words keep their distance"),
        pytest.param("return{{choice(['a', 'b'])}}", {"choice": "'b'"}, "return 'b'", id="also from a text"),
        pytest.param("x = max({{choice([rate if x else 0, 1])}}, 2)", {"x": "rate if x else 0"}, "x = max(rate if x else 0, 2)", id="an argument may be any expression"),
        pytest.param("x = 1 + {{choice([rate if x else 0, 1])}}", {"x": "rate if x else 0"}, "x = 1 + (rate if x else 0)", id="an operand is in parentheses"),
        pytest.param("x = max(*{{choice([[1] or [2], [3]])}})", {"x": "[1] or [2]"}, "x = max(*([1] or [2]))", id="so is what is unpacked"),
        pytest.param("x = {{choice([lambda v: v, len])}}(rate)", {"x": "lambda v: v"}, "x = (lambda v: v)(rate)", id="and what is called"),
        pytest.param("x = {{choice([(1, 2), (3, 4)])}}[0]", {"x": "(3, 4)"}, "x = (3, 4)[0]", id="a tuple has its own"),
        pytest.param("x = {{choice([(y := 1), 2])}}", {"x": "y := 1"}, "x = (y := 1)", id="a named expression needs them everywhere"),
        pytest.param("x = {{choice([\n        rate +\n        1, 2])}}", {"x": "rate + 1"}, "x = (rate +\n        1)", id="so does an option on several lines"),
        pytest.param("x = {{choice([\n        max(rate,  # the rate\n            1), 2])}}", {"x": "max(rate, 1)"}, "x = max(rate,  # the rate\n            1)", id="brackets hold its lines together"),
        pytest.param("x = {{choice([max(rate, uniform(0, 1)), 2])}}", {"x": "max(rate, uniform(0, 1))", "x.0": 0.25}, "x = max(rate, 0.25)", id="distributions in the chosen option have values"),
        pytest.param("x = {{choice([uniform(-1, 1) ** 2, 2])}}", {"x": "uniform(-1, 1) ** 2", "x.0": -0.5}, "x = (-0.5) ** 2", id="also with parentheses of their own"),
        pytest.param("x = {{choice([choice([3, uniform(0, 1)]), 2])}}", {"x": "choice([3, uniform(0, 1)])", "x.0": "uniform(0, 1)", "x.0.1": 0.5}, "x = 0.5", id="at any depth"),
        pytest.param("x = {{pchoice([(0.5, 'a'), (0.5, 'b')])}}", {"x": "'b'"}, "x = 'b'", id="of a weighted choice only the option is left"),
        pytest.param("x = {{lognormal(0, 1)}}", {"x": float("inf")}, "x = float('inf')", id="infinity has no literal"),
        pytest.param("x = [1, 2, 3][{{randint(-3, 0)}}]", {"x": -2}, "x = [1, 2, 3][-2]", id="a negative index is not in parentheses"),
        pytest.param("x = {{choice([-1, len])}}()", {"x": "-1"}, "x = (-1)()", id="a negative number that is called is"),
        pytest.param("x = [1, 2][{{choice([0 if x else 1, 0])}}]", {"x": "0 if x else 1"}, "x = [1, 2][0 if x else 1]", id="an index may be any expression"),
        pytest.param("x = dict(a={{choice([0 if x else 1, 0])}}, **{{choice([{} or {'b': 1}, {}])}})", {"a": "0 if x else 1", "x": "{} or {'b': 1}"}, "x = dict(a=0 if x else 1, **({} or {'b': 1}))", id="so may a keyword's value, but not a dict that is unpacked"),
        pytest.param("x = {{{choice([0 if x else 1, 0])}}: {{choice([rate or 2, 0])}} for _ in 'a'}", {"x": "0 if x else 1", "x_1": "rate or 2"}, "x = {0 if x else 1: rate or 2 for _ in 'a'}", id="so may the two sides of a comprehension"),
        pytest.param("x = {'a': {{choice([rate or 2, 0])}}, **{{choice([{} or {'b': 1}, {}])}}}", {"a": "rate or 2", "x": "{} or {'b': 1}"}, "x = {'a': rate or 2, **({} or {'b': 1})}", id="and the value of a key"),
        pytest.param("x = <<choice([1 << 2, 3])>> << 1", {"x": "1 << 2"}, "x = (1 << 2) << 1", id="angles go too"),
        pytest.param("x = {{ # why }}\n        uniform(0,\n            1)\n    }} + 1", {"x": 0.5}, "x = 0.5 + 1", id="a marker on several lines is one value"),
    ],
)  # fmt: skip
def test_a_value_means_in_its_place_what_it_means_alone(
    line: str, params: dict[str, Any], expected: str
) -> None:
    text = plain_text(body(line), **params)
    assert text == body(expected)
    ast.parse(text)


LOOP = "SIZES = [8, 16, 32]\ndef model():\n    for i in range({loop}):\n        x = {marker}\n    return x\n"


@pytest.mark.parametrize(
    ("loop", "marker", "params", "expected"),
    [
        pytest.param("3", "{{choice([64, 32, 16])[i]}}", {"x[0]": "64", "x[1]": "16", "x[2]": "32"}, "(64, 16, 32)[i]", id="constants are a tuple with its index"),
        pytest.param("3", "{{uniform(0, 1)[i]}}", {"x[0]": 0.5, "x[1]": 0.25, "x[2]": 0.5}, "(0.5, 0.25, 0.5)[i]", id="so are numbers"),
        pytest.param("3", "{{choice([64, 32])[i]}}", {"x[0]": "32", "x[1]": "32", "x[2]": "32"}, "32", id="one value for all needs no index"),
        pytest.param("1", "{{choice([64, 32])[i]}}", {"x[0]": "32"}, "32", id="nor does the only one"),
        pytest.param("2, 4", "{{choice([64, 32])[i]}}", {"x[2]": "32", "x[3]": "64"}, "(32, 64)[i - 2]", id="an index that starts later is shifted"),
        pytest.param("-1, 1", "{{choice([64, 32])[i]}}", {"x[-1]": "32", "x[0]": "64"}, "(32, 64)[i + 1]", id="one below 0 too: a tuple would count from its end"),
        pytest.param("1, 6, 2", "{{choice([64, 32])[i]}}", {"x[1]": "32", "x[3]": "64", "x[5]": "64"}, "{1: 32, 3: 64, 5: 64}[i]", id="one in steps looks up a dict"),
        pytest.param("9", "{{choice([64, 32])[i % 2:2]}}", {"x[0]": "32", "x[1]": "64"}, "(32, 64)[i % 2]", id="an index may be computed"),
        pytest.param("2", "{{choice([max, min])[i]}}", {"x[0]": "max", "x[1]": "min"}, "max if i == 0 else min", id="what is evaluated is a conditional"),
        pytest.param("4", "{{choice([len([]), abs(1), None])[i]}}.x", {"x[0]": "len([])", "x[1]": "abs(1)", "x[2]": "len([])", "x[3]": "None"}, "(abs(1) if i == 1 else None if i == 3 else len([])).x", id="in parentheses where it needs them, the most frequent last"),
        pytest.param("2", "{{choice([[uniform(0, 1)], []])[i]}}", {"x[0]": "[uniform(0, 1)]", "x[1]": "[uniform(0, 1)]", "x.0[0]": 0.5, "x.0[1]": 0.25}, "[0.5] if i == 0 else [0.25]", id="distributions in options have a value for each index"),
        pytest.param("3", "{{choice(SIZES)[i]}}", {"x[0]": 1, "x[1]": 0, "x[2]": 2}, "SIZES[(1, 0, 2)[i]]", id="of a list it is the place that has an index"),
        pytest.param("2", "[{{choice([1, 2])[i, j]}} for j in range(2)]", {"x[0,0]": "1", "x[0,1]": "2", "x[1,0]": "2", "x[1,1]": "1"}, "[((1, 2), (2, 1))[i][j] for j in range(2)]", id="two indices are tuples in a tuple"),
        pytest.param("2", "[{{choice([[], 2])[i, j]}} for j in range(2)]", {"x[0,0]": "[]", "x[0,1]": "2", "x[1,0]": "2", "x[1,1]": "2"}, "[[] if (i, j) == (0, 0) else 2 for j in range(2)]", id="or one condition on both"),
        pytest.param("0, 3, 2", "[{{choice([1, 2])[i, j]}} for j in range(2)]", {"x[0,0]": "1", "x[0,1]": "2", "x[2,0]": "2", "x[2,1]": "1"}, "[{(0, 0): 1, (0, 1): 2, (2, 0): 2, (2, 1): 1}[i, j] for j in range(2)]", id="in steps, a dict of both"),
    ],
)  # fmt: skip
def test_a_value_for_each_index_is_looked_up(
    loop: str, marker: str, params: dict[str, Any], expected: str
) -> None:
    text = plain_text(LOOP.format(loop=loop, marker=marker), **params)
    assert text == LOOP.format(loop=loop, marker=expected)
    ast.parse(text)


@pytest.mark.parametrize(
    ("listed", "marker", "expected"),
    [
        pytest.param("SIZES = [8, 16, 32]", "{{choice(SIZES)}}", "SIZES[2]", id="an item of a list by its number"),
        pytest.param("SIZES = [8, 16, 32]", "{{choice([*SIZES, 64])}}", "[*SIZES, 64][2]", id="a list that is written is its own text"),
        pytest.param("SIZES = [8, 16, 32]", "{{choice([s + 1 for s in SIZES])}}", "[s + 1 for s in SIZES][2]", id="so is a comprehension"),
        pytest.param("SIZES = [8, 16, 32]", "{{choice(sorted(SIZES))}}", "sorted(SIZES)[2]", id="and the result of a builtin"),
        pytest.param("SIZES = [8, 16, 32]", "{{choice(SIZES + SIZES)}}", "[*(SIZES + SIZES)][2]", id="an operation is in parentheses"),
        pytest.param("d = {'a': 1, 'b': 2, 'c': 3}", "{{choice(d.values())}}", "[*d.values()][2]", id="a view of a dict has no items by number"),
        pytest.param("SIZES = {'a': 1, 'b': 2, 'c': 3}.values()", "{{choice(SIZES)}}", "[*SIZES][2]", id="also under a name"),
        pytest.param("def sorted(xs): return {x: x for x in xs}.keys()", "{{choice(sorted([1, 2, 3]))}}", "[*sorted([1, 2, 3])][2]", id="a builtin's name may be the file's own"),
        pytest.param("WEIGHTED = [(0.5, 'a'), (0.25, 'b'), (0.25, 'c')]", "{{pchoice(WEIGHTED)}}", "WEIGHTED[2][1]", id="of a pair, it is the option"),
        pytest.param("import m", "{{choice(m.SIZES)}}", "m.SIZES[2]", id="an attribute is taken for a list"),
    ],
)  # fmt: skip
def test_a_list_that_is_not_written_in_the_marker_is_indexed(listed: str, marker: str, expected: str) -> None:
    template = f"{listed}\ndef model():\n    return "
    text = source(f"{template}{marker}\n")
    known = analysis(text)
    (label,) = parameters(known)
    options = tuple(Option(name, False) for name in "abc")
    space = {label: Dimension(label, "choice", {}, options=options, integral=True)}
    found = plain_edits(text, known, TunedValues({label: 2}, space), None)
    assert edited(text.parts[0].text, found.edits) == f"{template}{expected}\n"


def test_what_the_trial_did_not_read_keeps_its_default() -> None:
    text = (
        "def model():\n"
        "    a = {{choice([1, uniform(0, 1)], default=1)}}, {{uniform(0, 4)}}, {{uniform(0, 4, default=3)}}\n"
        "    b = {{choice([[uniform(0, 1, default=0.75)], 5])}}, {{choice([4, 5, 6], default=6)}}\n"
        "    return a if b else 0\n"
    )
    drawn = {"a": "uniform(0, 1)", "a.1": 0.5, "a_1": 0.1, "a_2": 0.2, "b": "5", "b_1": "4"}
    plain = plain_text(text, ("a_1", "a_2", "b", "b.0", "b_1"), **drawn)
    assert plain == ("def model():\n    a = 0.5, 2.0, 3.0\n    b = [0.75], 6\n    return a if b else 0\n")


def test_a_marker_that_no_trial_reaches_has_its_default() -> None:
    text = (
        "def unused(x={{uniform(0, 4)}}, y={{choice([[randint(5)], 2])}}):\n"
        "    return {{uniform(0, 1, default=0.75)}}, {{choice(SIZES)}}\n"
        "SIZES = [1, 2]\n"
        "def model():\n"
        "    return {{uniform(0, 1, name='rate')}}\n"
    )
    assert plain_text(text, rate=0.5) == (
        "def unused(x=2.0, y=[2]):\n    return 0.75, SIZES[0]\nSIZES = [1, 2]\ndef model():\n    return 0.5\n"
    )


REFUSED = [
    pytest.param(
        "def model():\n    x = {{uniform(0, 1)}}\n    return space['x'] + x\n",
        {"x": 0.5},
        "model.py:3:12: error HT401: this reads space, which only a search fills\n"
        "    3 |     return space['x'] + x\n"
        "      |            ^~~~~\n"
        "      = help: name the value first, as in rate = {{...}}, and read that name here",
        id="the values of Hyperas's space",
    ),
    pytest.param(
        "from hypertemplate import trial\ndef model():\n    x = {{uniform(0, 1)}}\n    return trial.params['x']\n",
        {"x": 0.5},
        "model.py:4:12: error HT401: this reads trial.params, which only a search fills\n"
        "    4 |     return trial.params['x']\n"
        "      |            ^~~~~~~~~~~~\n"
        "      = help: name the value first, as in rate = {{...}}, and read that name here",
        id="the parameters of the trial",
    ),
    pytest.param(
        "LOW = 0\ndef unused():\n    return {{uniform(LOW, 1)}}\n"
        "def model():\n    return {{uniform(0, 1, name='rate')}}\n",
        {"rate": 0.5},
        "model.py:3:12: error HT401: no trial reaches this marker, and its range is known only when it runs\n"
        "    3 |     return {{uniform(LOW, 1)}}\n"
        "      |            ^~~~~~~~~~~~~~~~~~~\n"
        "      = help: write a number in its place",
        id="a range that only a run would know, which nothing searched",
    ),
]


@pytest.mark.parametrize(("text", "params", "expected"), REFUSED)
def test_code_without_a_meaning_outside_a_search_is_refused(
    text: str, params: dict[str, Any], expected: str
) -> None:
    with pytest.raises(CompileError) as refused:
        plain_text(text, **params)
    assert str(refused.value) == expected


def test_files_that_the_template_imports_are_edited_too() -> None:
    text = project(
        "from nets import width\ndef model():\n    return width() + {{uniform(0, 1, name='rate')}}\n",
        {
            "nets.py": "from hyperas.distributions import choice\n\ndef width():\n    return {{choice([1, 2], name='w')}}\n"
        },
    )
    found, last = tuned(text, {"rate": 0.5, "w": "2"}, plain=True)
    first = [edit for edit in found.edits if edit.span.part == 0]
    assert last == "from nets import width\ndef model():\n    return width() + 0.5\n"
    assert edited(text.parts[0].text, first) == "\ndef width():\n    return 2\n"


def test_a_cell_that_is_a_search_of_its_own_stays() -> None:
    text = replace(
        cells("def model():\n    return {{uniform(0, 1, name='rate')}}", "y = {{uniform(0, 1)}}"),
    )
    parts = (text.parts[0], replace(text.parts[1], original="%%tune\ny = {{uniform(0, 1)}}"))
    found, last = tuned(replace(text, parts=parts), {"rate": 0.5}, plain=True)
    assert len(found.edits) == 1
    assert last == "y = {{uniform(0, 1)}}"
