from __future__ import annotations

from textwrap import indent
from typing import Any

import pytest

from hypertemplate.compiler.markers.search_space import Parameter
from hypertemplate.runtime.draws import NotDrawnError
from tests.compiler.support import compiled, findings, labels, run, source, statement_texts

C = "{{choice([64, 128])[i]}}"


def template(body: str, *, before: str = "", parameters: str = "") -> str:
    """A model with these statements."""
    return f"{before}def model({parameters}):\n{indent(body, '    ')}\n"


def drawn(body: str, *, before: str = "", parameters: str = "") -> list[tuple[int, ...] | None]:
    """The index values of the last marker of a model with these statements."""
    found = compiled(template(body, before=before, parameters=parameters)).space.parameters
    last = found[-1].marker
    return [parameter.draws for parameter in found if parameter.marker == last]


def counted(*numbers: int) -> list[tuple[int, ...]]:
    """Index values of one index."""
    return [(number,) for number in numbers]


@pytest.mark.parametrize(
    ("loop", "numbers"),
    [
        pytest.param("for i in range(3):", (0, 1, 2), id="one argument"),
        pytest.param("for i in range(1, 3):", (1, 2), id="two arguments"),
        pytest.param("for i in range(2, 9, 3):", (2, 5, 8), id="three arguments"),
        pytest.param("for i in range(3, 0, -1):", (3, 2, 1), id="downwards"),
        pytest.param("for i in range(-2, 1):", (-2, -1, 0), id="negative numbers"),
        pytest.param("for i, x in enumerate(range(3)):", (0, 1, 2), id="enumerate over a range"),
        pytest.param("for i, x in enumerate(range(2, 8, 3)):", (0, 1), id="enumerate over a range of steps"),
        pytest.param("for i, x in enumerate(['a', 'b']):", (0, 1), id="enumerate over a list"),
        pytest.param("for i, (x, y) in enumerate(((1, 2), (3, 4))):", (0, 1), id="enumerate over a tuple"),
        pytest.param("async_ = 1\nfor i in range(2):", (0, 1), id="after another statement"),
        pytest.param("for i in range(2):\n  if i:", (0, 1), id="in a block in the loop"),
        pytest.param("for i in range(2):\n  for j in range(3):", (0, 1), id="in another loop"),
        pytest.param("for i in range(5):\n  for i in range(2):", (0, 1), id="of the inner one of two"),
        pytest.param("for i in range(2):\n  for j, i2 in enumerate([1]):", (0, 1), id="in an enumerate"),
        pytest.param("for i in range(2):\n  while 1:", (0, 1), id="in a while"),
    ],
)
def test_the_range_around_a_marker_says_how_many_values_are_drawn(
    loop: str, numbers: tuple[int, ...]
) -> None:
    lines = loop.split("\n")
    depth = len(lines[-1]) - len(lines[-1].lstrip())
    assert drawn(f"{loop}\n{' ' * depth}  x = {C}\nreturn x") == counted(*numbers)


