"""What a pruner says: why it stops nothing, where its rungs mislead, and that there is one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.errors import Spelling, as_option
from hypertemplate.search.pruners.base import Method
from hypertemplate.search.pruners.factory import pruner
from hypertemplate.search.pruners.final_losses import concordance
from hypertemplate.search.pruners.watched_metric import Wish
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState

STUDY = Study("model", "", 1, (), max_evals=30, objective="val_loss")


def ended(number: int, values: list[float], metric: str = "val_loss") -> Trial:
    reports = tuple(Report(step, step, {metric: value}) for step, value in enumerate(values))
    state = TrialState.COMPLETE
    curves = (Curve(0, len(values), reports),) if values else ()
    return Trial(number, state, {}, values[-1] if values else 1.0, curves=curves)


def said(
    method: Method | None,
    trials: list[Trial],
    study: Study = STUDY,
    earlier: int = 0,
    spell: Spelling = as_option,
) -> list[str]:
    notes: list[str] = []
    one = pruner(method, Wish(), (), notes.append, spell)
    one.begin(replace(study, trials=tuple(trials[:earlier])), ())
    for trial in trials[earlier:]:
        one.trial_started(replace(trial, state=TrialState.RUNNING, curves=()))
        one.trial_ended(trial, study)
    return notes


def crossing(count: int, against: bool) -> list[Trial]:
    """Trials of which the ones that stand well at the first epoch end well, or badly."""
    slopes = [-1.0 if against else 1.0] * count
    return [
        ended(n, [slope * n + 100, *[50.0 + n] * 7, 50.0 + n])
        for n, slope in zip(range(count), slopes, strict=True)
    ]


@pytest.mark.parametrize(
    ("method", "trials", "rungs"),
    [
        pytest.param("asha", crossing(10, against=True), [1], id="ten trials that cross after a rung"),
        pytest.param("asha", crossing(14, against=True), [1], id="it is said once"),
        pytest.param("asha", crossing(9, against=True), [], id="nine do not tell"),
        pytest.param("asha", crossing(12, against=False), [], id="trials that end as they stand"),
        pytest.param("median", crossing(10, against=True), [1], id="another rule has the same"),
        pytest.param(
            "hyperband", crossing(10, against=True), [], id="and hyperband looks after the second epoch"
        ),
    ],
)
def test_a_rung_that_ranks_trials_against_how_they_end_draws_a_note(
    method: Method, trials: list[Trial], rungs: list[int]
) -> None:
    assert [
        note.split(", trials rank in the reverse order of their results")[0] for note in said(method, trials)
    ] == [f"after {rung} of 9 epochs" for rung in rungs]


def test_how_two_orders_agree() -> None:
    assert concordance([1, 2, 3], [4, 5, 6]) == 1
    assert concordance([1, 2, 3], [6, 5, 4]) == -1
    assert concordance([1, 1, 1], [6, 5, 4]) == 0
    assert concordance([], []) == 0


LONG = ended(0, [1.0] * 8)
HINT = ["a fit has 8 epochs; to stop bad trials early: --prune asha"]


@pytest.mark.parametrize(
    ("method", "trials", "study", "earlier", "notes"),
    [
        pytest.param(None, [LONG, ended(1, [1.0] * 9)], STUDY, 0, HINT, id="once, after the first fit"),
        pytest.param(
            None, [ended(0, []), LONG], STUDY, 0, HINT, id="after the first trial whose fit was seen"
        ),
        pytest.param(None, [LONG, LONG], STUDY, 1, [], id="not again on resume"),
        pytest.param(None, [LONG], replace(STUDY, max_evals=19), 0, [], id="not in a small search"),
        pytest.param(None, [LONG], replace(STUDY, max_evals=20), 0, HINT, id="twenty trials are enough"),
        pytest.param(None, [ended(0, [1.0] * 7)], STUDY, 0, [], id="not of short fits"),
        pytest.param(
            None, [ended(0, [1.0] * 8, "loss")], STUDY, 0, [], id="not where nothing could be watched"
        ),
        pytest.param("none", [LONG], STUDY, 0, [], id="not to whoever declined"),
        pytest.param("asha", [LONG], STUDY, 0, [], id="not to whoever has it"),
        pytest.param(
            "asha",
            [],
            replace(STUDY, max_evals=14),
            0,
            ["no trial is pruned: the search has 14 trials, and pruning needs 15 or more"],
            id="a pruner in a small search says at once that it does nothing",
        ),
        pytest.param(
            "asha",
            [ended(0, [1.0] * 9, "kappa"), ended(1, [1.0] * 9, "kappa")],
            replace(STUDY, objective=None, max_evals=14),
            0,
            ["no trial is pruned: the search has 14 trials, and pruning needs 15 or more"],
            id="one reason is enough",
        ),
        pytest.param(
            "asha",
            [ended(0, [1.0] * 9, "kappa"), ended(1, [1.0] * 9, "kappa")],
            replace(STUDY, objective=None),
            0,
            [
                "no trial is pruned: no fit reports val_loss, only kappa: give fit() "
                "validation_data=(x_val, y_val) or validation_split=0.2"
            ],
            id="a pruner that finds nothing to watch says what to add",
        ),
    ],
)
def test_what_is_said_once(
    method: Method | None, trials: list[Trial], study: Study, earlier: int, notes: list[str]
) -> None:
    assert said(method, trials, study, earlier) == notes


def test_options_are_spelled_as_the_user_writes_them() -> None:
    two = replace(LONG, curves=(LONG.curves[0], replace(LONG.curves[0], fit=1)))
    assert said("asha", [two]) == [
        "no trial is pruned: 2 fits of a trial report val_loss: name the one that counts by its number, as in "
        "--prune-fit 1, or the last one: --prune-fit last"
    ]
    assert said("asha", [two], spell=str) == [
        "no trial is pruned: 2 fits of a trial report val_loss: name the one that counts by its number, as in "
        "prune_fit=1, or the last one: prune_fit='last'"
    ]
