"""Fits of a real Keras are as without the hook, whatever they are given, and each is heard."""

from __future__ import annotations

import importlib.util
import json
from typing import Any

import pytest

from tests.backends.conftest import ROOT, run

pytestmark = [pytest.mark.keras, pytest.mark.slow]


@pytest.fixture(scope="module")
def found(backend: str) -> Any:
    silent = {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    return json.loads(run(["-m", "tests.backends.watched_fits"], ROOT, **silent).splitlines()[-1])


@pytest.mark.parametrize(
    ("situation", "reports"),
    [
        ("arrays", 2),
        ("a validation now and then", 5),
        ("a generator", 2),
        ("a PyDataset", 2),
        ("a tf.data set", 2),
        ("callbacks by position", 3),
        ("a single callback", 2),
        ("a learning rate that falls", 4),
        ("a subclassed model", 2),
        ("a training step of one's own", 2),
        ("a loop of train_on_batch", 3),
        ("a long fit", 66),
    ],
)
def test_history_weights_losses_and_random_numbers_are_as_without(
    found: Any, situation: str, reports: int
) -> None:
    if situation == "a tf.data set" and not importlib.util.find_spec("tensorflow"):
        pytest.skip("TensorFlow is not installed")
    assert found["situations"][situation] == {"equal": True, "reports": reports}


def test_an_error_of_a_callback_is_the_users_and_later_fits_are_heard(found: Any) -> None:
    assert found["raising"] == ["mine", [[0, 0], [1, 0]]]


def test_a_fit_in_a_callback_of_another_has_a_curve_of_its_own(found: Any) -> None:
    assert found["nested"] == [2, [[1, 0], [0, 0], [2, 0], [0, 1]]]


def test_a_fit_in_a_thread_is_stopped_there(found: Any) -> None:
    assert found["in_thread"] == [[[0, 0], [0, 1]], ["worse"]]


def test_a_loss_that_turns_nan_is_heard(found: Any) -> None:
    assert found["diverging"][-1] is True


def test_fits_end_early_with_the_weights_of_the_best_epoch(found: Any) -> None:
    (whole, freq, own, none), noted = found["patience"]
    assert (whole[0] < 20, whole[1:]) == (True, [2, True])
    assert (freq[0] < 20, freq[1:]) == (True, [2, True])
    assert (own[0] < 20, own[1]) == (True, 5)
    assert (none[0], noted) == (20, True)