@pytest.mark.parametrize(
    ("before", "body", "count"),
    [
        pytest.param("N = 3\n", "for i in range(N):", 3, id="a constant of the module"),
        pytest.param("M = 3\nN = M\n", "for i in range(N):", 3, id="a constant of a constant"),
        pytest.param("M = 3\nN = M * 2 - 1 + 1\n", "for i in range(N):", 6, id="arithmetic of constants"),
        pytest.param("", "n = 3\nfor i in range(n):", 3, id="a local name that is assigned once"),
        pytest.param("", "n = 3\nfor i in range(n + 1):", 4, id="one more"),
        pytest.param("", "n = 3\nfor i in range(n - 1):", 2, id="one less"),
        pytest.param("", "s = [5, 6]\nfor i in range(len(s)):", 2, id="the length of a local list"),
        pytest.param("S = (5, 6)\n", "for i in range(len(S)):", 2, id="the length of a list of the module"),
        pytest.param("", "for i in range(len([5, 6])):", 2, id="the length of a written list"),
        pytest.param("", "s = [5, 6]\nfor i, x in enumerate(s):", 2, id="enumerate over a local list"),
        pytest.param("S = [5, 6]\n", "for i, x in enumerate(S):", 2, id="enumerate over the module's list"),
        pytest.param("", "for i in range(9 // 3 + 2 ** 2):", 7, id="arithmetic of numbers"),
        pytest.param("", "for i in range({{randint(4)}}):", 3, id="a randint"),
        pytest.param("", "for i in range({{randint(2, 4)}}):", 3, id="a randint of two bounds"),
        pytest.param("", "for i in range({{randint(high=4, low=1)}}):", 3, id="a randint by keyword"),
        pytest.param("", "for i in range({{uniformint(1, 3)}}):", 3, id="a uniformint"),
        pytest.param("", "for i in range(int({{quniform(1, 3, 1)}})):", 3, id="a quniform made whole"),
        pytest.param("", "for i in range(round({{quniform(1, 3, q=1)}})):", 3, id="a quniform rounded"),
        pytest.param("", "for i in range({{choice([1, 3, 2])}}):", 3, id="the largest option of a choice"),
        pytest.param("", "for i in range({{choice((1, 2))}}):", 2, id="of a tuple"),
        pytest.param("", "for i in range({{choice(options=[1, 2])}}):", 2, id="by keyword"),
        pytest.param("", "for i in range({{pchoice([(0.5, 1), (0.5, 4)])}}):", 4, id="of a pchoice"),
        pytest.param("", "for i in range(<<choice([1, 2])>>):", 2, id="of the other spelling"),
        pytest.param("", "for i in range({{hp.choice([1, 2])}}):", 2, id="of a dotted name"),
        pytest.param("", "n = {{choice([1, 2])}}\nfor i in range(n):", 2, id="a name of a marker"),
        pytest.param("", "n = {{choice([1, 2])}}\nfor i in range(n + 1):", 3, id="one more than a marker"),
        pytest.param("", "n = {{choice([1, 2])}}\nfor i in range(1, n * 2):", 3, id="twice a marker"),
        pytest.param("N = {{choice([1, 2])}}\n", "for i in range(N):", 2, id="a marker of the module"),
    ],
)
def test_the_end_of_the_range_may_be(before: str, body: str, count: int) -> None:
    first = 1 if "range(1, " in body else 0
    assert drawn(f"{body}\n  x = {C}\nreturn x", before=before) == counted(*range(first, first + count))


@pytest.mark.parametrize(
    ("expression", "draws"),
    [
        pytest.param("{{choice([1, 2])[i:3]}}", counted(0, 1, 2), id="a number in the marker"),
        pytest.param("{{choice([1, 2])[i:N]}}", counted(0, 1), id="a constant in the marker"),
        pytest.param("{{choice([1, 2])[i:n + 1]}}", counted(0, 1, 2, 3), id="a local name in the marker"),
        pytest.param("{{choice([1, 2])[i + 1:3]}}", counted(0, 1, 2), id="of an expression"),
        pytest.param("{{choice([1, 2])[f(i, 2):2]}}", counted(0, 1), id="of a call"),
        pytest.param(
            "{{choice([1, 2])[i:2, j:2]}}", [(0, 0), (0, 1), (1, 0), (1, 1)], id="two numbers in the marker"
        ),
        pytest.param("<<choice([1, 2])[i:2]>>", counted(0, 1), id="the other spelling"),
        pytest.param("{{choice([1, 2])[\n  i:\n  2\n]}}", counted(0, 1), id="over lines"),
    ],
)
def test_a_number_in_the_marker_says_it_too(expression: str, draws: list[tuple[int, ...]]) -> None:
    body = f"n = 3\ni = j = 0\ndef f(*a): return 0\nreturn {expression}"
    assert drawn(body, before="N = 2\n") == draws


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("[{{choice([1, 2])[k]}} for k in range(2)]", id="a list"),
        pytest.param("{f({{choice([1, 2])[k]}}) for k in range(2)}", id="a set"),
        pytest.param("list({{choice([1, 2])[k]}} for k in range(2))", id="a generator"),
        pytest.param("{k: {{choice([1, 2])[k]}} for k in range(2)}", id="a dict"),
        pytest.param("[{{choice([1, 2])[k]}} for x in [1] for k in range(2)]", id="the second for"),
        pytest.param("[{{choice([1, 2])[k]}} for k, x in enumerate([1, 2])]", id="enumerate"),
        pytest.param("[[{{choice([1, 2])[k]}} for x in [1]] for k in range(2)]", id="the outer one of two"),
        pytest.param("[(lambda: {{choice([1, 2])[k]}})() for k in range(2)]", id="in a lambda"),
    ],
)
def test_a_comprehension_binds_an_index_too(expression: str) -> None:
    assert drawn(f"f = str\nreturn {expression}") == counted(0, 1)


