"""Annotated code that runs as it stands: what each marker becomes."""

from __future__ import annotations

import ast
import traceback
from fractions import Fraction
from typing import Any

import pytest

from hypertemplate.compiler.emit.defaults import raising, with_defaults
from hypertemplate.compiler.syntax.source import Part
from hypertemplate.errors import MarkerError


def run(text: str, **names: Any) -> dict[str, Any]:
    """The module's names after the text ran as cell 7."""
    code = compile(with_defaults(Part("history", "In [7]", text)), "<cell>", "exec")
    exec(code, names)
    return names


class Index:
    """A whole number of another library's."""

    def __index__(self) -> int:
        return 5

    def __float__(self) -> float:
        return 5.0


def values(expression: str, value: object, id: str, **names: object) -> Any:
    return pytest.param(expression, value, names, id=id)


@pytest.mark.parametrize(
    ("expression", "value", "names"),
    [
        values("{{uniform(0, 1)}}", 0.5, "the middle of a range"),
        values("{{uniform(low=-3, high=1)}}", -1.0, "arguments by keyword"),
        values("{{hp.uniform(0, 1, name='rate')}}", 0.5, "a dotted name and a label"),
        values("{{loguniform(-4, 2)}}", 0.367879, "the middle on the logarithm, with six digits"),
        values("{{uniform(1e-5, 1e-1, log=True)}}", 0.001, "the same, of bounds that are values"),
        values("4 + {{uniformint(len('ab'), 32, log=True)}}", 12, "bounds that only a run knows"),
        values("{{normal(3, 1)}}", 3.0, "the mean"),
        values("{{lognormal(0, 1)}}", 1.0, "the exponential of the mean"),
        values("{{quniform(32, 256, 32)}}", 128, "a multiple of a whole step, as a whole number"),
        values("{{quniform(0, 1, 0.25)}}", 0.5, "a multiple of a step"),
        values("{{uniformint(1, 4)}}", 2, "a whole number"),
        values("{{randint(10)}}", 4, "a count"),
        values("{{uniform(0, 1, default=0.2)}}", 0.2, "the default of the marker"),
        values("{{uniform(0, most, default=most / 4)}}", 2.5, "such a default that has a name", most=10),
        values("{{uniform(0, 1, default=most)}}", 0.5, "a default that turns out to be out of range", most=10),
        values("{{choice([a.never, max(a, 2)], default=max(a, 2))}}", 3, "the option that is the default", a=3),
        values("{{choice([0, [uniform(0, 1, default=0.2)]], default=[uniform(0, 1)])}}", [0.2], "an inner default"),
        values("{{choice(sizes, default=8)}}", 8, "the default of a list that has a name", sizes=(7, 8)),
        values("{{pchoice(pairs, default=8)}}", 8, "of pairs that have a name", pairs=[(0.5, 7), (0.5, 8)]),
        values("{{randint(5, 8)}}", 6, "a whole number below a bound"),
        values("{{choice([64, 128])}}", 64, "the first option"),
        values("{{pchoice([(0.2, 'relu'), (0.8, 'elu')])}}", "relu", "the first option, not the likeliest"),
        values("{{choice([max(a, 2), a.never])}}", 3, "an option is evaluated, another is not", a=3),
        values("{{choice([[uniform(0, a)], 2])}}", [2.0], "a distribution inside an option", a=4),
        values("{{choice([choice([uniform(2, 4)])])}}", 3.0, "distributions in each other"),
        values("{{choice([np.uniform(2)])}}", "np", "a call of another library's", np=type("np", (), {"uniform": lambda n: "np"})),
        values("{{choice(sizes)}}", 7, "a list that has a name", sizes=(7, 8)),
        values("{{pchoice(pairs)}}", 7, "pairs that have a name", pairs=[(0.5, 7), (0.5, 8)]),
        values("{{uniform(0, most)}}", 5.0, "a bound that has a name", most=10),
        values("{{quniform(0, most, 2)}}", 2, "another number for a bound", most=Index()),
        values("{{uniform(0, most)}}", 0.25, "a fraction for a bound", most=Fraction(1, 2)),
        values("[{{choice([1, 2])[i]}} for i in range(3)]", [1, 1, 1], "one draw for each iteration"),
        values("({{choice([(1, 2), 3])}})[1]", 2, "an item of the drawn value"),
        values("{{{choice([1, 2])}}}", {1}, "a set of a draw"),
        values("(lambda rate={{uniform(0, 1)}}: rate)()", 0.5, "the default of a parameter"),
        values("f'{1}' + {{choice(['a', 'b'])}}", "1a", "beside an f-string"),
        values("{ {\n  choice([\n   1])\n} }", 1, "on several lines"),
    ],
)  # fmt: skip
def test_a_marker_takes_its_default(expression: str, value: object, names: dict[str, object]) -> None:
    found = run(f"x = {expression}", **names)["x"]
    assert (found, type(found)) == (value, type(value))


def test_an_option_sees_local_variables_and_is_evaluated_each_time() -> None:
    names = run("made = []\ndef f(n):\n    made.append({{choice([[n], 0])}})\nf(1)\nf(2)")
    assert names["made"] == [[1], [2]]


def test_a_bound_is_evaluated_each_time() -> None:
    names = run("def f(n):\n    return {{uniform(0, n)}}\nx = f(1), f(2)")
    assert names["x"] == (0.5, 1.0)


def test_a_name_that_the_text_binds_to_something_else_is_that() -> None:
    assert run("from operator import pos as uniform\nx = {{choice([uniform(7)])}}")["x"] == 7


