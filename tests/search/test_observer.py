"""Who hears of a search."""

from __future__ import annotations

import pytest

from hypertemplate.search.observer import SearchObserver, SilentObserver
from hypertemplate.search.study import Study, Trial, TrialState
from tests.search.fakes import curve


def test_the_silent_one_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    observer: SearchObserver = SilentObserver()
    study = Study("model", "d", 1337, ())
    trial = Trial(0, TrialState.FAILED, {}, error="no")
    observer.loading()
    observer.ready(study, 1)
    observer.trial_started(trial)
    observer.epoch_ended(0, curve(0.5))
    observer.note("x")
    observer.trial_finished(trial, study, "output")
    observer.stopped(1)
    assert capsys.readouterr() == ("", "")