def test_an_async_for_binds_an_index_too() -> None:
    body = f"async def f():\n  async for i in range(2):\n    x = {C}\nreturn f"
    assert drawn(body) == counted(0, 1)


def test_a_loop_of_the_module_binds_an_index_too() -> None:
    text = f"sizes = []\nfor i in range(2):\n    sizes.append({C})\n"
    assert labels(text) == ["sizes[0]", "sizes[1]"]


def test_nested_loops_draw_a_value_for_each_pair() -> None:
    text = template(
        "all = {}\n"
        "for i in range(2):\n"
        "  for j in range({{choice([1, 2])}}):\n"
        "    x = {{choice(['a', 'b'])[i, j]}}\n"
        "    all[i, j] = x\n"
        "return all"
    )
    assert labels(text) == ["repeats", "x[0,0]", "x[0,1]", "x[1,0]", "x[1,1]"]
    values = {"x[0,0]": 0, "x[0,1]": 1, "x[1,0]": 1, "x[1,1]": 0}
    assert run(text, repeats=1, **values) == {(0, 0): "a", (0, 1): "b", (1, 0): "b", (1, 1): "a"}
    assert run(text, repeats=0, **values) == {(0, 0): "a", (1, 0): "b"}


def test_a_loop_and_a_number_may_be_mixed() -> None:
    body = "j = 0\nfor i in range(2):\n  x = {{uniform(0, 1)[i, j:2]}}\nreturn x"
    assert drawn(body) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_each_value_is_a_parameter_of_its_own() -> None:
    text = template("return [{{uniform(0, 1)[i]}} for i in range(2)]")
    start = text.index("{{")
    first, second = compiled(text).space.parameters
    assert (first.label, second.label) == ("uniform[0]", "uniform[1]")
    assert (first.draws, second.draws) == ((0,), (1,))
    assert first.marker == second.marker
    assert text[first.marker.start : first.marker.end] == "{{uniform(0, 1)[i]}}"
    assert first.marker.start == start
    assert first.arguments == second.arguments


def test_a_distribution_inside_an_option_is_drawn_for_each_value_too() -> None:
    text = template("return [{{choice([0, uniform(0, 1)])[i]}} for i in range(2)]")
    assert labels(text) == ["choice[0]", "choice.1[0]", "choice[1]", "choice.1[1]"]

    def parents(parameters: tuple[Parameter, ...]) -> list[Any]:
        return [parameter.parent for parameter in parameters]

    assert parents(compiled(text).space.parameters) == [None, ("choice[0]", 1), None, ("choice[1]", 1)]
    assert run(text, **{"choice[0]": 0, "choice[1]": 1, "choice.1[1]": 0.5}) == [0, 0.5]


def test_a_list_that_is_not_written_out_is_drawn_from_for_each_value() -> None:
    text = template("return [{{choice(SIZES)[i]}} for i in range(2)]", before="SIZES = 'ab'\n")
    assert run(text, **{"choice[0]": 1, "choice[1]": 0}) == ["b", "a"]


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        pytest.param("{{uniform(0, 1)[i]}}", "(_ht_[_ht_.at('x', i)])", id="a number"),
        pytest.param("{{choice([1, 2])[i]}}", "((1, 2)[_ht_[_ht_.at('x', i)]])", id="constants"),
        pytest.param(
            "{{choice([int, str])[i]}}", "(int if _ht_[_ht_.at('x', i)] == 0 else str)", id="other options"
        ),
        pytest.param("{{choice(S)[i]}}", "(_ht_.option(_ht_.at('x', i), S))", id="a list of a name"),
        pytest.param("{{choice([1])[i:3]}}", "((1,)[_ht_[_ht_.at('x', i)]])", id="with a number"),
        pytest.param("{{choice([1])[i, i + 1:2]}}", "((1,)[_ht_[_ht_.at('x', i, i + 1)]])", id="two of them"),
        pytest.param(
            "{{choice([1])[i:\n3]}}", "((1,)[_ht_[_ht_.at('x', i)]]\n)", id="lines behind the call stay lines"
        ),
    ],
)
def test_a_marker_becomes_a_draw_at_its_index(expression: str, written: str) -> None:
    text = f"S = [1]\ndef model():\n    for i in range(2):\n        x = {expression}\n"
    assert statement_texts(text)[-1].split("x = ", 1)[1] == written


