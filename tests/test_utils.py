"""What scripts written for Hyperas import from its ``utils``."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from hyperopt import Trials, fmin, hp, rand

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.search.samplers.hyperopt.spaces import evaluable_space
from hypertemplate.utils import eval_hyperopt_space
from tests.search.spaces import chosen, numeric

SPACE = evaluable_space(
    (
        numeric("rate", "uniform", low=0, high=1),
        chosen("act", "'relu'", "uniform(0, 1)", inner={1: "act.1"}),
        Dimension("act.1", "uniform", {"low": 0, "high": 1}, parent=("act", 1)),
    )
)


@pytest.mark.parametrize(
    ("vals", "values"),
    [
        pytest.param({"rate": 0.5, "act": 0}, {"rate": 0.5, "act": "relu"}, id="the best run"),
        pytest.param(
            {"rate": [0.5], "act": [0], "act.1": []}, {"rate": 0.5, "act": "relu"}, id="the vals of a trial"
        ),
        pytest.param(
            {"rate": (0.5,), "act": numpy.int64(1), "act.1": [numpy.float64(0.25)]},
            {"rate": 0.5, "act": 0.25},
            id="an inner value",
        ),
    ],
)
def test_the_values_of_a_point(vals: dict[str, Any], values: dict[str, Any]) -> None:
    assert eval_hyperopt_space(SPACE, vals) == values


def test_a_space_of_hyperopts_own() -> None:
    space = {"act": hp.choice("act", ["relu", "tanh"]), "x": hp.uniform("x", 0, 1)}
    trials = Trials()
    best = fmin(
        lambda point: point["x"],
        space,
        algo=rand.suggest,
        max_evals=5,
        trials=trials,
        rstate=numpy.random.default_rng(0),
        show_progressbar=False,
    )
    assert eval_hyperopt_space(space, best) == eval_hyperopt_space(space, trials.best_trial["misc"]["vals"])
    assert eval_hyperopt_space(space, best)["act"] in ("relu", "tanh")
