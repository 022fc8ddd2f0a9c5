"""Writes to arrays, through views and through functions that take the place of their result."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from tests.compiler.support import LEFT_OUT, cells, placements

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
    return program.script.results


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


SHOWN_IN_PLACE = {
    "a scaler that copies nothing": "print(StandardScaler(copy=False).fit_transform(X)[:2])",
    "a scaler by its name": "sc = StandardScaler(copy=False)\nprint(sc.fit(X).transform(X)[:2])",
    "one that is part of a pipeline": "print(make_pipeline(PCA(copy=False), Ridge()).fit(X, y))",
    "a regression": "print(Ridge(copy_X=False).fit(X, y).coef_)",
    "a function": "scale(X, copy=False)[:3]",
    "a scaler that is told so later": "print(StandardScaler().fit(X).transform(X, copy=False))",
    "a linear system": "print(linalg.lu(X, overwrite_a=True))",
    "a table": "_ = df.fillna(0, inplace=True)",
    "a result": "print(np.add(X, 1, out=X))",
    "values that are no numbers": "print(np.nan_to_num(X, copy=False).sum())",
}
IN_PLACE_HEAD = """import numpy as np, pandas as pd
from scipy import linalg
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale
X = np.load('x.npy')
y = df = pd.DataFrame(X)
"""
IN_PLACE_TAIL = "def data():\n    return X, df\ndef model(a, b):\n    return {{uniform(0, 1)}}\n"


def shown_is_kept(shown: str) -> bool:
    placed = placements(cells(IN_PLACE_HEAD, shown, IN_PLACE_TAIL))
    return placed[len(placed) - 3] is not LEFT_OUT


@pytest.mark.parametrize("shown", [pytest.param(text, id=name) for name, text in SHOWN_IN_PLACE.items()])
def test_what_is_shown_and_changes_an_argument_is_kept(shown: str) -> None:
    assert shown_is_kept(shown)


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param("print(StandardScaler().fit_transform(X))", id="a scaler that copies"),
        pytest.param("print(StandardScaler(copy=True).fit_transform(X))", id="and says so"),
        pytest.param("print(X.astype(float, copy=False))", id="a view"),
        pytest.param("print(df.fillna(0, inplace=False))", id="a table that is another one"),
    ],
)
def test_what_is_shown_and_changes_nothing_is_left_out(shown: str) -> None:
    assert not shown_is_kept(shown)


def test_an_estimator_in_a_function_that_copies_nothing_changes_its_argument() -> None:
    made = results(
        "import numpy as np\nfrom sklearn.preprocessing import StandardScaler\nx = np.ones(4)\n"
        "def scaled(a):\n    scaler = StandardScaler(copy=False)\n    return scaler.fit_transform(a)\n"
        "rate = {{uniform(0, 1)}}\ny = scaled(x) * rate\nmean = x.mean()\n"
    )
    assert made is not None
    assert {"mean", "x"} <= {*made}