def test_beyond_the_end_the_trial_fails_and_says_what_to_write() -> None:
    text = template("return [{{choice([1, 2])[i:2]}} for i in [0, 1, 2]]")
    with pytest.raises(NotDrawnError) as raised:
        run(text, **{"choice[0]": 0, "choice[1]": 0})
    assert str(raised.value) == (
        "no value was drawn for choice[2], only for choice[0] to choice[1]: "
        "say inside the marker how many there are at most, as in [i:8]"
    )


def unknown(name: str, call: str = "choice([64, 128])", index: str | None = None) -> str:
    """The message where the number of values is not known."""
    return (
        f"error HT114: how many values {name} takes is not known before the trial\n"
        f"= help: say at most how many: {{{{{call}[{index or f'{name}:8'}]}}}}"
    )


def item(name: str, source: str, advice: str) -> str:
    """The message where an index is an item of what a loop goes through."""
    return (
        f"error HT114: an index counts from 0, and {name} is an item of {source}\n"
        f"= help: write {{{{choice([64, 128]){advice}"
    )


CONSTANT = "error HT114: an index inside a marker must be a loop variable\n= help: "
"""The message where the index is no variable; of a number there is no item."""

NO_ITEM = f"{CONSTANT}write {{{{choice([64, 128])}}}}"


