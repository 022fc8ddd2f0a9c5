from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hypertemplate.runtime.draws import Draws, NotDrawnError, OptionsChangedError


def test_a_label_gives_its_value_and_counts_as_used() -> None:
    draws = Draws({"rate": 0.25, "units": 1, "depth": 3})
    assert (draws["rate"], draws["rate"], draws["depth"]) == (0.25, 0.25, 3)
    assert draws.unused() == ("units",)


def test_a_label_without_a_value_says_whose_it_is() -> None:
    with pytest.raises(NotDrawnError) as caught:
        Draws({})["optimizer.1"]
    assert str(caught.value) == (
        "'optimizer.1' has no value in this trial: it belongs to an option that was not chosen"
    )


def test_a_callable_value_is_called_once_and_only_when_it_is_read() -> None:
    calls: list[str] = []

    def default(name: str) -> Callable[[], float]:
        def middle() -> float:
            calls.append(name)
            return 0.5

        return middle

    draws = Draws({"read": default("read"), "unread": default("unread")})
    assert (draws["read"], draws["read"]) == (0.5, 0.5)
    assert calls == ["read"]
    assert draws.unused() == ("unread",)


def test_what_a_forked_process_reads_counts() -> None:
    draws = Draws({"rate": 0.25, "units": 1}, forks=True)
    child = os.fork()
    if child == 0:
        os._exit(0 if draws["units"] == 1 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert draws.unused() == ("rate",)


def test_what_is_sent_to_another_process_counts_as_read() -> None:
    draws = Draws({"rate": 0.25, "units": 1}, forks=True)
    sent = pickle.loads(pickle.dumps(draws))
    assert (sent["rate"], sent["units"]) == (0.25, 1)
    assert draws.unused() == ()


def test_who_gets_all_values_has_read_all() -> None:
    draws = Draws({"rate": 0.25, "units": 1})
    draws.read_all()
    assert draws.unused() == Draws({}).unused() == ()


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["a", "b", "c"], id="a list"),
        pytest.param(("a", "b", "c"), id="a tuple"),
        pytest.param(iter("abc"), id="an iterator is gone through once"),
    ],
)
def test_an_option_is_picked_by_its_index(options: Any) -> None:
    draws = Draws({"x": 1}, {"x": 3})
    assert draws.option("x", options) == "b"
    assert draws.unused() == ()


def test_a_weighted_option_is_picked_without_its_probability() -> None:
    assert Draws({"x": 1}).weighted("x", [(0.2, "a"), (0.8, "b")]) == "b"


@pytest.mark.parametrize(
    ("length", "message"),
    [
        pytest.param(
            3, "the list of 'x' has 3 options now, but had 4 when the template was loaded", id="fewer"
        ),
        pytest.param(
            1, "the list of 'x' has 1 option now, but had 4 when the template was loaded", id="one left"
        ),
        pytest.param(
            5, "the list of 'x' has 5 options now, but had 4 when the template was loaded", id="more"
        ),
    ],
)
def test_a_list_whose_length_has_changed_is_refused(length: int, message: str) -> None:
    draws = Draws({"x": 0}, {"x": 4})
    with pytest.raises(OptionsChangedError) as caught:
        draws.option("x", range(length))
    assert str(caught.value) == message
    with pytest.raises(OptionsChangedError):
        draws.weighted("x", [(1.0, 0)] * length)


def test_it_imports_nothing_heavy() -> None:
    code = "import sys; import hypertemplate.runtime.draws; print(*sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    ours = {name for name in found if name.startswith("hypertemplate")}
    assert ours == {
        "hypertemplate",
        "hypertemplate.distributions",
        "hypertemplate.errors",
        "hypertemplate.renamed_modules",
        "hypertemplate.runtime",
        "hypertemplate.runtime.draws",
    }


DRAWN = Draws({"n": 2, "units[0]": 64, "units[1]": 128, "u[0,2]": 1, "u[1,2]": 2, "unit": 3})


@pytest.mark.parametrize(
    ("label", "indices", "found"),
    [
        pytest.param("units", (0,), "units[0]", id="one index"),
        pytest.param("units", (np.int64(1),), "units[1]", id="an index of NumPy"),
        pytest.param("u", (1, 2), "u[1,2]", id="two indices"),
        pytest.param("opt.1", (3,), "opt.1[3]", id="an inner label that was not drawn"),
    ],
)
def test_the_label_of_one_iteration(label: str, indices: tuple[Any, ...], found: str) -> None:
    assert DRAWN.at(label, *indices) == found


@pytest.mark.parametrize(
    ("label", "indices", "message"),
    [
        pytest.param(
            "units",
            (2,),
            "no value was drawn for units[2], only for units[0] to units[1]: "
            "say inside the marker how many there are at most, as in [i:8]",
            id="beyond the end",
        ),
        pytest.param(
            "units",
            (-1,),
            "no value was drawn for units[-1], only for units[0] to units[1]: "
            "say inside the marker how many there are at most, as in [i:8]",
            id="before the beginning",
        ),
        pytest.param(
            "u",
            (2, 2),
            "no value was drawn for u[2,2], only for u[0,2] to u[1,2]: "
            "say inside the marker how many there are at most, as in [i:8]",
            id="beyond the end of one of two",
        ),
    ],
)
def test_an_iteration_that_nothing_was_drawn_for(label: str, indices: tuple[int, ...], message: str) -> None:
    with pytest.raises(NotDrawnError) as caught:
        DRAWN.at(label, *indices)
    assert str(caught.value) == message


def test_an_index_is_a_whole_number() -> None:
    with pytest.raises(
        NotDrawnError, match=r"an index inside a marker is a whole number, got 0\.5: write \[i:8\]"
    ):
        DRAWN.at("units", 0.5)


def test_a_label_counts_as_used_when_it_is_read_not_when_it_is_named() -> None:
    draws = Draws({"units[0]": 64, "units[1]": 128})
    assert draws[draws.at("units", 0)] == 64
    draws.at("units", 1)
    assert draws.unused() == ("units[1]",)


def test_the_variables_that_a_function_leaves_are_those_it_has_then() -> None:
    draws = Draws({})
    assert draws.left == {}
    variables = {"x": 1, "classes": 10}
    assert draws.leave(variables, (1, 2)) == (1, 2)
    variables["later"] = 3
    assert draws.left == {"x": 1, "classes": 10}
