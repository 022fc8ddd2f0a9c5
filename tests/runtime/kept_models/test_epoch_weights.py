"""Copies of a model's weights after its best epochs, and which epoch a trial was scored by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hypertemplate.runtime.hooks.evaluations import note_evaluations
from hypertemplate.runtime.kept_models import epoch_weights
from hypertemplate.runtime.kept_models.epoch_weights import EpochWeights, Moment, scored_epochs
from hypertemplate.runtime.metrics.numbered_names import Names
from hypertemplate.runtime.objective import Wanted
from hypertemplate.runtime.protocol import Go
from hypertemplate.runtime.reports.fits import Fits


class Variable:
    """A variable of Keras."""

    def __init__(self, value: Any) -> None:
        self.value = np.asarray(value)
        self.reads = 0

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        self.reads += 1
        return self.value

    def assign(self, value: Any) -> None:
        self.value = np.array(value)


class Model:
    def __init__(self, *weights: Variable) -> None:
        self.weights = weights or (Variable(np.zeros(3, "float32")), Variable(np.zeros((2, 2), "int8")))

    def train(self, number: int) -> None:
        for variable in self.weights:
            variable.assign(np.full_like(variable.value, number))

    @property
    def reads(self) -> int:
        return sum(variable.reads for variable in self.weights)

    @property
    def numbers(self) -> set[int]:
        return {int(one) for variable in self.weights for one in variable.value.flat}


def trained(
    curve: list[dict[str, float]], wanted: Wanted | None = None, folder: str = ""
) -> tuple[Model, EpochWeights]:
    """A model whose weights after epoch n are n + 1, and the copies of them."""
    model, weights = Model(), EpochWeights(wanted or Wanted(maximize=None), folder)
    weights.fit_started()
    for epoch, metrics in enumerate(curve):
        model.train(epoch + 1)
        weights.epoch_ended(model, epoch, metrics, Names())
    weights.fit_ended(model)
    return model, weights


CURVE = [
    {"val_loss": 3.0, "val_accuracy": 0.5, "loss": 9.0},
    {"val_loss": 1.0, "val_accuracy": 0.6, "loss": 8.0},
    {"val_loss": 1.0, "val_accuracy": 0.9, "loss": 7.0},
    {"val_loss": 2.0, "val_accuracy": 0.7, "loss": 6.0},
]

BEST = [(1, "val_loss")]


@pytest.mark.parametrize(
    "in_memory_bytes", [pytest.param(10**9, id="in memory"), pytest.param(0, id="in files")]
)
@pytest.mark.parametrize("folder", ["", "trial"])
@pytest.mark.parametrize(
    ("epochs", "numbers", "noted"),
    [
        pytest.param([1], {2}, False, id="the lowest loss, the first of equals"),
        pytest.param([2], {3}, False, id="the highest accuracy"),
        pytest.param([3], {4}, False, id="the last epoch"),
        pytest.param([0, 1], {2}, False, id="one of two epochs with one value"),
        pytest.param([1, 3], {4}, False, id="an epoch with the value of the last one"),
        pytest.param([0], {4}, True, id="an epoch that was the best by no metric"),
    ],
)
def test_the_weights_of_an_epoch_are_put_back(
    epochs: list[int],
    numbers: set[int],
    noted: bool,
    folder: str,
    in_memory_bytes: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(epoch_weights, "IN_MEMORY_BYTES", in_memory_bytes)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    model, weights = trained(CURVE, folder=str(tmp_path / folder) if folder else "")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == (0 if in_memory_bytes else 2)
    note = weights.put_back([(epoch, "val_loss") for epoch in epochs], model)
    assert model.numbers == numbers
    assert bool(note) == noted
    weights.close()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("wanted", "curve", "epochs"),
    [
        pytest.param(Wanted(maximize=None), CURVE, {1, 2}, id="what is validated, by its name"),
        pytest.param(Wanted("loss", False), CURVE, {1, 2, 3}, id="and what is searched by"),
        pytest.param(Wanted("val_loss", True), CURVE, {0, 2}, id="in the direction that is searched"),
        pytest.param(Wanted(maximize=None), [{"loss": 2.0}, {"loss": 1.0}, {"loss": 3.0}], {1}, id="without validation"),
        pytest.param(
            Wanted(maximize=None), [{"val_dice": 1.0}, {"val_dice": 3.0}, {"val_dice": 0.5}], {1, 2}, id="both directions"
        ),
        pytest.param(Wanted(maximize=None), [{}, {}], set(), id="nothing finite"),
    ],
)  # fmt: skip
def test_which_epochs_are_copied(wanted: Wanted, curve: list[dict[str, float]], epochs: set[int]) -> None:
    _, weights = trained(curve, wanted)
    assert {epoch for epoch, _ in weights._copies} == epochs


def test_a_model_of_the_users_choice_stays_as_it_is() -> None:
    model, weights = trained(CURVE)
    other = Model()
    assert weights.put_back(BEST, other) == ""
    assert (model.numbers, other.numbers) == ({4}, {0})
    # A container, and a model that shares a layer.
    assert weights.put_back(BEST, {"net": model}) == ""
    assert model.numbers == {2}
    model, weights = trained(CURVE)
    assert weights.put_back(BEST, Model(model.weights[0])) == ""
    assert model.numbers == {2}


def test_weights_that_the_code_sets_after_the_fit_stay_as_they_are() -> None:
    model, weights = trained(CURVE)
    model.train(7)
    assert weights.put_back(BEST, model) == (
        "the models that are kept have the weights that the code set after the fit, while the losses are of an epoch"
    )
    assert model.numbers == {7}
    model.train(2)  # it has loaded its own checkpoint of the same epoch
    assert weights.put_back(BEST, model) == ""


def exchanged(
    curve: list[float], wanted: Wanted | None = None, added: list[float] | None = None
) -> tuple[Model, EpochWeights]:
    """A model that is validated with its weights after epoch n, n + 1, times ten, and scored again with times 20."""
    model, weights = Model(), EpochWeights(wanted or Wanted(maximize=None))
    for epoch, loss in enumerate(curve):
        moments: list[tuple[int, Moment, dict[str, float]]] = [
            (10, "validated", {"val_loss": loss}),
            (1, "trained", {"loss": loss}),
        ]
        for factor, moment, metrics in moments:
            model.train((epoch + 1) * factor)
            weights.epoch_ended(model, epoch, metrics, Names(), moment)
        if added is not None:
            model.train((epoch + 1) * 20)
            weights.evaluated(model)
            model.train(epoch + 1)
            weights.epoch_ended(model, epoch, {"val_f1": added[epoch]}, Names(), "added")
    weights.fit_ended(model)
    return model, weights


@pytest.mark.parametrize(
    ("curve", "wanted", "scored", "number"),
    [
        pytest.param([3.0, 1.0, 2.0], None, (1, "val_loss"), 20, id="the lowest loss of the validation"),
        pytest.param([3.0, 2.0, 1.0], None, (2, "val_loss"), 30, id="that of the last epoch"),
        pytest.param([3.0, 1.0, 2.0], None, (2, "val_loss"), 30, id="the last epoch, which is not the best"),
        pytest.param([3.0, 1.0, 2.0], Wanted("loss", False), (1, "loss"), 2, id="the lowest loss of the training"),
        pytest.param([3.0, 1.0, 2.0], None, (2, "loss"), 3, id="the training's of the last epoch"),
    ],
)  # fmt: skip
def test_weights_that_are_exchanged_for_the_validation_are_those_of_its_metrics(
    curve: list[float], wanted: Wanted | None, scored: tuple[int, str], number: int
) -> None:
    model, weights = exchanged(curve, wanted)
    assert weights.put_back([scored], model) == ""
    assert model.numbers == {number}


def test_weights_that_nothing_exchanges_are_read_once_an_epoch() -> None:
    model, weights = Model(), EpochWeights(Wanted(maximize=None))
    weights.fit_started(exchanged=False)
    for epoch, loss in enumerate([3.0, 1.0, 2.0]):
        model.train(epoch + 1)
        weights.epoch_ended(model, epoch, {"val_loss": loss}, Names(), "validated")
        read = model.reads
        weights.evaluated(model)
        weights.epoch_ended(model, epoch, {"loss": loss}, Names(), "trained")
        assert model.reads == read
    weights.fit_ended(model)
    assert weights.put_back([(1, "val_loss")], model) == ""
    assert model.numbers == {2}


def test_a_training_metric_that_is_asked_for_has_the_weights_of_the_validation() -> None:
    model, weights = Model(), EpochWeights(Wanted("loss", maximize=False))
    weights.fit_started(exchanged=False)
    for epoch, loss in enumerate([3.0, 1.0, 2.0]):
        model.train(epoch + 1)
        weights.epoch_ended(model, epoch, {"val_loss": -loss}, Names(), "validated")
        weights.epoch_ended(model, epoch, {"loss": loss}, Names(), "trained")
    weights.fit_ended(model)
    assert weights.put_back([(1, "loss")], model) == ""
    assert model.numbers == {2}


def test_a_metric_of_a_callback_that_evaluated_other_weights_is_of_unknown_weights() -> None:
    model, weights = exchanged([3.0, 1.0, 2.0], added=[0.5, 0.7, 0.6])
    assert weights.put_back([(1, "val_f1")], model) == (
        "the models that are kept have the weights that their fits left, while the losses are of other weights"
    )
    assert weights.put_back([(1, "val_loss")], model) == ""


def test_a_later_fit_forgets_the_first() -> None:
    model, weights = trained(CURVE)
    weights.fit_started()
    assert weights.put_back(BEST, model) == ""
    assert model.numbers == {4}


SCORES = [{"val_acc": 0.5}, {"val_acc": 0.93}, {"val_acc": 0.75}, {"val_acc": 0.75}]


@pytest.mark.parametrize(
    ("number", "evaluated", "predicted", "epochs"),
    [
        pytest.param(0.93, set(), False, [1], id="the value"),
        pytest.param(-0.93, set(), False, [1], id="its negative"),
        pytest.param(1 - 0.93, set(), False, [1], id="what it lacks to 1"),
        pytest.param(0.75, set(), False, [2, 3], id="the value of two epochs"),
        pytest.param(0.9, set(), False, [], id="the value of no epoch"),
        pytest.param(-0.93, {0.93}, False, [], id="what was evaluated after the fit"),
        pytest.param(1 - 0.93, {0.93, 0.1}, False, [], id="what that lacks to 1"),
        pytest.param(-0.93, {0.92}, True, [1], id="a value that is met by chance by no other score"),
        pytest.param(-0.5, set(), True, [], id="a value that may be the score of what was predicted"),
        pytest.param(-0.5, set(), False, [0], id="the same where nothing was predicted"),
    ],
)
def test_the_epochs_that_were_scored(
    number: float, evaluated: set[float], predicted: bool, epochs: list[int]
) -> None:
    found = scored_epochs(number, SCORES, evaluated, predicted=predicted)
    assert found == [(epoch, "val_acc") for epoch in epochs]


def test_evaluations_are_noted_after_a_fit_alone() -> None:
    class Keras:
        def evaluate(self, result: Any) -> Any:
            return result

        def predict(self) -> int:
            return 1

    fits = Fits(lambda message: Go())
    running: list[Fits | None] = [fits]
    give_back = note_evaluations(Keras, lambda: running[0])
    with fits.fit():
        Keras().evaluate(0.1)
    assert (fits.evaluated, fits.predicted) == (set(), False)
    Keras().evaluate(0.25)
    Keras().evaluate([0.5, np.float32(0.75)])
    assert Keras().evaluate({"loss": 2.0, "name": "x"}) == {"loss": 2.0, "name": "x"}
    assert Keras().predict() == 1
    assert (fits.evaluated, fits.predicted) == ({0.25, 0.5, 0.75, 2.0}, True)
    fits.started(3)
    assert (fits.evaluated, fits.predicted) == (set(), False)
    running[0] = None
    Keras().evaluate(0.1)
    give_back()
    assert "__wrapped__" not in vars(Keras.evaluate)
    assert fits.evaluated == set()
