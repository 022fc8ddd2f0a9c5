"""Events of a search, as programs read them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from hypertemplate.exports.search_events import SearchEvents
from hypertemplate.search.observer import Observers, SearchObserver
from hypertemplate.search.study import Study, TrialState
from tests.exports.studies import HOSTILE, KEPT, ONLY_FAILURES, STUDY, TRIALS

Event = dict[str, Any]


def events(study: Study = STUDY) -> tuple[SearchEvents, list[Event]]:
    """What writes events of this study, and those that it has written."""
    said: list[Event] = []
    kept = replace(KEPT, study=study, models={1: "best.keras"})
    followed = SearchEvents(said.append, lambda: kept, "model.study", "hypertemplate run src/model.py")
    return followed, said


def searched(observer: SearchObserver) -> None:
    """Tell an observer of a search of two trials."""
    observer.loading()
    observer.calling("data")
    observer.ready(replace(STUDY, trials=()), 2)
    observer.trial_started(replace(TRIALS[0], state=TrialState.RUNNING, loss=None))
    observer.epoch_ended(0, TRIALS[0].curves[0])
    observer.trial_finished(TRIALS[0], replace(STUDY, trials=TRIALS[:1]), "")
    observer.trial_finished(TRIALS[2], replace(STUDY, trials=(TRIALS[0], TRIALS[2])), "")
    observer.note("it is late")
    observer.edited(("a line",))
    observer.trial_finished(TRIALS[1], STUDY, "")
    observer.stopped(5)


def test_each_event_is_told_once_in_order() -> None:
    followed, said = events()
    searched(Observers([followed]))
    followed.ended(KEPT, "done")
    assert [(one["event"], one.get("number")) for one in said] == [
        ("search", None),
        ("started", 0),
        ("epoch", 0),
        ("finished", 0),
        ("best", 0),
        ("pruned", 2),
        ("note", None),
        ("finished", 1),
        ("best", 1),
        ("note", None),
        ("end", None),
    ]
    assert {one["schema"] for one in said} == {1}
    json.dumps(said, allow_nan=False)


def test_what_events_say() -> None:
    followed, said = events()
    searched(followed)
    opened, started, epoch, finished, best, *_ = said
    assert (opened["folder"], opened["total"], opened["study"]["template"]) == (
        "model.study",
        2,
        "src/model.py",
    )
    assert (started["run"], started["params"][HOSTILE], started["params"]["block"]) == (
        1,
        3 * 0.1,
        "drop(uniform(0, 1))",
    )
    assert epoch == {
        "schema": 1,
        "event": "epoch",
        "number": 0,
        "fit": 1,
        "epoch": 3,
        "epochs": 3,
        "unit": "epoch",
        "metrics": {"val_loss": 0.5, "acc": 0.5},
        "seconds": 3.0,
    }
    assert (finished["trial"]["state"], finished["trial"]["metrics"]["acc"]) == ("COMPLETE", None)
    assert (best["loss"], best["value"]) == (0.5, 0.5)
    assert said[-3]["trial"]["model"] == "best.keras"  # the record has it by then


def test_a_resumed_search_tells_only_better_trials() -> None:
    followed, said = events()
    followed.ready(STUDY, 20)
    followed.trial_finished(TRIALS[0], STUDY, "")
    assert [one["event"] for one in said] == ["search", "finished"]


def test_a_maximised_value_is_the_users_number() -> None:
    followed, said = events(replace(STUDY, maximize=True))
    followed.ready(replace(STUDY, maximize=True, trials=()), 2)
    followed.trial_finished(TRIALS[1], replace(STUDY, maximize=True), "")
    assert (said[-1]["event"], said[-1]["loss"], said[-1]["value"]) == ("best", 0.25, -0.25)


@pytest.mark.parametrize(
    ("end", "error", "resume"),
    [
        pytest.param("done", "", None, id="a search that is over needs no command"),
        pytest.param("interrupted", "", "hypertemplate run src/model.py", id="Ctrl-C"),
        pytest.param("error", "no space", "hypertemplate run src/model.py", id="an error"),
    ],
)
def test_the_end_says_why_and_how_to_resume(end: Any, error: str, resume: str | None) -> None:
    followed, said = events()
    followed.ended(KEPT, end, error)
    last = said[-1]
    assert (last["reason"], last["error"], last["resume"]) == (end, error or None, resume)
    assert (last["trials"], last["complete"], last["pruned"], last["failed"]) == (4, 2, 1, 1)
    assert last["best"]["number"] == 1


def test_an_end_without_a_best_trial_or_a_study() -> None:
    followed, said = events()
    followed.ended(ONLY_FAILURES, "done")
    followed.ended(None, "error", "nosuch.py: no such file")
    assert (said[0]["best"], said[0]["failed"]) == (None, 1)
    assert (said[1]["folder"], said[1]["trials"], said[1]["best"], said[1]["resume"]) == (None, 0, None, None)