def message(text: str) -> str:
    """The first diagnostic on an index, less its place and source line."""
    lines = findings(text).split("\n")
    lines = lines[next(number for number, line in enumerate(lines) if "HT114" in line) :]
    help = next(line for line in lines if "= help" in line)
    return f"{lines[0].split(': ', 1)[1]}\n{help.strip()}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(f"i = 0\nreturn {C}", unknown("i"), id="no loop"),
        pytest.param(f"for i in range(x):\n  a = {C}", unknown("i"), id="an end that is a parameter"),
        pytest.param(f"for i in range(len(x)):\n  a = {C}", unknown("i"), id="an end that is a call"),
        pytest.param(f"for i in range(N):\n  a = {C}", unknown("i"), id="an end that is assigned twice"),
        pytest.param(f"n = 1\nn = 2\nfor i in range(n):\n  a = {C}", unknown("i"), id="a local one, twice"),
        pytest.param(f"n = 1\nn += 2\nfor i in range(n):\n  a = {C}", unknown("i"), id="one that grows"),
        pytest.param(f"n = m = 1\nfor i in range(n):\n  a = {C}", unknown("i"), id="one of two targets"),
        pytest.param(f"n: int = 1\nfor i in range(n):\n  a = {C}", unknown("i"), id="one with an annotation"),
        pytest.param(f"n, m = 1, 2\nfor i in range(n):\n  a = {C}", unknown("i"), id="one of a tuple"),
        pytest.param(f"for i in range(2.5):\n  a = {C}", unknown("i"), id="an end that is not whole"),
        pytest.param(f"for i in range(1e999):\n  a = {C}", unknown("i"), id="an end that is infinite"),
        pytest.param(
            f"for i in range({{{{choice([1e999])}}}}):\n  a = {C}", unknown("i"), id="an infinite option"
        ),
        pytest.param(f"n = n + 1\nfor i in range(n):\n  a = {C}", unknown("i"), id="a name made of itself"),
        pytest.param(
            f"n = m\nm = n\nfor i in range(n):\n  a = {C}", unknown("i"), id="two made of each other"
        ),
        pytest.param(f"for i in range('a'):\n  a = {C}", unknown("i"), id="an end that is no number"),
        pytest.param(f"for i in range(0):\n  a = {C}", unknown("i"), id="an end of zero"),
        pytest.param(f"for i in range(3, 1):\n  a = {C}", unknown("i"), id="an end before the start"),
        pytest.param(f"for i in range():\n  a = {C}", unknown("i"), id="no end"),
        pytest.param(f"for i in range(1, 2, 3, 4):\n  a = {C}", unknown("i"), id="too many arguments"),
        pytest.param(f"for i in range(0, 3, 0):\n  a = {C}", unknown("i"), id="a step of zero"),
        pytest.param(f"for i in range(*x):\n  a = {C}", unknown("i"), id="an unpacked argument"),
        pytest.param(
            f"for i in range(stop=3):\n  a = {C}", unknown("i"), id="a keyword, which range refuses"
        ),
        pytest.param(f"for i in range(M // 2):\n  a = {C}", unknown("i"), id="a division of a name"),
        pytest.param(f"for i in range(N * M):\n  a = {C}", unknown("i"), id="a product of names"),
        pytest.param(f"for i in range(M * -1):\n  a = {C}", unknown("i"), id="a negative factor"),
        pytest.param(f"for i in range(float(3)):\n  a = {C}", unknown("i"), id="another call"),
        pytest.param(
            f"for i in range(int({{{{uniform(1, 3)}}}})):\n  a = {C}",
            unknown("i"),
            id="a marker of a real number",
        ),
        pytest.param(
            f"for i in range(int({{{{normal(1, 3)}}}})):\n  a = {C}",
            unknown("i"),
            id="a marker without an end",
        ),
        pytest.param(
            f"for i in range({{{{randint(M)}}}}):\n  a = {C}", unknown("i"), id="a randint of a name"
        ),
        pytest.param(
            f"for i in range({{{{uniformint(1, M)}}}}):\n  a = {C}", unknown("i"), id="a uniformint of a name"
        ),
        pytest.param(
            f"for i in range({{{{choice([1, M])}}}}):\n  a = {C}", unknown("i"), id="a choice of a name"
        ),
        pytest.param(
            f"for i in range({{{{choice(L)}}}}):\n  a = {C}", unknown("i"), id="a choice of a list elsewhere"
        ),
        pytest.param(f"for i, a in range(3):\n  a = {C}", unknown("i"), id="two names for a range"),
        pytest.param(
            f"for i in enumerate([1]):\n  a = {C}",
            item("i", "enumerate([1])", "[j:8]}} under for j, i in enumerate(enumerate([1]))"),
            id="one name for an enumerate",
        ),
        pytest.param(
            f"for a, i in enumerate([1]):\n  a = {C}",
            item("i", "enumerate([1])", "[a:8]}}"),
            id="the item of an enumerate",
        ),
        pytest.param(
            f"for i, a in enumerate(x):\n  a = {C}", unknown("i"), id="an enumerate of something else"
        ),
        pytest.param(
            f"s = [1]\ns.append(2)\nfor i in range(len(s)):\n  a = {C}", unknown("i"), id="a list that grows"
        ),
        pytest.param(
            f"for i in range(len(L)):\n  a = {C}", unknown("i"), id="a list that the module changes"
        ),
        pytest.param(
            f"for i in range(len([1, *x])):\n  a = {C}", unknown("i"), id="the items of another one"
        ),
        pytest.param(f"for i in range(len(f)):\n  a = {C}", unknown("i"), id="the length of something else"),
        pytest.param(f"for i, a in enumerate(range(x)):\n  a = {C}", unknown("i"), id="of an unknown range"),
        pytest.param(f"for i, a in enumerate([1], 2):\n  a = {C}", unknown("i"), id="an enumerate from 2"),
        pytest.param(f"for i, a in enumerate(f(3)):\n  a = {C}", unknown("i"), id="an enumerate of a call"),
        pytest.param(f"for j in range(3):\n  a = {C}", unknown("i"), id="a loop over another name"),
        pytest.param(f"for i in range({C}):\n  pass", unknown("i"), id="a marker in the range itself"),
        pytest.param(f"for i in range(3):\n  pass\nreturn {C}", unknown("i"), id="a marker after the loop"),
        pytest.param(
            f"for i in range(3):\n  def f(i):\n    return {C}", unknown("i"), id="a parameter of that name"
        ),
        pytest.param(
            f"for i in range(3):\n  f = lambda *, i: {C}",
            unknown("i"),
            id="a lambda's parameter of that name",
        ),
        pytest.param(
            "return {{choice([64, 128])[i + 1]}}", unknown("i + 1"), id="an expression without a number"
        ),
        pytest.param("return {{choice([64, 128])[i:]}}", unknown("i"), id="a number that is missing"),
        pytest.param("return {{choice([64, 128])[i:x]}}", unknown("i"), id="a number that is a parameter"),
        pytest.param("return {{choice([64, 128])[i:8:2]}}", unknown("i"), id="a step"),
        pytest.param("return {{choice([64, 128])[i:0]}}", unknown("i"), id="none at all"),
        pytest.param(
            "for i in range(2):\n  a = {{choice([64, 128])[i, j]}}",
            unknown("j", index="i, j:8"),
            id="the second of two",
        ),
        pytest.param("return {{choice([64, 128])[0]}}", NO_ITEM, id="a number for an index"),
        pytest.param("return {{choice([64, 128])[-1]}}", NO_ITEM, id="a negative number"),
        pytest.param(
            "return {{uniform(0, 1)[0]}}", f"{CONSTANT}write {{{{uniform(0, 1)}}}}", id="of a number"
        ),
        pytest.param(
            "return {{choice(['ab', 'cd'])[0]}}",
            f"{CONSTANT}for an item of the drawn value, write the index outside: ({{{{choice(['ab', 'cd'])}}}})[0]",
            id="an item of a string",
        ),
        pytest.param("return {{choice([64, 128])[:8]}}", NO_ITEM, id="a slice without an index"),
        pytest.param("return {{choice([64, 128])[0:8]}}", NO_ITEM, id="a slice from a number"),
        pytest.param(
            "for i in range(2):\n  a = {{choice([64, 128])[i, 0]}}",
            NO_ITEM,
            id="a number for the second",
        ),
    ],
)
def test_where_the_number_of_values_is_not_known(body: str, expected: str) -> None:
    before = "N = 2\nN = 3\nM = 2\nL = [1, 2]\nL.append(3)\n"
    assert message(template(body + "\nreturn 0", before=before, parameters="x=2, f=range")) == expected


