"""Models that vote."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsRegressor
from sklearn.svm import SVC

from hypertemplate.ensemble import VotingModel
from hypertemplate.errors import UsageError

A, B, C = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]
"""What a model of three classes gives for a sample that it is sure of."""


class Fixed:
    """A model that gives the same outputs whatever it is asked, and keeps how it was asked."""

    def __init__(self, *outputs: Any) -> None:
        self.outputs = outputs
        self.asked: list[tuple[Any, int, int]] = []

    def predict(self, x: Any, batch_size: int, verbose: int) -> Any:
        self.asked.append((x, batch_size, verbose))
        return numpy.array(self.outputs)


@pytest.mark.parametrize(
    ("outputs", "weights", "nb_classes", "expected"),
    [
        pytest.param([[A, C], [B, C], [B, A]], None, None, [1, 2], id="the class of most models"),
        pytest.param([[B], [A]], None, None, [0], id="of equals the lowest"),
        pytest.param([[C], [C], [A], [A], [A]], None, None, [0], id="not the largest label"),
        pytest.param([[C], [A], [A]], [3, 1, 1], None, [2], id="the most by weight"),
        pytest.param([[C], [A], [A]], [0, 1, 0], None, [0], id="a weight of 0 is no vote"),
        pytest.param([[[0.9]], [[0.8]], [[0.2]]], None, None, [1], id="one output is of two classes"),
        pytest.param(
            [[0.4, 0.6], [0.3, 0.7]], None, None, [0, 1], id="one output without an axis of its own"
        ),
        pytest.param([[[0.5]]], None, 2, [0], id="a half is not over a half"),
        pytest.param([[A], [B]], [1, 2], 5, [1], id="more classes than anyone predicts"),
        pytest.param([[B]], None, 1, [1], id="fewer classes than someone predicts"),
    ],
)
def test_hard_voting(
    outputs: list[Any], weights: list[float] | None, nb_classes: int | None, expected: list[int]
) -> None:
    models = [Fixed(*each) for each in outputs]
    voted = VotingModel(models, "hard", weights, nb_classes).predict(None)
    assert voted.tolist() == expected
    assert voted.shape == (len(outputs[0]),)


@pytest.mark.parametrize(
    ("outputs", "weights", "expected"),
    [
        pytest.param([[[0.6, 0.4]], [[0.1, 0.9]]], None, [1], id="the class with the highest mean"),
        pytest.param([[[0.6, 0.4]], [[0.1, 0.9]]], [9, 1], [0], id="the mean is weighted"),
        pytest.param([[[0.2], [1.0]], [[0.4], [3.0]]], None, [[0.3], [2.0]], id="one output is averaged"),
        pytest.param([[0.2, 1.0], [0.4, 3.0]], None, [[0.3], [2.0]], id="one output without an axis"),
        pytest.param([[[1.0]], [[5.0]]], [3, 1], [[2.0]], id="the average is weighted"),
    ],
)
def test_soft_voting(outputs: list[Any], weights: list[float] | None, expected: list[Any]) -> None:
    models = [Fixed(*each) for each in outputs]
    voted = VotingModel(models, "soft", weights).predict(None)
    numpy.testing.assert_allclose(voted, expected)


X = numpy.array([[0.0], [1.0], [2.0], [3.0]])
NAMES = numpy.array(["no", "no", "yes", "yes"])


@pytest.mark.parametrize(
    ("kind", "voting", "target", "expected"),
    [
        pytest.param(SVC, "hard", NAMES, ["no", "yes"], id="a majority of classes that are names"),
        pytest.param(
            SVC, "hard", numpy.array([3, 3, 7, 7]), [3, 7], id="a majority of classes that are numbers"
        ),
        pytest.param(GaussianNB, "soft", NAMES, ["no", "yes"], id="the mean of probabilities"),
        pytest.param(GaussianNB, "hard", NAMES, ["no", "yes"], id="a majority of probabilities"),
        pytest.param(KNeighborsRegressor, "soft", X[:, 0], [[1.5], [1.5]], id="the mean of a regression"),
    ],
)
def test_estimators_vote(kind: Any, voting: Any, target: Any, expected: list[Any]) -> None:
    more = {"n_neighbors": 4} if kind is KNeighborsRegressor else {}
    models = [kind(**more).fit(X, target) for _ in range(2)]
    assert VotingModel(models, voting).predict(X[[0, 3]]).tolist() == expected


@pytest.mark.parametrize(
    ("models", "voting", "message"),
    [
        pytest.param(
            [SVC().fit(X, NAMES)],
            "soft",
            "soft voting needs probabilities, and SVC has no predict_proba: use voting='hard'",
            id="means without probabilities",
        ),
        pytest.param(
            [KNeighborsRegressor(2).fit(X, X[:, 0])],
            "hard",
            "KNeighborsRegressor predicts numbers, not classes: voting='soft' averages them",
            id="a majority of a regression",
        ),
        pytest.param(
            [SVC().fit(X, NAMES), SVC().fit(X, [0, 0, 1, 1])],
            "hard",
            "the models must have the same classes to vote, got ['no', 'yes'] and [0, 1]",
            id="other classes",
        ),
    ],
)
def test_estimators_that_cannot_vote_say_why(models: list[Any], voting: Any, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        VotingModel(models, voting).predict(X)
    assert str(caught.value) == message


def test_the_mean_of_the_outputs() -> None:
    models = [Fixed([0.6, 0.4], [1.0, 0.0]), Fixed([0.2, 0.8], [0.0, 1.0])]
    mean = VotingModel(models, "soft", [1, 3], nb_classes=2).mean(None)
    numpy.testing.assert_allclose(mean, [[0.3, 0.7], [0.25, 0.75]])


def test_models_of_other_numbers_of_classes_can_vote_by_majority() -> None:
    models = [Fixed([0.1, 0.9]), Fixed(B), Fixed(C)]
    assert VotingModel(models).predict(None).tolist() == [1]


@pytest.mark.parametrize("voting", ["hard", "soft"])
def test_each_model_is_asked_as_keras_is(voting: Any) -> None:
    models = [Fixed(A), Fixed(B)]
    VotingModel(models, voting).predict("x")
    VotingModel(models, voting).predict("x", batch_size=7, verbose=2)
    assert [model.asked for model in models] == [[("x", 128, 0), ("x", 7, 2)]] * 2


@pytest.mark.parametrize("voting", ["hard", "soft"])
def test_no_samples(voting: Any) -> None:
    none = numpy.zeros((0, 3))
    model = Fixed()
    model.predict = lambda *_, **__: none  # type: ignore[method-assign]
    assert VotingModel([model, model], voting).predict([]).shape == (0,)


def test_the_models_can_be_a_tuple_and_are_kept_in_order() -> None:
    models = (Fixed(A), Fixed(B))
    ensemble = VotingModel(models, weights=(2, 1))
    assert ensemble.model_list == list(models)
    assert ensemble.weights == [2.0, 1.0]


@pytest.mark.parametrize(
    ("count", "more", "message"),
    [
        pytest.param(0, {}, "a VotingModel needs at least one model", id="no model"),
        pytest.param(
            1, {"voting": "loud"}, "voting must be 'hard' or 'soft', got 'loud'", id="another voting"
        ),
        pytest.param(
            2,
            {"weights": [1]},
            "there must be one weight for each model: 2 models, 1 weights",
            id="too few weights",
        ),
        pytest.param(
            2,
            {"weights": [1, -1]},
            "weights must not be negative, and not all 0, got [1.0, -1.0]",
            id="a negative weight",
        ),
        pytest.param(
            2,
            {"weights": [0, 0]},
            "weights must not be negative, and not all 0, got [0.0, 0.0]",
            id="no weight at all",
        ),
        pytest.param(
            2,
            {"weights": [1, float("nan")]},
            "weights must not be negative, and not all 0, got [1.0, nan]",
            id="a weight that is no number",
        ),
    ],
)
def test_what_cannot_vote(count: int, more: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        VotingModel([Fixed(A)] * count, **more)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("outputs", "nb_classes", "message"),
    [
        pytest.param(
            [[A], [[0.1, 0.9]]],
            None,
            "the models' outputs must have one shape to be averaged, got (1, 2), (1, 3)",
            id="other shapes",
        ),
        pytest.param([[A]], 4, "nb_classes is 4, and the models have 3", id="another number of classes"),
    ],
)
def test_what_cannot_be_averaged(outputs: list[Any], nb_classes: int | None, message: str) -> None:
    models = [Fixed(*each) for each in outputs]
    with pytest.raises(UsageError) as caught:
        VotingModel(models, "soft", nb_classes=nb_classes).predict(None)
    assert str(caught.value) == message