def test_no_name_of_the_users_is_taken() -> None:
    names = run("a = {{uniform(0, 1)}}\nb = {{uniform(0, a)}}")
    assert set(names) == {"a", "b", "__builtins__"}


def error(text: str, shown: str, id: str, **names: object) -> Any:
    return pytest.param(text, shown.lstrip("\n"), names, id=id)


@pytest.mark.parametrize(
    ("text", "shown", "names"),
    [
        error(
            "import math\nx = {{uniform(1, 0)}}",
            """
In [7], line 2, column 7: error HT104: uniform() needs low < high, got low=1, high=0
    2 | x = {{uniform(1, 0)}}
      |       ^~~~~~~~~~~~~
      = help: swap the bounds: uniform(0, 1)""",
            "bounds the wrong way round",
        ),
        error(
            "x = 1 + {{uniform(0, most)}}",
            """
In [7], line 1, column 9: error HT104: uniform() needs low < high, got low=0, high=-2 (from most)
    1 | x = 1 + {{uniform(0, most)}}
      |         ^~~~~~~~~~~~~~~~~~~~
      = help: swap the bounds: uniform(-2, 0)""",
            "bounds that are the wrong way round once they have values",
            most=-2,
        ),
        error(
            "x = {{uniform(0, most)}}",
            """
In [7], line 1, column 18: error HT104: uniform() needs a number for high, got most = 'a'
    1 | x = {{uniform(0, most)}}
      |                  ^~~~""",
            "a bound that is no number",
            most="a",
        ),
        error(
            "x = {{choice(sizes)}}",
            """
In [7], line 1, column 5: error HT104: choice() needs at least one option (from sizes)
    1 | x = {{choice(sizes)}}
      |     ^~~~~~~~~~~~~~~~~""",
            "an empty list",
            sizes=(),
        ),
        error(
            "x = {{unifrom(0, 1)}}",
            """
In [7], line 1, column 7: error HT102: unknown distribution 'unifrom'
    1 | x = {{unifrom(0, 1)}}
      |       ^~~~~~~
      = help: did you mean uniform?""",
            "a slip of a name",
        ),
        error(
            "x = {{choice([1, {{uniform(0, 1)}}])}}",
            """
In [7], line 1, column 18: error HT108: a marker inside a marker
    1 | x = {{choice([1, {{uniform(0, 1)}}])}}
      |                  ^~~~~~~~~~~~~~~~~
      = help: drop the inner braces: uniform(0, 1)""",
            "a marker in an option that is not taken",
        ),
        error(
            "x = {{}}",
            """
In [7], line 1, column 5: error HT101: a marker must contain one distribution call; this one is empty
    1 | x = {{}}
      |     ^~~~
      = help: write, for example, {{uniform(0, 1)}} or {{choice([64, 128])}}""",
            "nothing in the braces",
        ),
        error(
            "x = f'a{ {{uniform(0, 1)}} }'",
            """
In [7], line 1, column 5: error HT110: a marker inside an f-string
    1 | x = f'a{ {{uniform(0, 1)}} }'
      |     ^~~~~~~~~~~~~~~~~~~~~~~~~
      = help: name the value first: units = {{...}}, then f'{units}'""",
            "in an f-string",
        ),
    ],
)  # fmt: skip
def test_an_error_in_a_marker_is_raised_where_it_stands(
    text: str, shown: str, names: dict[str, object]
) -> None:
    with pytest.raises(MarkerError) as raised:
        run(text, **names)
    assert str(raised.value) == shown
    assert raised.value._render_traceback_() == [shown]
    assert isinstance(raised.value, TypeError), "as what Python says of such braces"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ok = 1\ndef f():\n    return {{uniform(1, 0)}}", id="a function that is not called"),
        pytest.param("ok = f'{{uniform(0, 1)}}' and 1", id="braces of an f-string"),
        pytest.param("ok = '{{uniform(0, 1)}}' and 1", id="text in quotes"),
        pytest.param("ok = len({frozenset({1})})", id="sets that Python can make"),
    ],
)
def test_what_is_never_evaluated_or_means_something_else_stays(text: str) -> None:
    assert run(text)["ok"] == 1


def test_several_values_in_a_marker_are_advised_to_be_a_list() -> None:
    with pytest.raises(MarkerError, match=r"write \{\{choice\(\[1, 2\]\)\}\}"):
        run("{{1, 2}}")
    assert run("x = lambda: {{1, {{choice([2])}}}}")["x"] is not None


def test_top_level_await_is_no_concern_of_ours() -> None:
    module = with_defaults(Part("history", "In [7]", "await f({{choice([1])}})"))
    assert ast.unparse(module) == "await f(1)"


def test_python_warns_of_a_text_once_and_not_here() -> None:
    with_defaults(Part("history", "In [7]", "x = '\\d', {{choice([1])}}"))


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        pytest.param("x = {{choice([\n  1 / 0,\n  2])}}", ZeroDivisionError, 2, id="an option"),
        pytest.param("x = 1\ny = {{uniform(0,\n  nothing)}}", NameError, 3, id="a bound"),
        pytest.param("x = 1\ny = {{uniform(1, 0)}}", MarkerError, 2, id="a marker with an error"),
    ],
)
def test_a_traceback_names_the_users_own_line(text: str, kind: type[Exception], line: int) -> None:
    with pytest.raises(kind) as raised:
        run(text)
    frames = traceback.extract_tb(raised.value.__traceback__)
    assert [frame.lineno for frame in frames if frame.filename == "<cell>"] == [line]


def test_a_module_that_only_raises() -> None:
    with pytest.raises(MarkerError, match=r"^a fault$"):
        exec(compile(raising("a fault"), "<cell>", "exec"), {})
