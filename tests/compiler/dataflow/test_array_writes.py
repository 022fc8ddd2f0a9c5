"""Writes to arrays, through views and through functions that take the place of their result."""

from __future__ import annotations

import pytest

from hypertemplate.compiler import compile_source
from hypertemplate.compiler.syntax.source import Part, Source

WRITES = {
    "an iterator that writes": "for one in np.nditer(x, op_flags=['readwrite']):\n    one[...] = one * rate",
    "an iterator in a with statement": "with np.nditer(x, op_flags=['readwrite']) as each:\n    for one in each:\n        one[...] = rate",
    "a view in memory": "view = memoryview(x)\nview[0] = rate",
    "a buffer": "view = np.frombuffer(x)\nview[0] = rate",
    "flat": "x.flat[...] = rate",
    "transposed": "x.T[...] = rate",
    "flattened": "np.ravel(x)[0] += rate",
    "another shape": "view = x.reshape(-1)\nview += rate",
    "rows of at least two axes": "for row in np.atleast_2d(x):\n    row += rate",
    "a part": "first, second = np.split(x, 2)\nsecond += rate",
    "the other way round": "np.flip(x)[0] = rate",
    "a window": "np.lib.stride_tricks.as_strided(x, (2,))[...] = rate",
    "rows beside something": "for row, k in zip(x, range(9)):\n    row += k * rate",
    "out": "np.add(x, rate, out=x)",
    "out by its place": "np.add(x, rate, x)",
    "out of one argument": "np.exp(rate * x, x)",
    "out of a method": "x.clip(0, rate, out=x)",
    "out of a generator": "np.random.default_rng(int(9 * rate)).random(out=x)",
    "copied into": "np.copyto(x, rate)",
    "put": "np.put(x, [0], rate)",
    "placed": "np.place(x, x > 0, rate)",
    "added at": "np.add.at(x, [0, 0], rate)",
    "on the diagonal": "np.fill_diagonal(x, rate)",
    "a function along an axis": "def scaled(row):\n    row *= rate\n    return row\nnp.apply_along_axis(scaled, 0, x)",
    "values of a table": "x.values[...] = rate",
}


def results(text: str) -> tuple[str, ...] | None:
    program = compile_source(Source((Part("file", "model.py", text),), ""))
    return program.results


@pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in WRITES.items()])
def test_what_is_read_below_a_write_is_of_the_trial(write: str) -> None:
    made = results(
        f"import numpy as np\nx = np.ones(4)\nrate = {{{{uniform(0, 1)}}}}\n{write}\nmean = x.mean()\n"
    )
    assert made is not None
    assert {"mean", "x"} <= {*made}, "the array is made anew for each trial too"


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("y = np.add(x, rate)", id="a function without out"),
        pytest.param("y = [rate * part.sum() for part in np.split(x, 2)]", id="parts that are read"),
        pytest.param("y = np.exp(rate)", id="of another array"),
        pytest.param("y = sum(float(one) for one in np.nditer(x)) * rate", id="an iterator that reads"),
    ],
)
def test_what_is_only_read_stays_as_it_is(read: str) -> None:
    made = results(
        f"import numpy as np\nx = np.load('x.npy')\nrate = {{{{uniform(0, 1)}}}}\n{read}\nmean = x.mean()\n"
    )
    assert made is not None
    assert not {"mean", "x"} & {*made}
