"""What is said of trials that were stopped early."""

from __future__ import annotations

from dataclasses import replace

from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState
from hypertemplate.views.early_stops import early_stops, early_stops_text

SETUP_S = 5.0
"""Seconds before the first epoch ends."""


def fit(
    number: int, epochs: int, most: int | None, *, start_s: float = SETUP_S, each_s: float = 10.0
) -> Curve:
    reports = (Report(step, step, {"loss": 1.0}, start_s + each_s * step) for step in range(epochs))
    return Curve(number, most, tuple(reports))


def ran(
    number: int, epochs: int, most: int | None = 20, *, stopped: bool = True, each_s: float = 10.0
) -> Trial:
    state = TrialState.PRUNED if stopped else TrialState.COMPLETE
    curves = (fit(0, epochs, most, each_s=each_s),)
    return Trial(number, state, {}, 1.0, curves=curves, duration_s=SETUP_S + each_s * (epochs - 1) + 2.0)


def of(*trials: Trial) -> str:
    return early_stops_text(Study("m", "d", 0, (), trials=trials))


def test_what_early_stops_have_saved() -> None:
    assert of(ran(0, 20, stopped=False), ran(1, 2), ran(2, 5)) == (
        "2 of 3 trials pruned: 27 of 60 epochs run, about 6m of search time saved"
    )


def test_the_seconds_are_those_of_the_epochs_that_the_trial_itself_ran() -> None:
    slow, fast = ran(1, 5, each_s=100.0), ran(2, 5, each_s=1.0)
    assert early_stops(Study("m", "d", 0, (), trials=(ran(0, 20, stopped=False), slow, fast))).saved_s == 1515


def test_after_one_epoch_an_epoch_is_taken_to_last_as_long_as_those_of_other_trials() -> None:
    first = replace(ran(1, 1, each_s=0.0), duration_s=60.0)
    assert of(ran(0, 20, stopped=False), first).endswith("about 3m of search time saved")
    assert of(ran(0, 20, stopped=False, each_s=90.0), first).endswith("about 28m of search time saved")
    assert of(first, ran(2, 3, each_s=90.0)).endswith("about 54m of search time saved")
    assert of(first).endswith("1 of 20 epochs run")


def test_workers_share_what_is_saved() -> None:
    assert of(ran(0, 20, stopped=False), replace(ran(1, 2), worker=1)).endswith(
        "about 90s of search time saved"
    )


def test_fits_that_end_early_by_themselves_are_no_longer_than_they_usually_are() -> None:
    whole = [ran(number, 500, 1000, stopped=False) for number in range(3)]
    assert of(*whole, ran(3, 100, 1000)).startswith("1 of 4 trials pruned: 1,600 of 2,000 epochs run")


def test_a_number_of_epochs_that_is_searched_is_each_trial_s_own() -> None:
    whole = [ran(number, epochs, epochs, stopped=False) for number, epochs in enumerate((10, 20, 40))]
    assert of(*whole, ran(3, 10, 80)).startswith("1 of 4 trials pruned: 80 of 150 epochs run")


def test_later_fits_are_saved_too() -> None:
    whole = [
        replace(ran(number, 5, 5, stopped=False), curves=(fit(0, 5, 5), fit(1, 20, 20)))
        for number in range(2)
    ]
    first = ran(2, 2, 5)
    second = replace(first, number=3, curves=(fit(0, 5, 5), fit(1, 5, 20)))
    assert of(*whole, first).startswith("1 of 3 trials pruned: 52 of 75 epochs run")
    assert of(*whole, second).startswith("1 of 3 trials pruned: 60 of 75 epochs run")


def test_epochs_are_counted_where_only_some_of_them_reported() -> None:
    thinned = Curve(0, 1000, tuple(Report(10 * n, 10 * n, {"loss": 1.0}, float(n)) for n in range(11)))
    assert of(replace(ran(0, 1), curves=(thinned,))).startswith(
        "1 of 1 trial pruned: 101 of 1,000 epochs run, about 90s of search time saved"
    )


def test_steps_of_the_user_s_own_loop_are_those_of_complete_trials() -> None:
    loops = [
        replace(trial, curves=(replace(trial.curves[0], unit="step"),))
        for trial in (ran(0, 20, None, stopped=False), ran(1, 30, None, stopped=False), ran(2, 5, None))
    ]
    assert of(*loops).startswith("1 of 3 trials pruned: 55 of 75 steps run")


def test_nothing_is_said_where_none_was_stopped() -> None:
    assert of(ran(0, 20, stopped=False), Trial(1, TrialState.PRUNED, {})) == ""


def test_the_length_of_a_fit_may_be_unknown_and_so_may_its_seconds() -> None:
    assert of(ran(0, 3, None)) == "1 of 1 trial pruned: 3 of 3 epochs run, about 0s of search time saved"
    old = Curve(0, 9, tuple(Report(step, step, {"loss": 1.0}) for step in range(3)))
    assert of(replace(ran(0, 3), curves=(old,), duration_s=3.0)).endswith("3 of 9 epochs run")