@pytest.mark.parametrize(
    ("source", "most"),
    [
        pytest.param("reversed(range(3))", 3, id="turned round"),
        pytest.param("list(range(2, 9, 3))", 9, id="as a list"),
        pytest.param("tqdm(range(x))", 8, id="of an unknown range"),
        pytest.param("sorted(range(-4, -1))", 1, id="of negative numbers alone"),
    ],
)
def test_a_loop_over_something_else_is_named(source: str, most: int) -> None:
    for loop in (f"for i in {source}:\n  a = {C}", f"a = [{C} for i in {source}]"):
        assert message(template(loop, parameters="x=3, xs=[1], tqdm=list")) == (
            "error HT114: how many values i takes is not known before the trial: "
            f"its loop is over {source}, not over range(...)\n"
            f"= help: say at most how many: {{{{choice([64, 128])[i:{most}]}}}}"
        )


@pytest.mark.parametrize(
    ("loop", "advice"),
    [
        pytest.param("for {} in [0, 1, 2]:", "[k]}} under for k, i in enumerate([0, 1, 2])", id="numbers"),
        pytest.param("for {} in ['a', 'b']:", "[k]}} under for k, i in enumerate(['a', 'b'])", id="strings"),
        pytest.param("for {} in L:", "[k:2]}} under for k, i in enumerate(L)", id="a constant"),
        pytest.param("for {} in xs:", "[k:8]}} under for k, i in enumerate(xs)", id="a name"),
        pytest.param("for {} in f(x):", "[k:8]}} under for k, i in enumerate(f(x))", id="a call"),
        pytest.param(
            "k = j = n = index = 0\nfor {} in xs:",
            "[index_1:8]}} under for index_1, i in enumerate(xs)",
            id="names in use",
        ),
        pytest.param("for {}, y in xs:", "[k:8]}} under for k, (i, y) in enumerate(xs)", id="of pairs"),
        pytest.param(
            "for ({}, y) in xs:", "[k:8]}} under for k, (i, y) in enumerate(xs)", id="of pairs in brackets"
        ),
    ],
)
@pytest.mark.parametrize("limit", ["", ":8"])
def test_items_are_counted_with_enumerate(loop: str, advice: str, limit: str) -> None:
    body = loop.format("i") + f"\n  j = {{{{choice([64, 128])[i{limit}]}}}}"
    text = template(body, before="L = ['a', 'b']\n", parameters="x=3, xs='ab', f=str")
    if limit and "L" not in loop and "'a'" not in loop:
        assert findings(text) == ""  # the items may be whole numbers
    else:
        assert message(text) == item("i", loop.rpartition(" in ")[2].rstrip(":"), advice)


