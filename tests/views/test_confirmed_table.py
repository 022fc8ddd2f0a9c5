"""What trials that have run again say to people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.search.study import Confirmation, Study, TrialRun
from hypertemplate.views.confirmed_table import confirmed_lines
from hypertemplate.views.html import study_html
from hypertemplate.views.study_text import best_lines
from hypertemplate.views.trial_report import TrialFiles, trial_report
from tests.views.test_study_text import study, trial

PLAN = study(trial(0, 0.5), trial(1, 0.25), trial(2, 0.75), trial(3, None))


def confirmed(of: Study, **by_trial: tuple[float | None, ...]) -> Study:
    """The study with the losses of runs again, by ``t0`` for trial 0; None for a run that failed."""
    runs = (
        Confirmation(
            int(name[1:]),
            0,
            TrialRun(place, loss, error=None if loss is not None else "ValueError: no\nmore"),
        )
        for name, losses in by_trial.items()
        for place, loss in enumerate(losses)
    )
    return replace(of, confirmations=tuple(runs))


@pytest.mark.parametrize(
    ("of", "lines"),
    [
        pytest.param(PLAN, [], id="no trial has run again"),
        pytest.param(
            confirmed(PLAN, t0=(0.5, 0.625), t1=(0.75, 0.875)),
            [
                "trial  found    again (mean +- sd)  runs",
                "0      0.50000  0.562 +- 0.088      2",
                "1      0.25000  0.812 +- 0.088      2",
                "trial 1 was the best of the search; by what came again, trial 0 is",
                "trial 1 was found with loss 0.25000, better than in all of its 2 runs again (0.75 to 0.875): it may have been a lucky one",
            ],
            id="the best one was lucky",
        ),
        pytest.param(
            confirmed(PLAN, t1=(0.125, 0.1875, 0.15625), t0=(0.5, 0.125)),
            [
                "trial  found    again (mean +- sd)  runs",
                "1      0.25000  0.156 +- 0.031      3",
                "0      0.50000  0.31 +- 0.27        2",
                "trial 0 is within chance of trial 1: more runs would tell the two apart",
                "trial 1 was found with loss 0.25000, worse than in all of its 3 runs again (0.125 to 0.1875): it may have been an unlucky one",
            ],
            id="the best one was unlucky",
        ),
        pytest.param(
            confirmed(PLAN, t1=(0.375,)),
            [
                "trial  found    again (mean +- sd)  runs",
                "1      0.25000  0.37500             1",
                "trial 1 was found with loss 0.25000, and gave 0.37500 again: more runs would tell luck from quality",
            ],
            id="one run, which tells nothing of luck",
        ),
        pytest.param(
            confirmed(
                study(*(trial(n, 0.5) for n in range(5))),
                t0=(0.375, 0.625),
                t1=(0.5, 0.75),
                t2=(0.25, 1.25),
                t3=(1.5, 1.625),
                t4=(0.5, 0.625, None),
            ),
            [
                "trial  found    again (mean +- sd)  runs",
                "0      0.50000  0.50 +- 0.18        2",
                "1      0.50000  0.62 +- 0.18        2",
                "2      0.50000  0.75 +- 0.71        2",
                "3      0.50000  1.562 +- 0.088      2",
                "4      0.50000  0.562 +- 0.088      3, 1 failed",
                "trials 1 and 2 are within chance of trial 0: more runs would tell them apart",
                "trial 4: 1 of 3 runs failed: ValueError: no",
            ],
            id="several within chance of the best one, one with a failed run not among them",
        ),
        pytest.param(
            confirmed(PLAN, t1=(0.25, 0.25)),
            [
                "trial  found    again (mean +- sd)  runs",
                "1      0.25000  0.25000             2",
                "the runs of each trial have given the same numbers, so there is no sd: the code seeds itself, or draws no random numbers",
            ],
            id="identical runs",
        ),
        pytest.param(
            confirmed(PLAN, t0=(0.5, None), t2=(None, None)),
            [
                "trial  found    again (mean +- sd)  runs",
                "0      0.50000  0.50000             2, 1 failed",
                "2      0.75000  failed              2, 2 failed",
                "trial 0: 1 of 2 runs failed: ValueError: no",
                "trial 2: 2 of 2 runs failed: ValueError: no",
                "trial 1 has a better loss, 0.25000, and has not run again: confirm the study again",
            ],
            id="failed runs, and a better trial without any",
        ),
    ],
)
def test_what_came_again(of: Study, lines: list[str]) -> None:
    assert confirmed_lines(of) == lines


def test_numbers_of_a_maximised_study_are_the_users() -> None:
    of = study(trial(0, -0.5), trial(1, -0.75), maximize=True)
    assert confirmed_lines(confirmed(of, t1=(-0.5, -0.625)))[1:] == [
        "1      0.75000  0.562 +- 0.088      2",
        "trial 1 was found with score 0.75000, better than in all of its 2 runs again (0.5 to 0.625): it may have been a lucky one",
    ]


@pytest.mark.parametrize("width", [60, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    of = confirmed(PLAN, t0=(0.5, None), t1=(0.75, 0.875), t2=(1.0, 1.0))
    assert max(map(len, confirmed_lines(of, width))) <= width


def test_the_best_trial_is_the_confirmed_one_wherever_it_is_named() -> None:
    of = confirmed(PLAN, t0=(0.5, 0.625), t1=(0.75, 0.875))
    head = best_lines(of)[0]
    assert head == "best of 4 trials (1 failed): trial 0, loss 0.5, minimised; again 0.562 +- 0.088 in 2 runs"
    assert "trial 1 was the best of the search; by what came again, trial 0 is" in study_html(of)


def test_identical_runs_are_not_told_as_if_they_confirmed_the_best_trial() -> None:
    of = confirmed(PLAN, t1=(0.25, 0.25))
    said = "could not be confirmed: each of 2 runs again gave 0.25000; the code seeds itself, or draws no random numbers"
    assert f"trial 1, loss 0.25, minimised; {said}" in best_lines(of)[0]
    report = trial_report(of, of.trials[1], TrialFiles("model.study/trials/1", "", {}))
    assert report[report.index("runs again") + 3] == f"  {said}"
