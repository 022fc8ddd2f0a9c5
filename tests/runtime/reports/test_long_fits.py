"""Fits of many epochs: about a hundred reports are sent and kept, with those that count."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping

import pytest

from hypertemplate.kept_reports import MOST
from hypertemplate.runtime.protocol import Epoch, FitEnded, FitStarted, Go, Stop
from hypertemplate.runtime.reports.fits import Fits
from hypertemplate.search.pruners.watched_metric import Watched
from hypertemplate.search.running_trial import begin
from hypertemplate.search.study import Curve

FEW = MOST + 20
"""About a hundred: rungs and the like come on top."""


class Driver:
    """Keeps what is reported, as the search does."""

    def __init__(self, answer: Go | None = None) -> None:
        self.answer = answer or Go()
        self.running = begin(0, {}, 0, 0.0)
        self.heard = 0

    @property
    def curve(self) -> Curve:
        return self.running.curves[0]

    @property
    def steps(self) -> list[int]:
        return [report.step for report in self.curve.reports]

    def ask(self, message: FitStarted | Epoch | FitEnded) -> Go | Stop:
        self.heard += 1
        if isinstance(message, FitStarted):
            self.running.fit_started(message)
        elif isinstance(message, Epoch):
            self.running.epoch_ended(message, float(self.heard))
        return self.answer


def ran(
    driver: Driver, count: int, epochs: int | None, metrics: Callable[[int], Mapping[str, float]]
) -> Fits:
    fits = Fits(driver.ask)
    fit = fits.started(epochs)
    assert fit is not None
    for epoch in range(count):
        fits.epoch(fit, epoch, metrics(epoch))
    fits.ended(fit, count)
    return fits


def falling(epoch: int) -> dict[str, float]:
    return {"loss": 1 / (epoch + 1)}


@pytest.mark.parametrize(
    ("count", "epochs", "kept", "heard"),
    [
        pytest.param(100, 100, 100, 102, id="a short fit whole"),
        pytest.param(101, 101, 52, 54, id="one that is just too long, every second epoch and the last"),
        pytest.param(10_000, 10_000, 101, 103, id="a long one, every hundredth"),
        pytest.param(10_000, None, 80, 600, id="a long one of unknown length, thinned as it goes"),
        pytest.param(130, 1000, 15, 20, id="one that ended early"),
        pytest.param(5000, 1000, FEW, 600, id="one that is longer than it said"),
    ],
)
def test_about_a_hundred_reports_are_kept(count: int, epochs: int | None, kept: int, heard: int) -> None:
    driver = Driver()
    fits = ran(driver, count, epochs, falling)
    assert len(driver.steps) <= kept <= FEW
    assert driver.heard <= heard
    assert (driver.steps[0], driver.steps[-1], driver.curve.count) == (0, count - 1, count)
    gaps = [after - before for before, after in zip(driver.steps, driver.steps[1:], strict=False)]
    assert max(gaps) <= max(1, math.ceil(max(count, epochs or 0) / 50))
    assert len(fits.last.curve) == count


@pytest.mark.parametrize("epochs", [3000, None], ids=["of known length", "of unknown length"])
def test_reports_that_a_pruner_needs_are_kept(epochs: int | None) -> None:
    driver = Driver(Go("val_loss", (7, 113, 1001)))
    ran(driver, 3000, epochs, lambda epoch: {"loss": 1.0} | ({"val_loss": 1.0} if epoch % 2 else {}))
    steps = {report.step + 1 for report in driver.curve.reports if "val_loss" in report.metrics}
    assert steps >= {8, 114, 1002}
    assert len(driver.steps) <= 2 * FEW


def test_the_first_number_that_is_not_finite_is_heard_at_once_and_stays() -> None:
    driver = Driver()
    ran(driver, 1000, 1000, lambda epoch: {"loss": math.nan if epoch == 333 else 1.0, "late": float(epoch)})
    assert math.isnan(next(r.metrics["loss"] for r in driver.curve.reports if r.step == 333))


@pytest.mark.parametrize("epochs", [2500, None], ids=["of known length", "of unknown length"])
@pytest.mark.parametrize("maximize", [False, True])
def test_the_best_up_to_each_report_is_that_of_the_whole_curve(epochs: int | None, maximize: bool) -> None:
    chance = random.Random(1)
    every = [{"val_x": chance.random()} for _ in range(2500)]
    driver = Driver()
    ran(driver, 2500, epochs, lambda epoch: every[epoch] if epoch % 3 == 2 else {"loss": 1.0})
    watched = Watched("val_x", maximize, 0).curve([driver.curve])
    whole = [(-1 if maximize else 1) * one["val_x"] for one in every[2::3]]
    assert watched.step == 2499
    assert len(watched.steps) > 50
    for step in watched.steps:
        known = watched.until(step)
        assert known is not None
        assert known.standing[0] == min(whole[: step // 3])


def test_a_report_that_was_left_out_comes_late_in_its_place() -> None:
    driver = Driver()
    fits = Fits(driver.ask)
    fits.started(1000)
    for epoch in range(1000):
        fits.epoch(0, epoch, falling(epoch))
    fits.send([543, 543, 999, 5])
    fits.close()
    assert {543, 999, 5} <= {*driver.steps}
    assert driver.steps == sorted({*driver.steps})
    before, after = (next(r for r in driver.curve.reports if r.step == step) for step in (543, 999))
    assert before.metrics == falling(543)
    assert before.seconds is not None
    assert after.seconds is not None


def test_a_fit_that_raises_has_its_last_report_when_the_trial_ends() -> None:
    driver = Driver()
    fits = Fits(driver.ask)
    fits.started(1000)
    for epoch in range(456):
        fits.epoch(0, epoch, falling(epoch))
    fits.close()
    assert driver.steps[-1] == 455


def test_nothing_is_sent_after_an_exchange_that_was_interrupted() -> None:
    heard: list[object] = []

    def ask(message: object) -> Go:
        heard.append(message)
        if isinstance(message, Epoch):
            raise KeyboardInterrupt
        return Go()

    fits = Fits(ask)
    fits.started(1000)
    with pytest.raises(KeyboardInterrupt):
        fits.epoch(0, 0, falling(0))
    fits.send([0])
    fits.close()
    assert len(heard) == 2
