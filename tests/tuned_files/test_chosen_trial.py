"""The trial whose values are written back: the best one, or one by its number, with the code that it ran."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.errors import UsageError
from hypertemplate.search.generations.generation import Generation
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Confirmation, Study, Trial, TrialRun, TrialState
from hypertemplate.tuned_files.chosen_trial import chosen_trial

SPACE = (Dimension("x", "uniform", {"low": 0.0, "high": 1.0}),)
EARLIER = (Dimension("x", "uniform", {"low": 0.0, "high": 9.0}),)
CODES = (Generation(0, "earlier", EARLIER), Generation(1, "d", SPACE))
DONE = Trial(0, TrialState.COMPLETE, {"x": 0.5}, 0.5, generation=1)
EQUAL = replace(DONE, number=3, equal_to=0)
FAILED = Trial(1, TrialState.FAILED, {"x": 0.5}, error="ValueError: no\nmore", generation=1)
PRUNED = Trial(2, TrialState.PRUNED, {"x": 0.5}, 0.25, generation=1)
LEFT = Trial(4, TrialState.COMPLETE, {"x": 7.0}, 0.125, left_out="line 3 changed")
RUNNING = Trial(5, TrialState.RUNNING, {"x": 0.5})


def kept(*trials: Trial, **changes: object) -> Kept:
    study = Study("model", "d", 1337, SPACE, trials=trials, template="model.py", generation=1, maximize=False)
    study = replace(study, left_out=(LEFT,), **changes)  # type: ignore[arg-type]
    return Kept(study, running=(RUNNING,), generations=CODES)


@pytest.mark.parametrize(
    ("of", "number", "expected"),
    [
        pytest.param(kept(DONE, PRUNED), None, "trial 0, loss 0.5", id="the best one"),
        pytest.param(
            kept(
                DONE,
                replace(DONE, number=6, loss=0.75),
                confirmations=(Confirmation(6, 1, TrialRun(0, 0.1)),),
            ),
            None,
            "trial 6, loss 0.75",
            id="the best one by what came again",
        ),
        pytest.param(
            kept(DONE, PRUNED, count_pruned=True),
            2,
            "trial 2, loss 0.25",
            id="one that was stopped early, where such trials count",
        ),
        pytest.param(kept(DONE, EQUAL), 3, "trial 3, loss 0.5", id="one that another one answered"),
        pytest.param(
            kept(replace(DONE, loss=-0.5), maximize=True),
            0,
            "trial 0, score 0.5",
            id="one of a larger number",
        ),
    ],
)
def test_the_trial_is_named_with_its_number(of: Kept, number: int | None, expected: str) -> None:
    chosen = chosen_trial(of, number, "model.study")
    assert (chosen.shown, chosen.space, chosen.code) == (expected, SPACE, CODES[1])
    assert chosen.seeded_as == (0 if chosen.trial is EQUAL else chosen.trial.number)


def test_one_that_no_longer_counts_has_the_space_and_the_code_that_it_ran() -> None:
    chosen = chosen_trial(kept(DONE), 4, "model.study")
    assert (chosen.trial, chosen.space, chosen.code) == (LEFT, EARLIER, CODES[0])


def test_a_study_of_an_earlier_version_has_no_code() -> None:
    chosen = chosen_trial(replace(kept(DONE), generations=()), None, "model.study")
    assert (chosen.space, chosen.code) == (SPACE, None)


@pytest.mark.parametrize(
    ("of", "number", "expected"),
    [
        pytest.param(
            kept(), None, "no trial has ended yet, so there are no best values", id="none has ended"
        ),
        pytest.param(kept(FAILED), None, "no trial has succeeded yet", id="all have failed"),
        pytest.param(kept(PRUNED), None, "no trial has succeeded yet", id="all were stopped early"),
        pytest.param(
            kept(DONE, maximize=None),
            None,
            r"or name a trial: --trial 0\Z",
            id="a number of unknown direction",
        ),
        pytest.param(kept(FAILED), 1, r"trial 1 failed: ValueError: no\Z", id="one that has failed"),
        pytest.param(kept(PRUNED), 2, "trial 2 was stopped early", id="one that was stopped early"),
        pytest.param(kept(DONE), 5, "trial 5 is still running", id="one that is running"),
        pytest.param(kept(DONE), 9, "there is no trial 9", id="a number that no trial has"),
    ],
)
def test_what_has_no_values_is_refused(of: Kept, number: int | None, expected: str) -> None:
    with pytest.raises(UsageError, match=f"^model.study: .*{expected}"):
        chosen_trial(of, number, "model.study")
