from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from hypertemplate.runtime.numbers import as_number, finite_numbers


class Tensor:
    """A tensor as TensorFlow's: no `item`, but `numpy`."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def numpy(self) -> Any:
        return np.asarray(self.value)


class Symbolic:
    def __float__(self) -> float:
        raise TypeError("a symbolic tensor has no value")


class Endless:
    def item(self) -> Endless:
        return self


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param(1, 1.0, id="an int"),
        pytest.param(-0.5, -0.5, id="a float"),
        pytest.param(np.float32(0.5), 0.5, id="a NumPy scalar"),
        pytest.param(np.int64(3), 3.0, id="a NumPy whole number"),
        pytest.param(np.array(0.5), 0.5, id="an array without dimensions"),
        pytest.param(np.array([[0.5]]), 0.5, id="an array of one element"),
        pytest.param(Tensor(0.25), 0.25, id="a tensor that converts to NumPy"),
        pytest.param(Tensor([0.25]), 0.25, id="a tensor of one element"),
        pytest.param(Decimal("0.5"), 0.5, id="a decimal"),
        pytest.param(Fraction(1, 2), 0.5, id="a fraction"),
        pytest.param(10**400, math.inf, id="a whole number beyond floats"),
        pytest.param(-(10**400), -math.inf, id="a negative one"),
        pytest.param(math.inf, math.inf, id="infinity"),
    ],
)
def test_numbers(value: Any, number: float) -> None:
    assert as_number(value) == number
    assert type(as_number(value)) is float


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="nothing"),
        pytest.param(True, id="a bool"),
        pytest.param(np.bool_(True), id="a NumPy bool"),
        pytest.param("1", id="a text"),
        pytest.param(b"1", id="bytes"),
        pytest.param([1.0], id="a list"),
        pytest.param({"loss": 1.0}, id="a dict"),
        pytest.param(np.array([1.0, 2.0]), id="an array of two elements"),
        pytest.param(np.array("a"), id="an array of a text"),
        pytest.param(np.array(1j), id="a complex number"),
        pytest.param(Tensor([1.0, 2.0]), id="a tensor of two elements"),
        pytest.param(Symbolic(), id="a symbolic tensor"),
        pytest.param(Endless(), id="an object that is its own item"),
        pytest.param(object(), id="any object"),
    ],
)
def test_what_is_no_number(value: Any) -> None:
    assert as_number(value) is None


def test_only_finite_numbers_under_texts_are_kept() -> None:
    values = {
        "loss": np.float32(0.5),
        "nan": math.nan,
        "inf": math.inf,
        "name": "x",
        3: 1.0,
        "ok": True,
        "n": 2,
    }
    assert finite_numbers(values) == {"loss": 0.5, "n": 2.0}