def test_an_index_that_is_no_number_fails_the_trial_and_says_what_to_write() -> None:
    text = template("return [{{choice([1, 2])[name:2]}} for name in names]", parameters="names='ab'")
    with pytest.raises(
        NotDrawnError, match=r"whole number, got 'a': write \[i:8\] under for i, item in enumer"
    ):
        run(text, **{"choice[0]": 0, "choice[1]": 0})


def test_the_innermost_loop_of_a_name_is_the_one_that_counts() -> None:
    text = template(f"for i in range(3):\n  for i in x:\n    a = {C}", parameters="x=(5,)")
    assert message(text) == item("i", "x", "[j:8]}} under for j, i in enumerate(x)")


@pytest.mark.parametrize(
    ("body", "reached"),
    [
        pytest.param("for i in range(10):\n  a = {{choice([1, 2])[i:4]}}", 9, id="in a loop"),
        pytest.param("for i in range(-2, 2):\n  a = {{choice([1, 2])[i:4]}}", -1, id="below zero"),
        pytest.param("a = [{{choice([1, 2])[i:4]}} for i in range(5)]", 4, id="in a comprehension"),
        pytest.param(
            "for i in range(5):\n  for j in range(2):\n    a = 1 + {{choice([1, 2])[i:4, j]}}", 4, id="nested"
        ),
    ],
)
def test_a_loop_that_goes_beyond_the_given_number_is_an_error(body: str, reached: int) -> None:
    assert message(template(body)) == (
        f"error HT114: i reaches {reached}, but this marker draws only for 0 to 3\n"
        "= help: let the loop decide: [i]"
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("for i in range(10):\n  if i < 4:\n    a = {{choice([1, 2])[i:4]}}", id="an if"),
        pytest.param(
            "for i in range(10):\n  a = {{choice([1, 2])[i:4]}} if i < 4 else 0", id="a conditional"
        ),
        pytest.param("for i in range(9):\n  if i > 3: break\n  a = {{choice([1])[i:4]}}", id="a break"),
        pytest.param("a = [{{choice([1])[i:4]}} for i in range(9) if i < 4]", id="a condition"),
        pytest.param("for i in range(4):\n  a = {{choice([1, 2])[i:4]}}", id="just as many"),
        pytest.param("for i in range(3):\n  a = {{choice([1, 2])[i:4]}}", id="fewer"),
    ],
)
def test_a_given_number_that_may_be_enough(body: str) -> None:
    assert findings(template(body)) == ""


@pytest.mark.parametrize(
    ("expression", "help"),
    [
        pytest.param(
            "{{choice([1, 2])}}[i]", "for one value for each i write {{choice([1, 2])[i]}}", id="an index"
        ),
        pytest.param(
            "{{uniform(0, 1)}}[i:4]", "for one value for each i:4 write {{uniform(0, 1)[i:4]}}", id="a number"
        ),
        pytest.param("{{choice([1, 2])}}[0]", "remove the index", id="an item"),
    ],
)
def test_an_item_of_a_number_is_an_error(expression: str, help: str) -> None:
    assert message(template(f"for i in range(3):\n  a = {expression}")) == (
        f"warning HT114: this takes an item of a number that is drawn\n= help: {help}"
    )


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("{{choice([(1, 2), (3, 4)])}}[0]", id="an item"),
        pytest.param("({{choice([(1, 2), (3, 4)])}})[0]", id="in parentheses"),
        pytest.param("{{choice(SIZES)}}[0]", id="of a list elsewhere"),
        pytest.param("x[{{choice([0, 1])}}]", id="a drawn index"),
    ],
)
def test_an_item_of_the_drawn_value(expression: str) -> None:
    assert findings(template(f"return {expression}", before="SIZES = 'ab'\n", parameters="x=(1, 2)")) == ""


