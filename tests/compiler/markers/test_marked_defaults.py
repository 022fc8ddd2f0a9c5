"""Defaults that markers state: which option one is, what cannot be drawn, and what they are no part of."""

from __future__ import annotations

from typing import Any

import pytest

from hypertemplate.compiler.markers.marked_defaults import default_option, listed_default
from hypertemplate.compiler.markers.resolve import ResolveError, default_draw, resolve, resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.stages import compile_source
from tests.compiler.support import Text, compiled, findings, project, source

HEAD = "A = B = C = None\nclass SGD: pass\nclass Adam: pass\n"


def resolved(marker: str, **names: Any) -> list[Dimension]:
    """The dimensions of a marker where these names have these values."""
    space = compiled(f"{HEAD}def model(i=0):\n    x = {{{{{marker}}}}}\n").space
    return [resolve(one, lambda argument: eval(argument.text, dict(names))) for one in space.parameters]


@pytest.mark.parametrize(
    ("default", "options", "number"),
    [
        pytest.param("64", ["32", "64"], 1, id="a number"),
        pytest.param("2 ** 6", ["32", "64"], 1, id="arithmetic"),
        pytest.param("64.0", ["32", "64"], 1, id="a float for a whole number"),
        pytest.param("True", ["1", "True"], 1, id="True is not 1"),
        pytest.param("1", ["True", "1"], 1, id="1 is not True"),
        pytest.param("None", ["0.5", "None"], 1, id="None"),
        pytest.param("'relu'", ['"elu"', '"relu"'], 1, id="other quotes"),
        pytest.param("[1,2]", ["[2, 1]", "[1, 2]"], 1, id="a list"),
        pytest.param("SGD( rate )", ["Adam(rate)", "SGD(rate)"], 1, id="an object, in another layout"),
        pytest.param("uniform(high=0.5, low=0)", ["0", "uniform(0, 0.5)"], 1, id="a distribution"),
        pytest.param("uniform(0, 1)", ["0", "uniform(0, 1, default=0.2)"], 1, id="one with a default"),
        pytest.param("uniform(0, 1, default=0.2)", ["0", "uniform(0, 1)"], 1, id="one without"),
        pytest.param("D(uniform(0, 1))", ["1", "D(uniform(0, 1, name='a'))"], 1, id="one inside an option"),
        pytest.param("128", ["32", "64"], None, id="no option"),
        pytest.param("SGD(0.1)", ["SGD(rate)"], None, id="another object"),
        pytest.param("64", [], None, id="no options at all"),
    ],
)
def test_the_option_that_is_the_default(default: str, options: list[str], number: int | None) -> None:
    assert default_option(default, options) == number


class Array:
    """What compares element by element."""

    def __eq__(self, other: object) -> Any:
        raise ValueError("ambiguous")


def test_the_item_that_is_the_default() -> None:
    array = Array()
    assert listed_default(2, [True, 1.0, 2.0]) == 2
    assert listed_default(array, [Array(), 1, array]) == 2
    assert listed_default(1, [True, Array()]) is None


@pytest.mark.parametrize(
    ("marker", "names", "defaults"),
    [
        pytest.param("uniform(0, 1, default=0.2)", {}, [0.2], id="a number"),
        pytest.param("uniform(0, 9, default=3)", {}, [3.0], id="a float though whole"),
        pytest.param("uniform(1e-5, 0.1, log=True, default=0.1)", {}, [0.1], id="a bound by magnitude"),
        pytest.param("loguniform(-8, -3, default=0.01)", {}, [0.01], id="the value, not its logarithm"),
        pytest.param("quniform(32, 256, 32, default=100)", {}, [100], id="between two steps"),
        pytest.param("quniform(0, 1, 0.1, default=0.1 + 0.2)", {}, [0.3], id="a step as people write it"),
        pytest.param("uniformint(1, 9, default=4.0)", {}, [4], id="a whole number"),
        pytest.param("randint(3, 6, default=5)", {}, [5], id="the last of a randint"),
        pytest.param("normal(0, 1, default=-40)", {}, [-40.0], id="without bounds"),
        pytest.param("qlognormal(0, 1, 1, default=0)", {}, [0], id="rounded to zero"),
        pytest.param("uniform(0, A, default=B)", {"A": 9, "B": 3}, [3.0], id="names"),
        pytest.param("uniform(0, 1, default=B)", {"B": 0.25}, [0.25], id="a name between numbers"),
        pytest.param("uniform(0, A, default=12)", {"A": 9}, [None], id="outside of a range that a run knows"),
        pytest.param("uniform(0, A, default=2)", {"A": 9}, [2.0], id="inside of it"),
        pytest.param("normal(0, 1, default=A)", {"A": 10**400}, [None], id="too large for a float"),
        pytest.param("normal(0, 1, default=A)", {"A": float("nan")}, [None], id="not a number"),
        pytest.param("choice(A, default=32)", {"A": [16, 32]}, [1], id="of a list that a run knows"),
        pytest.param("pchoice(A, default='b')", {"A": [(0.5, "a"), (0.5, "b")]}, [1], id="of such pairs"),
        pytest.param("choice([1, 2], default=2)", {}, [1], id="an option"),
        pytest.param("choice([1, 2], default=2)[i:2]", {}, [1, 1], id="one for each iteration"),
        pytest.param("choice([0, uniform(0, 1, default=0.3)], default=0)", {}, [0, 0.3], id="an inner one"),
        pytest.param("choice([0, uniform(0, 1)])", {}, [None, None], id="none"),
    ],
)
def test_a_dimension_has_the_default(
    marker: str, names: dict[str, Any], defaults: list[float | None]
) -> None:
    found = resolved(marker, **names)
    assert [(one.default, type(one.default)) for one in found] == [(one, type(one)) for one in defaults]
    assert all(default_draw(one) == one.default for one in found if one.default is not None)


