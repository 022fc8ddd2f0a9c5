"""Which trials count after an edit, with which values, and what people read of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.compiler.edits.changes import Branch, Changed, Edits, Marked, MarkerPair, Unmarked
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.search.generations.judgement import judged
from hypertemplate.search.generations.possible_values import why_not
from hypertemplate.search.study import Trial, TrialState
from tests.search.spaces import chosen, numeric

RATE = numeric("rate", "uniform", low=0, high=0.5)
WIDE = numeric("rate", "uniform", low=0, high=0.8)
NARROW = numeric("rate", "uniform", low=0, high=0.2)
UNITS = numeric("units", "quniform", integral=True, low=32, high=256, q=32)
PLAIN = numeric("units", "uniform", low=32, high=256)
SIZES = chosen("units", "64", "128")
OPTIMIZER = chosen("optimizer", "'sgd'", "'adam'")
LION = chosen("optimizer", "'adam'", "'lion'", "'sgd'")
OBJECTS = chosen("optimizer", "<class 'Sgd'>", "<class 'Adam'>", literal=False)
MORE_OBJECTS = chosen("optimizer", "<class 'Sgd'>", "<class 'Adam'>", "<class 'Lion'>", literal=False)


def same(label: str, options: tuple[tuple[int, int], ...] | None = None, after: str = "") -> MarkerPair:
    return MarkerPair(label, after or label, "line 3", options, options is None)


def trials(label: str, *values: float) -> list[Trial]:
    return [Trial(i, TrialState.COMPLETE, {label: value}, 0.5) for i, value in enumerate(values)]


@pytest.mark.parametrize(
    ("edits", "before", "after", "values", "kept", "lines"),
    [
        pytest.param(
            Edits((same("rate"),)),
            RATE,
            WIDE,
            [0.1, 0.5],
            {0: 0.1, 1: 0.5},
            ["  ~ rate  0..0.5 is now 0..0.8: all 2 trials lie inside"],
            id="a wider range has all values",
        ),
        pytest.param(
            Edits((same("rate"),)),
            RATE,
            NARROW,
            [0.1, 0.5],
            {0: 0.1},
            ["  ~ rate  0..0.5 is now 0..0.2: 1 of 2 trials lies inside"],
            id="a narrower range has some",
        ),
        pytest.param(
            Edits((same("units"),)),
            UNITS,
            PLAIN,
            [64, 96],
            {},
            [
                "  ~ units  quniform(low=32, high=256, q=32) is now uniform(low=32, high=256), which draws floats, not ints: none of 2 trials lie inside",
            ],
            id="a whole number is not a float",
        ),
        pytest.param(
            Edits((same("units"),)),
            SIZES,
            UNITS,
            [0, 1],
            {0: 64, 1: 128},
            [
                "  ~ units  choice([64, 128]) is now quniform(low=32, high=256, q=32): all 2 trials keep their value",
            ],
            id="options are numbers of a distribution",
        ),
        pytest.param(
            Edits((same("units"),)),
            UNITS,
            SIZES,
            [64, 96, 128],
            {0: 0, 2: 1},
            [
                "  ~ units  quniform(low=32, high=256, q=32) is now choice([64, 128]): 2 of 3 trials keep their value",
            ],
            id="numbers are options",
        ),
        pytest.param(
            Edits((same("optimizer", ((0, 2), (1, 0))),)),
            OPTIMIZER,
            LION,
            [0, 1],
            {0: 2, 1: 0},
            ["  ~ optimizer  option 'lion' is new: all 2 trials keep their option"],
            id="an option is new, the others have another order",
        ),
        pytest.param(
            Edits((same("optimizer", ((0, 1), (2, 0))),)),
            LION,
            OPTIMIZER,
            [0, 1],
            {0: 1},
            None,
            id="an option that is gone",
        ),
        pytest.param(
            Edits((same("optimizer"),)),
            OPTIMIZER,
            LION,
            [0, 1],
            {0: 2, 1: 0},
            ["  ~ optimizer  option 'lion' is new: all 2 trials keep their option"],
            id="lists made at load time are compared by value",
        ),
        pytest.param(
            Edits((same("optimizer"),)),
            OBJECTS,
            OBJECTS,
            [0, 1],
            {0: 0, 1: 1},
            [],
            id="objects of one list by their places",
        ),
        pytest.param(
            Edits((same("optimizer"),)), OBJECTS, MORE_OBJECTS, [0, 1], {}, None, id="not of a longer one"
        ),
        pytest.param(
            Edits((same("rate", after="dropout"),)),
            RATE,
            numeric("dropout", "uniform", low=0, high=0.5),
            [0.1],
            {0: 0.1},
            ["  ~ rate  is now dropout: the one trial keeps its value"],
            id="another label",
        ),
        pytest.param(
            Edits(unmarked=(Unmarked("units", "64", "line 3"),)),
            UNITS,
            None,
            [64, 96, 64],
            {0: None, 2: None},
            ["  - units  is now 64: 2 of 3 trials had 64"],
            id="a marker is a number now",
        ),
        pytest.param(
            Edits(unmarked=(Unmarked("units", "64.0", "line 3"),)), UNITS, None, [64], {}, None, id="a float"
        ),
        pytest.param(
            Edits(unmarked=(Unmarked("units", "128", "line 3"),)), SIZES, None, [0, 1], {1: None}, None,
            id="the value of an option",
        ),
        pytest.param(
            Edits(unmarked=(Unmarked("optimizer", "Sgd()", "line 3", (0,)),)),
            chosen("optimizer", "Sgd()", "Adam()", literal=False),
            None,
            [0, 1],
            {0: None},
            None,
            id="the code of an option",
        ),
        pytest.param(
            Edits((same("optimizer", ((0, 0), (1, 1))),), changed=(
                Changed("line 31 changed", (Branch("optimizer", False, "_ == 'sgd'", True, "optimizer='sgd'"),)),
            )),
            OPTIMIZER,
            OPTIMIZER,
            [0, 1, 1],
            {1: 1, 2: 1},
            ["  line 31 changed, which only optimizer='sgd' reaches: 1 trial is left out"],
            id="a branch that some took",
        ),
        pytest.param(
            Edits((same("optimizer", ((0, 0), (1, 1))),), changed=(
                Changed("line 31 changed", (Branch("other", True, "_ == 'sgd'", True, "other='sgd'"),)),
            )),
            OPTIMIZER,
            OPTIMIZER,
            [0],
            {},
            None,
            id="a branch on a label that the trial does not have",
        ),
        pytest.param(
            Edits((same("rate"),), changed=tuple(Changed(f"line {n} changed") for n in range(1, 8))),
            RATE,
            RATE,
            [0.1, 0.2],
            {},
            [*(f"  line {n} changed: all 2 trials are left out" for n in range(1, 6)), "  and 2 more changes"],
            id="changes that every trial reaches",
        ),
        pytest.param(Edits(), RATE, None, [0.1], {}, [], id="a label that no edit knows"),
        pytest.param(Edits((same("rate"),)), RATE, UNITS, [0.1], {}, None, id="a dimension that none explains"),
    ],
)  # fmt: skip
def test_trials_are_judged(
    edits: Edits,
    before: Dimension,
    after: Dimension | None,
    values: list[float],
    kept: dict[int, float | None],
    lines: list[str] | None,
) -> None:
    space = () if after is None else (after,)
    found = judged(trials(before.label, *values), edits, (before,), space)
    expected = {
        number: {} if value is None else {after.label: value} for number, value in kept.items() if after
    }
    assert found.kept == (expected or {number: {} for number in kept})
    assert found.left_out.keys() == set(range(len(values))) - kept.keys()
    assert lines is None or list(found.lines) == lines


UNREAD = Trial(1, TrialState.COMPLETE, {"rate": 0.4}, 0.5, unused=("rate",))
IN_OPTION = replace(NARROW, label="rate.0", parent=("rate", 0))


@pytest.mark.parametrize(
    ("edits", "before", "after", "params", "line"),
    [
        pytest.param(
            Edits((same("rate"),)), RATE, (NARROW,), {"rate": 0.1}, "0..0.5 is now 0..0.2: the one trial lies inside; 1 trial that never read it counts", id="a narrower range"
        ),
        pytest.param(
            Edits((same("rate"),)), RATE, (replace(NARROW, default=0.05),), {"rate": 0.05}, "0..0.5 is now 0..0.2: the one trial lies inside; 1 trial that never read it counts", id="a narrower range with a default"
        ),
        pytest.param(
            Edits(unmarked=(Unmarked("rate", "0.1", "line 3"),)), RATE, (), {}, "is now 0.1: the one trial had 0.1; 1 trial that never read it counts", id="a value in its place"
        ),
        pytest.param(
            Edits((same("rate"),)), RATE, (chosen("rate", "f(_)", "1"), IN_OPTION), {"rate": 0, "rate.0": 0.1}, None, id="an option with a draw, which is the default"
        ),
    ],
)  # fmt: skip
def test_a_value_that_a_trial_never_read_leaves_it_in(
    edits: Edits, before: Dimension, after: tuple[Dimension, ...], params: dict[str, float], line: str | None
) -> None:
    read = Trial(0, TrialState.COMPLETE, {"rate": 0.1}, 0.5)
    found = judged([read, UNREAD], edits, (before,), after)
    assert found.kept[1] == params
    assert line is None or line in found.lines[0]


def test_a_value_outside_its_range_as_its_user_gave_it_counts_until_the_range_changes() -> None:
    trial = Trial(0, TrialState.COMPLETE, {"rate": 1.5}, 0.5)
    edits = Edits((same("rate"),))
    assert judged([trial], edits, (RATE,), (replace(RATE, default=0.1),)).kept == {0: {"rate": 1.5}}
    assert judged([trial], edits, (RATE,), (NARROW,)).kept == {}


@pytest.mark.parametrize("state", [TrialState.FAILED, TrialState.PRUNED])
def test_a_value_that_a_trial_had_not_come_to_leaves_it_out(state: TrialState) -> None:
    trial = replace(UNREAD, state=state)
    edits = Edits((same("rate"),), unmarked=())
    assert judged([trial], edits, (RATE,), (NARROW,)).left_out == {
        1: "line 3: rate=0.4 is outside uniform(0, 0.2)"
    }
    assert judged([trial], edits, (RATE,), (NARROW,), retried=True).kept == {1: {"rate": 0.1}}


@pytest.mark.parametrize(
    ("text", "after", "value", "why"),
    [
        pytest.param("128", UNITS, 128, "", id="a number"),
        pytest.param("128.0", UNITS, None, "is a float, and quniform draws ints", id="a float is not a whole number"),
        pytest.param("2", PLAIN, None, "is an int, and uniform draws floats", id="a whole number is not a float"),
        pytest.param("True", UNITS, None, "is a bool, and quniform draws ints", id="nor is a truth value"),
        pytest.param("None", UNITS, None, "is a NoneType, and quniform draws ints", id="nor is nothing"),
        pytest.param("100", UNITS, None, "is not on a step of quniform", id="beside the steps"),
        pytest.param("512", UNITS, None, "is outside quniform(32, 256, 32)", id="outside"),
        pytest.param("128", SIZES, 1, "", id="an option"),
        pytest.param("32", SIZES, None, "is not one of its options", id="not an option"),
        pytest.param("make()", SIZES, None, "is not a value of units", id="an expression"),
        pytest.param("[1]", chosen("units", "[1]"), None, "is made anew each time, so that it is not a constant", id="a list"),
        pytest.param("0.6", numeric("units", "quniform", low=0, high=1, q=0.1), 0.6, "", id="on a step as people write it"),
        pytest.param("1e308", numeric("units", "qnormal", mu=0, sigma=1, q=1e-5), None, "is beyond what qnormal can draw", id="beyond all steps"),
    ],
)  # fmt: skip
def test_what_stood_there(text: str, after: Dimension, value: float | None, why: str) -> None:
    marked = Marked("units", text, "line 3")
    found = judged([Trial(0, TrialState.COMPLETE, {})], Edits(marked=(marked,)), (), (after,))
    assert found.kept == ({} if value is None else {0: {"units": value}})
    assert found.left_out == ({} if value is not None else {0: f"line 3: {text}, which stood there, {why}"})
    line = f"  + units  {text}, which stood there, {why}: none of 1 trial"
    if value is not None:
        line = f"  + units  {text} stood there before: the one trial gets {text}"
    elif not (after.options or text == "make()"):
        line += f"; choice([{text}, ...]) can have it"
    assert found.lines == (line,)


@pytest.mark.parametrize("value", [10**400, -(10**400)])
def test_a_number_that_no_float_holds_is_not_compared_with_bounds(value: int) -> None:
    assert why_not(value, UNITS) == "is beyond what quniform can draw"
