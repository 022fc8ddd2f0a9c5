from __future__ import annotations

import pytest

from hypertemplate.compiler.dataflow.data_values import opaque_names
from tests.compiler.support import module

HEAD = """import pickle, math, here
import numpy as np, pandas as pd, keras
import tensorflow as tf
from here import OBJECTS, load
from sklearn.model_selection import train_test_split
from sklearn.linear_model import Ridge
"""


@pytest.mark.parametrize(
    ("value", "is_data"),
    [
        pytest.param(
            "[1, {'a': 2}, math.pi, np.inf]", True, id="containers of numbers, of constants of libraries"
        ),
        pytest.param("pd.DataFrame(load())", True, id="a table, of whatever"),
        pytest.param("pd.read_csv('a').values[:, 1] / 2", True, id="a part of a table"),
        pytest.param("train_test_split(np.ones(3))", True, id="what is split"),
        pytest.param("tf.constant(1) + keras.datasets.mnist.load_data()[0]", True, id="a tensor"),
        pytest.param("here.net.predict(1)", False, id="a method of the user's own module"),
        pytest.param("Ridge().fit(1).predict(2)", True, id="what an estimator gives"),
        pytest.param("sum(len(x) for x in [1])", True, id="a number"),
        pytest.param("list(sorted([1]))", True, id="a list of a list"),
        pytest.param("Ridge().fit(1)", False, id="an estimator"),
        pytest.param("keras.Sequential()", False, id="a network"),
        pytest.param("[Ridge()]", False, id="a list of estimators"),
        pytest.param("list(OBJECTS)", False, id="a list of the user's own module"),
        pytest.param("here.CALLBACKS", False, id="an attribute of the user's own module"),
        pytest.param("load()", False, id="a function of it"),
        pytest.param("pickle.load(open('a'))", False, id="a pickle"),
        pytest.param("tf.data.Dataset.range(3)", False, id="a data set"),
        pytest.param("keras.utils.image_dataset_from_directory('a')", False, id="a data set of files"),
        pytest.param("iter([1])", False, id="an iterator"),
        pytest.param("(n for n in [1])", False, id="a generator"),
        pytest.param("pd.read_csv('a').iterrows()", False, id="a method that iterates"),
        pytest.param("load()(1)", False, id="a call of a result"),
        pytest.param("somewhere(1)", False, id="a call of an unknown name"),
        pytest.param("somewhere", False, id="an unknown name"),
    ],
)
def test_values_that_are_known_to_be_data(value: str, is_data: bool) -> None:
    assert ("it" not in opaque_names(module(f"{HEAD}it = {value}\n"))) == is_data


@pytest.mark.parametrize(
    ("body", "is_data"),
    [
        pytest.param("x = np.ones(3)\n    y = x / 2\n    return x, y", True, id="local arrays"),
        pytest.param("x = x + 1\n    return x", True, id="a name bound to what it was"),
        pytest.param("net = Ridge()\n    return [net]", False, id="a local estimator"),
        pytest.param("with open('a') as file:\n        return file", False, id="an open file"),
        pytest.param(
            "for a, b in [(1, 2)]:\n        pass\n    return a", False, id="names that are unpacked"
        ),
        pytest.param("yield 1", False, id="a generator"),
        pytest.param("return x", True, id="an argument that is data"),
    ],
)
def test_what_a_function_of_the_file_returns(body: str, is_data: bool) -> None:
    text = f"{HEAD}def make(x=1):\n    {body}\nit = make([1])\nother = make(Ridge())\n"
    assert ("it" not in opaque_names(module(text))) == is_data


def test_an_argument_that_is_no_data_makes_none() -> None:
    text = f"{HEAD}def same(x):\n    return x\nit = same(Ridge())\nfor a, b in [(1, 2)]: pass\n"
    assert {"it", "a"} <= opaque_names(module(text))