def test_a_default_that_is_no_item_of_the_list_is_refused_with_the_items() -> None:
    with pytest.raises(ResolveError) as caught:
        resolved("choice(A, default=128)", A=[16, 32])
    assert (str(caught.value), caught.value.help) == (
        "choice() has no option 128, its default (from A)",
        "write one of its options: 16, 32",
    )


def test_dimensions_with_other_defaults_are_equal() -> None:
    one, other = (
        resolve_literal(compiled(f"def model():\n    return {{{{uniform(0, 1{d})}}}}\n").space.parameters[0])
        for d in ("", ", default=0.2")
    )
    assert one == other
    assert (one and one.default, other and other.default) == (None, 0.2)


PLAIN = """
def layer(rate={{uniform(0, 1)}}):
    return {{choice([uniform(0, 1), D(quniform(1, 9, 2), 'a  b')])}}

def model():
    return layer() + <<uniformint(1, 9, log=True)>> + {{choice([1, 2],)}}

if __name__ == '__main__':
    model()
"""
STATED = """
def layer(rate={{uniform(0, 1, default=0.5)}}):
    return {{choice([uniform(0, 1, default=0.1), D(quniform(1, 9, 2, default=3), 'a  b')],
        default=uniform(0, 1))}}

def model():
    return layer() + <<uniformint(1, 9, default=3, log=True)>> + {{choice([1, 2], default=2,)}}

if __name__ == '__main__':
    model()
"""


@pytest.mark.parametrize(
    ("plain", "stated"),
    [
        pytest.param(f"class D: pass\n{PLAIN}", f"class D: pass\n{STATED}", id="in a file"),
        pytest.param(
            project("from nets import layer\n" + PLAIN[PLAIN.index("def model") :], {"nets.py": "class D: pass\n" + PLAIN[: PLAIN.index("def model")]}),
            project("from nets import layer\n" + STATED[STATED.index("def model") :], {"nets.py": "class D: pass\n" + STATED[: STATED.index("def model")]}),
            id="in an own module",
        ),
    ],
)  # fmt: skip
def test_a_default_is_no_part_of_what_a_study_is_of(plain: Text, stated: Text) -> None:
    before, after = (compile_source(source(one) if isinstance(one, str) else one) for one in (plain, stated))
    assert before.digest == after.digest
    assert [(p.label, p.options, p.written) for p in before.space.parameters] == [
        (p.label, p.options, p.written) for p in after.space.parameters
    ]
    assert ["".join(p.kept.split()) for p in before.parts] == ["".join(p.kept.split()) for p in after.parts]
    assert (before.space.states_defaults, after.space.states_defaults) == (False, True)


def test_what_makes_a_marker_another_one_still_counts() -> None:
    texts = (
        "uniform(0, 1, default=0.5)",
        "uniform(0, 0.5, default=0.5)",
        "uniform(0.1, 1, log=True, default=0.5)",
    )
    digests = {compiled(f"def model():\n    return {{{{{text}}}}}\n").digest for text in texts}
    assert len(digests) == 3


def test_a_default_out_of_range_leaves_the_marker_without_one() -> None:
    text = "def model():\n    return {{uniform(0, 0.5, default=0.7)}}\n"
    assert "HT117" in findings(text)
    parameter = compiled(text).space.parameters[0]
    assert parameter.default is None
