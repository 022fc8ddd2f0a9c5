"""When a search starts no further trial."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.errors import as_option
from hypertemplate.runtime.protocol import Complete, Failed, Outcome
from hypertemplate.search.stop_rules import Limits, failed_in_a_row, idle_reason, pointless, reached
from hypertemplate.search.study import Study, Trial, TrialState

RAISED = Failed("raised", "ValueError: no")
NO_OBJECTIVE = Failed("no objective", "there is no accuracy")


def trials(*losses: float | None) -> list[Trial]:
    """Trials that ended in this order; None for one that failed."""
    return [
        Trial(number, TrialState.FAILED if loss is None else TrialState.COMPLETE, {}, loss=loss)
        for number, loss in enumerate(losses)
    ]


@pytest.mark.parametrize(
    ("limits", "losses", "elapsed_s", "reason"),
    [
        pytest.param(Limits(), [1.0, None], 1e9, None, id="without limits nothing is reached"),
        pytest.param(Limits(timeout_s=60), [], 59.9, None, id="there is time left"),
        pytest.param(
            Limits(timeout_s=5400), [], 5400, "the timeout of 1h30m was reached", id="the time is up"
        ),
        pytest.param(Limits(stop_at=0.5), [0.6, None], 0, None, id="not good enough"),
        pytest.param(
            Limits(stop_at=0.5), [0.6, 0.5], 0, "loss 0.5 has reached --stop-at 0.5", id="good enough"
        ),
        pytest.param(
            Limits(patience=1), [1.0, 2.0], 0, "the last trial found no better loss", id="one of one"
        ),
        pytest.param(Limits(patience=2), [1.0, 2.0], 0, None, id="one trial without a better loss"),
        pytest.param(
            Limits(patience=2),
            [1.0, 2.0, None],
            0,
            "the last 2 trials found no better loss",
            id="two of them",
        ),
        pytest.param(Limits(patience=2), [1.0, 2.0, 0.5, 1.0], 0, None, id="a better one begins anew"),
        pytest.param(
            Limits(patience=2),
            [1.0, 1.0, 1.0],
            0,
            "the last 2 trials found no better loss",
            id="equal is not better",
        ),
        pytest.param(
            Limits(patience=2), [None, None, None], 0, None, id="before any loss patience has no end"
        ),
    ],
)
def test_what_ends_a_search(
    limits: Limits, losses: list[float | None], elapsed_s: float, reason: str | None
) -> None:
    assert reached(limits, Study("model", "d1", 1, (), trials=tuple(trials(*losses))), elapsed_s) == reason


MAXIMIZED = Study("model", "d1", 1, (), maximize=True, objective="val_auc", max_evals=9)


@pytest.mark.parametrize(
    ("limits", "losses", "reason"),
    [
        pytest.param(Limits(stop_at=0.99), [-0.5, -0.98], None, id="not good enough"),
        pytest.param(Limits(stop_at=0.98), [-0.98], "val_auc 0.98 has reached --stop-at 0.98", id="as good"),
        pytest.param(Limits(stop_at=0.5), [-0.98], "val_auc 0.98 has reached --stop-at 0.5", id="better"),
        pytest.param(Limits(patience=1), [-0.98, -0.5], "the last trial found no better val_auc", id="worse"),
    ],
)
def test_limits_of_a_maximised_objective_are_in_its_own_terms(
    limits: Limits, losses: list[float], reason: str | None
) -> None:
    assert reached(limits, replace(MAXIMIZED, trials=tuple(trials(*losses))), 0) == reason


@pytest.mark.parametrize(
    ("study", "losses", "given", "advice", "followed"),
    [
        pytest.param(MAXIMIZED, [-0.98], 0.5, "--stop-at above 0.98", 0.981, id="maximised"),
        pytest.param(
            replace(MAXIMIZED, maximize=False), [0.2], 0.5, "--stop-at below 0.2", 0.19, id="minimised"
        ),
    ],
)
def test_advice_after_a_good_result_can_be_followed(
    study: Study, losses: list[float], given: float, advice: str, followed: float
) -> None:
    kept = replace(study, trials=tuple(trials(*losses)))

    def reason(value: float | None) -> str | None:
        return idle_reason(Limits(stop_at=value), kept, 9, None, running=False, spell=as_option)

    assert f"; {advice}, or none, resumes it" in str(reason(given))
    assert reason(followed) is None
    assert reason(None) is None


def test_a_result_of_unknown_direction_is_good_enough_for_nothing() -> None:
    kept = replace(MAXIMIZED, maximize=None, trials=tuple(trials(0.3)))
    assert reached(Limits(stop_at=0.5, patience=1), kept, 0) is None


@pytest.mark.parametrize(
    ("losses", "count"),
    [
        pytest.param([], 0, id="nothing has run"),
        pytest.param([None, 1.0], 0, id="the last one succeeded"),
        pytest.param([1.0, None, None], 2, id="the last two failed"),
    ],
)
def test_failures_in_a_row(losses: list[float | None], count: int) -> None:
    assert failed_in_a_row(trials(*losses)) == count


@pytest.mark.parametrize(
    ("losses", "outcome", "count"),
    [
        pytest.param([None, None], RAISED, 0, id="fewer than may fail"),
        pytest.param([1.0, None, None, None], RAISED, 3, id="as many as may fail"),
        pytest.param([None], NO_OBJECTIVE, 1, id="the first trial has nothing of the objective's name"),
        pytest.param(
            [None], Failed("spawn", "cannot be sent"), 1, id="the first trial sends what cannot be sent"
        ),
        pytest.param([1.0, None], NO_OBJECTIVE, 0, id="a later one has nothing of that name"),
        pytest.param([1.0], Complete(1.0), 0, id="a success"),
    ],
)
def test_when_more_trials_are_pointless(losses: list[float | None], outcome: Outcome, count: int) -> None:
    assert pointless(trials(*losses), outcome, 3) == count
