"""Ranges around values of today: what they are, and that they always hold the value."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hypertemplate.compiler.suggestions.rules.ranges import around, whole
from hypertemplate.compiler.suggestions.rules.rule import Rule
from hypertemplate.compiler.suggestions.rules.rule_table import RULES
from hypertemplate.compiler.suggestions.use import Use
from tests.compiler.suggestions.test_value_candidates import found
from tests.compiler.support import compiled, tree

SKLEARN = (
    "from sklearn.ensemble import *\nfrom sklearn.linear_model import *\nfrom sklearn.svm import *\n"
    "from sklearn.neural_network import *\nfrom sklearn.decomposition import *\n"
)


def ranges(code: str) -> list[str]:
    return [one.partition(" -> ")[2] for one in found(code)]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("Dropout(0.25)", "uniform(0, 0.5)", id="dropout"),
        pytest.param("Dropout(0.5)", "uniform(0, 0.7)", id="dropout at the bound has room above"),
        pytest.param("Dropout(0.8)", "uniform(0, 0.9)", id="but not up to 1"),
        pytest.param("Dropout(0.95)", "", id="not beyond what is plausible"),
        pytest.param("Dropout(0)", "uniform(0, 0.5)", id="dropout that is turned off"),
        pytest.param("Dropout(-1)", "", id="not what is wrong"),
        pytest.param("Dropout(True)", "", id="not a truth value"),
        pytest.param("Dropout('a')", "", id="not a text"),
        pytest.param("GaussianNoise(0)", "", id="not noise that is turned off"),
        pytest.param("Conv2D(1, 3, padding='same')", "choice([3, 5])", id="kernels with padding"),
        pytest.param(
            "Conv2D(1, (5, 5), padding='same')", "choice([(3, 3), (5, 5), (7, 7)])", id="larger kernels"
        ),
        pytest.param("Conv2D(1, 9, padding='same')", "choice([3, 5, 7, 9])", id="a very large kernel"),
        pytest.param("Conv1D(1, 3, padding='causal')", "choice([3, 5])", id="kernels over time"),
        pytest.param("Conv2D(1, 5)", "choice([3, 5])", id="only smaller kernels without padding"),
        pytest.param("Conv2D(1, 3)", "", id="none below 3"),
        pytest.param("Conv2D(1, 1, padding='same')", "", id="not a kernel of 1"),
        pytest.param("Conv2D(1, (3, 5), padding='same')", "", id="not a kernel that is no square"),
        pytest.param("Conv2D(1, 3, padding=p)", "", id="not with an unknown padding"),
        pytest.param("Conv2D(1, 5), layers.Reshape((1,))", "", id="no smaller kernels before a fixed shape"),
        pytest.param("Conv2D(1, 5), layers.Conv2DTranspose(1, 2)", "", id="nor where images grow again"),
        pytest.param(
            "MultiHeadAttention(2, 64)",
            "choice([1, 2, 4, 8]) quniform(32, 128, 16, log=True)",
            id="attention",
        ),
        pytest.param("MultiHeadAttention(3, 2)", "", id="not another number of heads, or a tiny one"),
        pytest.param(
            "LSTM(2, dropout=0.1, recurrent_dropout=0.1)", "uniform(0, 0.5) uniform(0, 0.5)", id="in an LSTM"
        ),
        pytest.param("LSTM(2, recurrent_dropout=0)", "", id="dropout would make it slow where it is off"),
    ],
)
def test_layers(call: str, expected: str) -> None:
    assert " ".join(ranges(f"from keras import layers\nlayers.{call}\n")) == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("net.fit(x, y, batch_size=32)", "choice([16, 32, 64, 128])", id="batches"),
        pytest.param("net.fit(x, y, 128)", "choice([32, 64, 128, 256])", id="large batches"),
        pytest.param("net.fit(x, y, batch_size=15)", "choice([15, 30, 60])", id="odd batches"),
        pytest.param("net.fit(x, y, batch_size=1)", "", id="not single samples"),
        pytest.param(
            "net.fit(x, y, batch_size=32), LSTM(1, stateful=True)",
            "",
            id="not where samples follow each other",
        ),
        pytest.param("data.batch(32)", "", id="not of one data set among several"),
        pytest.param("n = 64\nDataLoader(data, batch_size=n)", "", id="not of data that are not shuffled"),
        pytest.param(
            "n = 64\nDataLoader(data, batch_size=n, shuffle=False)", "", id="nor where that is written"
        ),
        pytest.param(
            "n = 64\nDataLoader(data, batch_size=n, shuffle=True), DataLoader(other, batch_size=n)",
            "choice([16, 32, 64, 128])",
            id="of data that are shuffled",
        ),
        pytest.param(
            "n = 64\nDataLoader(data, batch_size=n, sampler=s)",
            "choice([16, 32, 64, 128])",
            id="of data that are drawn",
        ),
        pytest.param(
            "test_batch_size = 64\nDataLoader(data, batch_size=test_batch_size, shuffle=True)",
            "",
            id="not of what is only judged",
        ),
        pytest.param("keras.optimizers.Ftrl(1e-3)", "uniform(1e-4, 0.02, log=True)", id="a learning rate"),
        pytest.param(
            "keras.optimizers.Ftrl(5e-6)", "uniform(5e-7, 1e-4, log=True)", id="a small learning rate"
        ),
        pytest.param(
            "keras.optimizers.Ftrl(1)", "uniform(0.1, 1, log=True)", id="a learning rate that is too large"
        ),
        pytest.param(
            "keras.optimizers.SGD(0.1, 0.9)", "uniform(0.01, 1, log=True) uniform(0.5, 0.99)", id="momentum"
        ),
        pytest.param(
            "keras.optimizers.SGD(0.1, momentum=0)",
            "uniform(0.01, 1, log=True) uniform(0, 0.99)",
            id="no momentum yet",
        ),
        pytest.param(
            "keras.optimizers.SGD(0.1, momentum=0.4)",
            "uniform(0.01, 1, log=True) uniform(0.2, 0.99)",
            id="little momentum",
        ),
        pytest.param("keras.optimizers.Ftrl(0)", "", id="not a learning rate of 0"),
        pytest.param(
            "net.compile('Adam')", "choice(['Adam', 'RMSprop', 'Nadam'])", id="an optimizer with a capital"
        ),
        pytest.param("net.compile('lion')", "", id="not an optimizer with another usual rate"),
    ],
)
def test_training(call: str, expected: str) -> None:
    imports = "import keras\nfrom torch.utils.data import DataLoader\n"
    assert " ".join(ranges(f"{imports}{call}\n")) == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("RandomForestClassifier(100)", "quniform(50, 400, 50)", id="trees"),
        pytest.param("RandomForestClassifier(500)", "quniform(250, 2000, 50)", id="many trees"),
        pytest.param("RandomForestClassifier(5000)", "quniform(2500, 5000, 50)", id="enough trees"),
        pytest.param("RandomForestClassifier(25)", "quniform(10, 100, 5)", id="few trees"),
        pytest.param("RandomForestClassifier(13)", "uniformint(6, 52)", id="an odd number of trees"),
        pytest.param("RandomForestClassifier(5)", "", id="not very few trees"),
        pytest.param("RandomForestClassifier(max_depth=20)", "uniformint(2, 30)", id="deep trees"),
        pytest.param("RandomForestClassifier(max_features=0.5)", "uniform(0.3, 1)", id="a share"),
        pytest.param("RandomForestClassifier(max_features=0.2)", "uniform(0.1, 1)", id="a small share"),
        pytest.param("RandomForestClassifier(max_features=5)", "", id="not a number of features"),
        pytest.param("RandomForestClassifier(min_samples_leaf=0.1)", "", id="not a share of samples"),
        pytest.param(
            "SVC(C=10, kernel='poly', degree=3)",
            "uniform(0.1, 1000, log=True) uniformint(2, 5)",
            id="a polynomial",
        ),
        pytest.param(
            "SVC(C=10, degree=3)", "uniform(0.1, 1000, log=True)", id="not the degree of no polynomial"
        ),
        pytest.param(
            "LogisticRegression(penalty='elasticnet', l1_ratio=0.5)",
            "uniform(0, 1)",
            id="a share of a penalty",
        ),
        pytest.param("LogisticRegression(l1_ratio=0.5)", "", id="not one that does not count"),
        pytest.param(
            "LogisticRegression(C=1.0, max_iter=1000, solver='saga', tol=1e-3)",
            "uniform(0.01, 100, log=True)",
            id="nothing else",
        ),
        pytest.param(
            "MLPClassifier((64, 32))",
            "choice([(32, 16), (64, 32), (128, 64), (64, 32, 16)])",
            id="hidden layers",
        ),
        pytest.param("MLPClassifier(64)", "choice([(32,), 64, (128,), (64, 32)])", id="one hidden layer"),
        pytest.param(
            "MLPClassifier((64, 32, 16))",
            "choice([(32, 16, 8), (64, 32, 16), (128, 64, 32)])",
            id="three hidden layers",
        ),
        pytest.param("MLPClassifier((2,))", "", id="not tiny ones"),
        pytest.param(
            "MLPClassifier(solver='lbfgs', learning_rate_init=0.1)", "", id="not a rate that does not count"
        ),
        pytest.param("PCA(0.95)", "uniform(0.3, 1)", id="a share of the variance"),
        pytest.param("PCA(20)", "uniformint(5, 20, log=True)", id="components"),
        pytest.param("PCA(2)", "", id="not a plane"),
    ],
)
def test_estimators(call: str, expected: str) -> None:
    assert " ".join(ranges(f"{SKLEARN}{call}\n")) == expected


def test_the_number_of_rounds_is_only_a_limit_where_training_stops_early() -> None:
    text = "import lightgbm as lgb\nlgb.train({'max_depth': 4}, data, 100)\n"
    assert ranges(text) == ["uniformint(3, 12)", "quniform(50, 400, 50)"]
    assert ranges(f"{text}lgb.early_stopping(5)\n") == ["uniformint(3, 12)"]


def test_a_linear_booster_has_no_trees() -> None:
    text = "import xgboost\nxgboost.XGBRegressor(max_depth=3, reg_lambda=2, booster='{}')\n"
    assert ranges(text.format("gbtree")) == ["uniformint(2, 10)", "uniform(0.02, 20, log=True)"]
    assert ranges(text.format("gblinear")) == ["uniform(0.02, 20, log=True)"]


def use_of(rule: Rule) -> Use:
    part = tree("f()")
    (call,) = (node for node in ast.walk(part.module) if isinstance(node, ast.Call))
    return Use(part, call, "", {}, frozenset(), frozenset())


numbers = st.one_of(
    st.integers(0, 10_000),
    st.floats(1e-9, 1e4).map(lambda one: float(f"{one:.3g}")),
    st.floats(0, 1).map(lambda one: round(one, 3)),
    st.sampled_from([0, 0.0, 1, 1.0, "relu", "sgd", "adam", None, True, (3, 3), (1, 2), (100,), -1]),
)


@settings(max_examples=300, deadline=None)
@given(rule=st.sampled_from(RULES), value=numbers)
def test_the_value_of_today_is_always_one_of_the_range_and_nothing_is_wrong_with_it(
    rule: Rule, value: object
) -> None:
    draw = rule.range(use_of(rule), value)
    if draw:
        program = compiled(f"loss = {{{{{draw[:-1]}, default={value!r})}}}}\n")
        assert not program.warnings
        assert program.space.states_defaults


def test_a_range_without_room_is_none() -> None:
    nothing = use_of(RULES[0])
    assert around(1, 1)(nothing, 0.5) == ""
    assert around(10, 10)(nothing, "a") == ""
    assert whole(1, 5)(nothing, 0) == ""
