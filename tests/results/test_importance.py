"""Importance of parameters, by Optuna's PED-ANOVA."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.results.importance import Importance, importance_of
from tests.exports.studies import HOSTILE, STUDY, searched


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        pytest.param(0, "too few to tell: 0 complete trials, and 20 are needed", id="a study without trials"),
        pytest.param(19, "too few to tell: 19 complete trials, and 20 are needed", id="a trial too few"),
    ],
)
def test_few_trials_tell_nothing(count: int, reason: str) -> None:
    assert importance_of(searched(count)) == Importance(reason=reason)


def test_trials_that_another_one_answers_do_not_count() -> None:
    study = searched(25)
    equal = (*study.trials[:15], *(replace(trial, equal_to=0) for trial in study.trials[15:]))
    assert importance_of(replace(study, trials=equal)).reason.startswith("too few to tell: 15 ")


def test_without_a_direction_there_are_no_best_trials() -> None:
    study = replace(searched(30), maximize=None)
    assert importance_of(study).reason == "it is not known whether more or less of loss is better"


def test_a_missing_library_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(UsageError, match=r'pip install "hypertemplate\[optuna\]"'):
        importance_of(searched(30))


@pytest.mark.parametrize("matters", ["rate", "block.1"])
def test_what_decides_the_loss_is_first(matters: str) -> None:
    pytest.importorskip("optuna")
    found = importance_of(searched(60, matters=matters))
    assert found.reason == ""
    assert found.method == "PED-ANOVA: values of the best 10% of 60 trials against those of all"
    assert next(iter(found.shares)) == matters
    assert sum(found.shares.values()) == pytest.approx(1)
    assert {*found.shares} == {"rate", HOSTILE, "block", "block.1", "shift", "same"}  # units has one value


def test_a_maximised_number_has_its_best_trials_above() -> None:
    pytest.importorskip("optuna")
    study = searched(60)
    assert importance_of(replace(study, maximize=True)).shares == importance_of(study).shares


def test_the_best_are_five_at_least() -> None:
    pytest.importorskip("optuna")
    assert importance_of(searched(20)).method.startswith("PED-ANOVA: values of the best 25% of 20 trials")


def test_where_all_losses_are_equal_nothing_matters() -> None:
    pytest.importorskip("optuna")
    found = importance_of(searched(30, matters="nothing"))
    assert found == Importance(reason="the best trials have the values that all trials have")


def test_an_earlier_optuna_does_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    optuna = pytest.importorskip("optuna")
    monkeypatch.setattr(optuna, "__version__", "4.9.0")
    with pytest.raises(UsageError, match=r"Optuna 4\.9\.0 is installed"):
        importance_of(searched(30))


def test_the_study_is_left_as_it_is_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    optuna = pytest.importorskip("optuna")
    level = optuna.logging.get_verbosity()
    importance_of(searched(30))
    assert optuna.logging.get_verbosity() == level
    assert capfd.readouterr() == ("", "")
    assert STUDY.trials