def test_the_message_shows_the_whole_marker() -> None:
    assert findings(
        template("for i in range(1, x):\n  a = 1, {{choice([\n    64])[i]}}", parameters="x=3")
    ) == (
        "model.py:3:14: error HT114: how many values i takes is not known before the trial\n"
        "    3 |       a = 1, {{choice([\n"
        "      |              ^~~~~~~~~~\n"
        "      = help: say at most how many: {{choice([64])[i:8]}}"
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("for i in range(257):\n  a = {{uniform(0, 1)[i]}}", id="a long loop"),
        pytest.param("return {{uniform(0, 1)[i:1000]}}", id="a large number in the marker"),
        pytest.param("return {{uniform(0, 1)[i:20, j:20]}}", id="a square"),
        pytest.param(
            "for i in range(10000000000000000000000):\n  a = {{uniform(0, 1)[i]}}", id="an endless loop"
        ),
        pytest.param("return {{uniform(0, 1)[i:10000000000000000000000]}}", id="an endless number"),
        pytest.param(
            "for i, j in enumerate(range(10000000000000)):\n  a = {{uniform(0, 1)[i]}}", id="an enumerate"
        ),
        pytest.param("return {{uniform(0, 1)[i:200, j:200, k:200, l:200]}}", id="four indices"),
    ],
)
def test_more_than_256_values_are_refused_at_once(body: str) -> None:
    few = "share each value among several: {{uniform(0, 1)[i % 16:16]}}"
    help = "use fewer indices, or shorter loops" if "j:" in body else few
    assert message(template(body, parameters="i=0, j=0, k=0, l=0")) == (
        f"error HT114: this marker would draw more than 256 values, the limit\n= help: {help}"
    )


def test_256_values_are_drawn() -> None:
    assert len(drawn("return {{uniform(0, 1)[i:256]}}", parameters="i=0")) == 256


def test_a_name_gives_each_value_a_label() -> None:
    text = template("return [{{choice([1, 2], name='units')[i]}} for i in range(2)]")
    assert labels(text) == ["units[0]", "units[1]"]


def test_two_markers_of_one_name_stay_apart() -> None:
    body = "for i in range(2):\n  a = {{uniform(0, 1)[i]}}\n  a = {{uniform(0, 1)[i]}}\nreturn a"
    assert labels(template(body)) == ["a[0]", "a[1]", "a_1[0]", "a_1[1]"]


def test_an_item_of_the_drawn_value_is_taken_outside_the_marker() -> None:
    text = template("return ({{choice([(1, 2), (3, 4)])}})[0], {{choice([(1, 2), (3, 4)])}}[1]")
    assert run(text, choice=1, choice_1=0) == (3, 2)


def test_a_marker_that_a_part_of_another_file_holds_finds_its_loop() -> None:
    program = compiled(source("N = 2\n", template(f"for i in range(N):\n  x = {C}\nreturn x")))
    assert [parameter.draws for parameter in program.space.parameters] == counted(0, 1)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(f"for i in range({{{{choise([1, 2])}}}}):\n  a = {C}", id="in the range itself"),
        pytest.param(f"n = {{{{choise([1, 2])}}}}\nfor i in range(n):\n  a = {C}", id="under a name"),
        pytest.param(f"a = [{C} for i in range({{{{[1, 2]}}}})]", id="in a comprehension"),
        pytest.param(
            f"for i in range({{{{uniformint(3, 1)}}}}):\n  a = {C}", id="with bounds the wrong way round"
        ),
    ],
)
def test_an_invalid_marker_in_the_range_is_the_only_error(body: str) -> None:
    found = findings(template(body))
    assert found.count("error HT") == 1
    assert "HT114" not in found
