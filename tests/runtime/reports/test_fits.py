from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable

import pytest

from hypertemplate.runtime.protocol import Epoch, FitEnded, FitStarted, Go, Stop
from hypertemplate.runtime.reports.fits import Fits, TrialStopped

Message = FitStarted | Epoch | FitEnded


class Driver:
    """Answers, and remembers what it was asked."""

    def __init__(self, *, stop_at: Message | None = None) -> None:
        self.heard: list[Message] = []
        self._stop_at = stop_at

    def ask(self, message: Message) -> Go | Stop:
        self.heard.append(message)
        return Stop() if message == self._stop_at else Go()


def test_a_fit_is_reported_and_its_curve_kept() -> None:
    driver = Driver()
    fits = Fits(driver.ask)
    fit = fits.started(2)
    assert fit == 0
    fits.epoch(fit, 0, {"loss": 2, "high": math.inf})
    fits.epoch(fit, 1, {"loss": 1})
    fits.ended(fit, 2)
    assert driver.heard == [
        FitStarted(0, 2),
        Epoch(0, 0, {"loss": 2.0, "high": math.inf}),
        Epoch(0, 1, {"loss": 1.0}),
        FitEnded(0, 2),
    ]
    assert fits.last.curve == [{"loss": 2.0}, {"loss": 1.0}]
    assert fits.last.diverged == {"high"}
    assert fits.stopped is None


def test_the_curve_is_that_of_the_fit_that_began_last() -> None:
    fits = Fits(Driver().ask)
    first, second = fits.started(1), fits.started(None)
    assert (first, second) == (0, 1)
    fits.epoch(1, 0, {"loss": 1})
    fits.epoch(0, 0, {"loss": math.nan})
    assert (fits.last.curve, fits.last.diverged) == ([{"loss": 1.0}], set())


def test_a_fit_that_goes_on_begins_with_the_epoch_that_keras_says() -> None:
    fits = Fits(Driver().ask)
    fits.started(2)
    fits.epoch(0, 0, {"loss": 1})
    fits.started(2)
    fits.epoch(1, 5, {"loss": 1})
    fits.epoch(1, 6, {"loss": 1})
    assert (fits.last.earlier, fits.count) == (5, 2)
    fits.started(2)
    assert (fits.last.earlier, fits.count) == (0, 3)


def test_a_new_fit_begins_without_what_the_last_one_lost() -> None:
    fits = Fits(Driver().ask)
    fits.started(1)
    fits.epoch(0, 0, {"loss": math.inf, "name": "text"})
    lost = fits.last.diverged
    fits.started(1)
    assert (lost, fits.last.diverged) == ({"loss"}, set())


def test_a_stop_prunes_the_trial_for_good() -> None:
    fits = Fits(Driver(stop_at=Epoch(0, 0, {})).ask)
    fits.started(5)
    seen = [fits.stopped is not None]
    fits.epoch(0, 0, {})
    seen += [fits.stopped is not None]
    fits.ended(0, 1)
    seen += [fits.stopped is not None]
    assert seen == [False, True, True]


def test_a_trial_that_was_stopped_ends_where_it_begins_another_fit() -> None:
    fits = Fits(Driver(stop_at=Epoch(0, 0, {})).ask)
    fits.started(5)
    fits.epoch(0, 0, {})
    with pytest.raises(TrialStopped):
        fits.started(1)
    assert not issubclass(TrialStopped, Exception)
    fits.close()
    assert fits.started(1) is None


def test_nothing_is_reported_after_the_trial() -> None:
    driver = Driver()
    fits = Fits(driver.ask)
    fits.started(1)
    fits.close()
    fits.epoch(0, 0, {"loss": 1})
    fits.ended(0, 1)
    assert fits.started(1) is None
    assert driver.heard == [FitStarted(0, 1)]
    assert fits.last.curve == []


def test_a_process_forked_from_the_worker_reports_nothing() -> None:
    driver = Driver()
    fits = Fits(driver.ask)
    child = os.fork()
    if child == 0:
        os._exit(0 if fits.started(1) is None and not driver.heard else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_an_exchange_is_not_interleaved_with_another_threads() -> None:
    asked, answer = threading.Event(), threading.Event()
    heard: list[Message] = []

    def ask(message: Message) -> Go:
        heard.append(message)
        asked.set()
        answer.wait()
        heard.append(message)
        return Go()

    fits = Fits(ask)
    first = in_thread(lambda: fits.started(1))
    asked.wait()
    second = in_thread(lambda: fits.started(2))
    answer.set()
    first.join()
    second.join()
    assert heard == [FitStarted(0, 1), FitStarted(0, 1), FitStarted(1, 2), FitStarted(1, 2)]


def test_the_metrics_of_every_fit_are_known() -> None:
    fits = Fits(Driver().ask)
    fits.epoch(fits.started(1) or 0, 0, {"loss": 1, "val_loss": math.nan})
    fits.started(1)
    fits.epoch(1, 0, {"loss": 1})
    assert fits.reported == {0: {"loss", "val_loss"}, 1: {"loss"}}
