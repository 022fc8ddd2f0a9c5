"""What a fresh run says of the number of its trial."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.study import Study, Trial, TrialRun, TrialState
from hypertemplate.tuned_files.chosen_trial import ChosenTrial
from hypertemplate.tuned_files.fresh_run import FreshRun
from hypertemplate.tuned_files.tuned_template import TunedTemplate

TRIAL = Trial(3, TrialState.COMPLETE, {}, 0.5)
PLAN = Study("model", "d", 1337, (), trials=(TRIAL,), template="model.py", maximize=False)
SOURCE = Source((Part("file", "model.py", "x = 1\n"),), "/model.py")
UNKNOWN = "what random numbers without a seed, threads or the device do differs from run to run"


def fresh(now: float, trial: Trial = TRIAL, *, maximize: bool = False, **changes: object) -> FreshRun:
    chosen = ChosenTrial(replace(PLAN, maximize=maximize), trial, trial.drawn, (), None)
    tuned = TunedTemplate(SOURCE, {}, SOURCE, chosen, TemplateNames("model.py"))
    return FreshRun(replace(tuned, **changes), Trial(3, TrialState.COMPLETE, {}, now))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        pytest.param(fresh(0.5), "0.5, as the trial did, to the last digit", id="the same number"),
        pytest.param(
            fresh(-0.5, replace(TRIAL, loss=-0.5), maximize=True),
            "0.5, as the trial did, to the last digit",
            id="the same number, as its user knows it",
        ),
        pytest.param(
            fresh(0.25, replace(TRIAL, runs=(TrialRun(0, 0.25), TrialRun(1, 0.75)))),
            "0.25, as the first run of the trial did, to the last digit",
            id="of several runs, the first one",
        ),
        pytest.param(
            fresh(0.5000000000000001),
            f"0.5000000000000001, and the trial had 0.5: 1.11e-16 off, 2.2e-16 of it; {UNKNOWN}",
            id="one that is off by the last digit",
        ),
        pytest.param(
            fresh(0.25, replace(TRIAL, loss=0.0)),
            f"0.25, and the trial had 0.0: 0.25 off; {UNKNOWN}",
            id="a share of zero is none",
        ),
        pytest.param(
            fresh(0.25, replace(TRIAL, state=TrialState.PRUNED)),
            "0.25, and the trial had 0.5: 0.25 off, 0.5 of it; the trial was stopped early, and the fresh run was "
            "not",
            id="a trial that was stopped early",
        ),
        pytest.param(
            fresh(0.25, unwritten=("units", "rate")),
            "0.25, and the trial had 0.5: 0.25 off, 0.5 of it; the fresh run had the default of units and rate, not "
            "what the trial drew",
            id="values that no default can say",
        ),
        pytest.param(
            fresh(0.25, has_changed=True),
            "0.25, and the trial had 0.5: 0.25 off, 0.5 of it; the code has changed since the trial, as noted",
            id="code that has changed",
        ),
        pytest.param(
            replace(fresh(0.25), other_data="a.csv has changed"),
            "0.25, and the trial had 0.5: 0.25 off, 0.5 of it; a.csv has changed since the trial",
            id="data that have changed",
        ),
    ],
)
def test_the_two_numbers_are_compared(run: FreshRun, expected: str) -> None:
    assert run.verdict == f"checked: a fresh run with the trial's seed gives {expected}"
    assert run.is_same == expected.endswith("to the last digit")
