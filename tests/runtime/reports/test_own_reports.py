"""``hypertemplate.report`` in a trial: which curve a step belongs to, and what is refused."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

import hypertemplate
from hypertemplate import trial
from hypertemplate.origin import Origin
from hypertemplate.runtime.kept_models.epoch_weights import EpochWeights
from hypertemplate.runtime.objective import Wanted
from hypertemplate.runtime.outcome import Scored
from hypertemplate.runtime.protocol import Complete, Epoch, FitEnded, FitStarted, Go, Stop
from hypertemplate.runtime.reports.fits import Fits, TrialStopped
from hypertemplate.runtime.reports.judged_epoch import give_scored_weights
from hypertemplate.runtime.reports.own_reports import OwnReports


class Driver:
    def __init__(self, stop_at: int | None = None) -> None:
        self.heard: list[FitStarted | Epoch | FitEnded] = []
        self.fits = Fits(self.ask)
        self.report = OwnReports(self.fits).report
        self._stop_at = stop_at

    def ask(self, message: FitStarted | Epoch | FitEnded) -> Go | Stop:
        self.heard.append(message)
        stops = isinstance(message, Epoch) and message.epoch == self._stop_at
        return Stop("worse") if stops else Go()

    @property
    def curves(self) -> list[tuple[int, int, dict[str, float]]]:
        return [(one.fit, one.epoch, one.metrics) for one in self.heard if isinstance(one, Epoch)]


@pytest.mark.parametrize(
    ("steps", "curves"),
    [
        pytest.param([0, 1, 2], [(0, 0), (0, 1), (0, 2)], id="steps from 0"),
        pytest.param([100, 200, 1000], [(0, 100), (0, 200), (0, 1000)], id="steps of the user's own"),
        pytest.param(
            [None, None, 5, None], [(0, 0), (0, 1), (0, 5), (0, 6)], id="no steps, which are counted"
        ),
        pytest.param(
            [1.0, np.int64(2), np.array([3])], [(0, 1), (0, 2), (0, 3)], id="whole numbers of any type"
        ),
        pytest.param([0, 1, 0, 1], [(0, 0), (0, 1), (1, 0), (1, 1)], id="the steps of a second fold"),
        pytest.param([3, 4, 1], [(0, 3), (0, 4), (1, 1)], id="a step below the first one, in a new curve"),
        pytest.param([-1, 0], [(0, -1), (0, 0)], id="a step before the first epoch"),
    ],
)
def test_the_curve_of_a_step(steps: list[Any], curves: list[tuple[int, int]]) -> None:
    driver = Driver()
    for step in steps:
        driver.report(step, {"loss": 1})
    assert [(fit, step) for fit, step, _ in driver.curves] == curves
    assert driver.heard[0] == FitStarted(0, None, "step")


@pytest.mark.parametrize(
    ("steps", "error", "message"),
    [
        pytest.param(
            [0, 0], ValueError, "step 0 was reported before: steps must increase", id="a step twice"
        ),
        pytest.param(
            [0, 3, 2], ValueError, "step 2 comes after step 3: steps must increase", id="a step back"
        ),
        pytest.param([0.5], ValueError, "step must be a whole number, got 0.5", id="half a step"),
        pytest.param([float("nan")], ValueError, "step must be a whole number, got nan", id="NaN"),
        pytest.param(
            [1e300], ValueError, "step must be a whole number, got 1e[+]300", id="beyond whole numbers"
        ),
        pytest.param(["3"], TypeError, "step is a str, not a number, as in report", id="a text"),
        pytest.param([[3]], TypeError, "step is a list of 1 item, not a number", id="a list"),
        pytest.param([True], TypeError, "step is a bool, not a number", id="a bool"),
    ],
)
def test_steps_that_are_refused(steps: list[Any], error: type[Exception], message: str) -> None:
    driver = Driver()
    for step in steps[:-1]:
        driver.report(step, {"loss": 1})
    with pytest.raises(error, match=rf"^report\(\): {message}"):
        driver.report(steps[-1], {"loss": 1})


@pytest.mark.parametrize(
    ("value", "number"),
    [
        pytest.param(np.float32(0.5), 0.5, id="a scalar of NumPy"),
        pytest.param(np.array([[0.5]]), 0.5, id="an array of one element"),
        pytest.param(np.array(2), 2.0, id="an array without axes"),
        pytest.param(float("inf"), float("inf"), id="infinity"),
    ],
)
def test_metrics_that_are_numbers(value: Any, number: float) -> None:
    driver = Driver()
    driver.report(0, {"loss": value, "later": None})
    assert driver.curves == [(0, 0, {"loss": number})]


@pytest.mark.parametrize(
    ("metrics", "error", "message"),
    [
        pytest.param(
            {}, ValueError, r"report\(\) needs a metric, as in report\(step=3, loss=0.5\)", id="none"
        ),
        pytest.param({"a": [1]}, TypeError, r"report\(\): a is a list of 1 item, not a number", id="a list"),
        pytest.param(
            {"a": np.ones(2)}, TypeError, r"report\(\): a is an ndarray, not a number", id="an array"
        ),
        pytest.param({"a": "0.5"}, TypeError, r"report\(\): a is a str, not a number", id="a text"),
    ],
)
def test_metrics_that_are_refused(metrics: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        Driver().report(0, metrics)


def test_a_step_may_be_reported_in_parts_with_other_metrics() -> None:
    driver = Driver()
    driver.report(0, {"loss": 2})
    driver.report(0, {"val_loss": 3})
    driver.report(1, {"loss": 1})
    driver.report(2, {"nothing": None})
    assert driver.curves == [(0, 0, {"loss": 2.0}), (0, 0, {"val_loss": 3.0}), (0, 1, {"loss": 1.0})]
    with pytest.raises(ValueError, match="step 1 was reported before"):
        driver.report(1, {"loss": 1})


def test_a_trial_that_is_stopped_ends_at_the_next_report_and_not_before() -> None:
    driver = Driver(stop_at=1)
    reached = []

    def careful() -> None:
        for step in range(9):
            try:
                driver.report(step, {"loss": 1})
            except Exception:
                continue
            reached.append(step)

    with pytest.raises(TrialStopped, match="worse"):
        careful()
    assert reached == [0, 1]
    with pytest.raises(TrialStopped):
        driver.fits.started(3)


def test_a_curve_goes_on_between_fits_and_then_counts() -> None:
    driver = Driver()
    for step in range(2):
        fit = driver.fits.started(1, unit="epoch")
        assert fit is not None
        driver.fits.epoch(fit, 0, {"val_loss": 1})
        driver.fits.ended(fit, 1)
        driver.report(step, {"fid": 9 - step})
    own = driver.fits.last
    assert (own.number, own.unit, own.curve, [*own.numbers]) == (
        1,
        "step",
        [{"fid": 9.0}, {"fid": 8.0}],
        [0, 1],
    )


def test_nothing_is_reported_after_the_trial_or_in_a_forked_process() -> None:
    driver = Driver()
    driver.report(0, {"loss": 1})
    child = os.fork()
    if child == 0:
        driver.report(1, {"loss": 1})
        os._exit(len(driver.curves))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    driver.fits.close()
    driver.report(1, {"loss": 1})
    assert len(driver.curves) == 1


def test_the_public_function_does_nothing_outside_a_trial() -> None:
    hypertemplate.report(step="of any type", loss=[])
    heard: list[Any] = []
    with trial._running(0, "", {}), trial._heard(lambda step, metrics: heard.append((step, metrics))):
        hypertemplate.report(3, loss=1)
        hypertemplate.report(val_loss=2)
    hypertemplate.report(step=4)
    assert heard == [(3, {"loss": 1}), (None, {"val_loss": 2})]


@pytest.mark.parametrize(
    ("loss", "noted"), [(1.0, True), (2.0, False)], ids=["an earlier report", "the last one"]
)
def test_a_model_that_is_judged_by_an_earlier_report_is_kept_as_it_was_left(loss: float, noted: bool) -> None:
    fits = Fits(lambda message: Go(), EpochWeights(Wanted()))
    report = OwnReports(fits).report
    for step, value in enumerate((3.0, 1.0, 2.0)):
        report(step, {"loss": value})
    trial = Scored(Complete(loss), {}, model=object(), origin=Origin("loss", "fit", 1, 2, unit="step"))
    note = give_scored_weights(trial, fits)
    assert ("training ended with" in note) is noted
