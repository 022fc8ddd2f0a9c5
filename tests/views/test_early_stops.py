"""What is said of trials that were stopped early."""

from __future__ import annotations

from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState
from hypertemplate.views.early_stops import early_stops


def ran(number: int, epochs: int, most: int | None = 20, *, stopped: bool = True) -> Trial:
    state = TrialState.PRUNED if stopped else TrialState.COMPLETE
    curve = Curve(0, most, tuple(Report(step, step, {"loss": 1.0}) for step in range(epochs)))
    return Trial(number, state, {}, 1.0, curves=(curve,), duration_s=10.0 * epochs)


def of(*trials: Trial) -> str:
    return early_stops(Study("m", "d", 0, (), trials=trials))


def test_what_early_stops_have_saved() -> None:
    assert of(ran(0, 20, stopped=False), ran(1, 2), ran(2, 5)) == (
        "2 of 3 trials stopped early: 27 of 60 epochs run, about 6 min saved"
    )
    whole = [ran(number, 500, 500, stopped=False) for number in range(3)]
    assert of(*whole, ran(3, 100, 1000)).startswith("1 of 4 trials stopped early: 1,600 of 2,000 epochs run")


def test_nothing_is_said_where_none_was_stopped() -> None:
    assert of(ran(0, 20, stopped=False), Trial(1, TrialState.PRUNED, {})) == ""


def test_the_length_of_a_fit_may_be_unknown() -> None:
    assert of(ran(0, 3, None)) == "1 of 1 trial stopped early: 3 of 3 epochs run, about 0 s saved"
