"""Trials that a search is given again: what they were made under decides whether it continues them."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hyperopt import Trials, fmin, hp, rand, trials_from_docs

import hypertemplate
from hypertemplate import optim
from hypertemplate.errors import UsageError

from .support import Modules

ANEW = "  pass trials=Trials() to start again"


def template(marker: str, loss: str = "len(str(value))", data: str = "1") -> str:
    return f"""
    def data():
        return {data}

    def model(x):
        value = {{{{{marker}}}}}
        return {{'loss': {loss}, 'model': value}}
    """


def run(user: Any, trials: Any, evals: int, **more: Any) -> Any:
    return optim.minimize(user.model, user.data, rand.suggest, evals, trials, **more)


@pytest.mark.parametrize(
    ("before", "after", "label"),
    [
        pytest.param("choice([10, 30, 60])", "choice([100, 200, 300])", "value", id="other options"),
        pytest.param("choice(['rbf', 'linear'])", "choice(['linear', 'rbf'])", "value", id="another order"),
        pytest.param("choice([10, 30])", "choice([10, 30, 60])", "value", id="one option more"),
        pytest.param("choice([abs, max])", "choice([max, abs])", "value", id="options that are no constants"),
        pytest.param("uniform(0.1, 1)", "lognormal(0.1, 1)", "value", id="another distribution"),
        pytest.param("uniform(0.1, 1)", "uniform(0.1, 2)", "value", id="other bounds"),
        pytest.param(
            "pchoice([(0.1, 1), (0.9, 2)])",
            "pchoice([(0.9, 1), (0.1, 2)])",
            "value",
            id="other probabilities",
        ),
    ],
)
def test_trials_of_an_edited_marker_are_refused(
    before: str, after: str, label: str, modules: Modules
) -> None:
    trials = Trials()
    run(modules(template(before)), trials, 2, verbose=False)
    count = len(trials)
    again = pickle.loads(pickle.dumps(trials))
    with pytest.raises(UsageError) as caught:
        run(modules(template(after)), again, 4, verbose=False)
    first, minus, plus, last = str(caught.value).splitlines()
    assert first == "trials was filled by a search of another space"
    assert minus.startswith(f"  - {label}: {before.partition('(')[0]}(")
    assert plus.startswith(f"  + {label}: {after.partition('(')[0]}(")
    assert last == ANEW
    assert len(again) == count


def test_tune_refuses_them_too(modules: Modules) -> None:
    trials = Trials()
    user = modules(template("choice([10, 30, 60])"))
    hypertemplate.tune(user.model, data=user.data, max_evals=2, trials=trials, verbose=False)
    other = modules(template("choice([100, 200, 300])"))
    with pytest.raises(UsageError, match="of another space"):
        hypertemplate.tune(other.model, data=other.data, max_evals=4, trials=trials, verbose=False)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        pytest.param(
            {},
            {"maximize": True},
            "trials was filled by a search that minimised, and this search maximises: "
            "pass trials=Trials() to start again",
            id="the other direction",
        ),
        pytest.param(
            {},
            {"objective": "loss:min"},
            "trials was filled by a search by what the model returns, not by loss: "
            "pass trials=Trials() to start again",
            id="another objective",
        ),
    ],
)
def test_losses_of_two_kinds_are_not_mixed(
    before: dict[str, Any], after: dict[str, Any], message: str, modules: Modules
) -> None:
    user, trials = modules(template("uniform(0, 1)", loss="value")), Trials()
    run(user, trials, 2, verbose=False, **before)
    with pytest.raises(UsageError) as caught:
        run(user, trials, 4, verbose=False, **after)
    assert str(caught.value) == message


CHANGED = (
    "note: your code has changed since trials was filled; those results come from the old code; "
    "pass trials=Trials() to start again"
)


@pytest.mark.parametrize(
    ("after", "is_told"),
    [
        pytest.param({}, False, id="the same code, read again"),
        pytest.param({"loss": "len(str(value)) + 1"}, True, id="another model"),
        pytest.param({"data": "2"}, True, id="other data"),
    ],
)
def test_a_note_says_that_the_code_has_changed(
    after: dict[str, str], is_told: bool, modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    trials = Trials()
    run(modules(template("choice([10, 30])")), trials, 2, verbose=False)
    run(modules(template("choice([10, 30])", **after)), trials, 4)
    assert (CHANGED in " ".join(capsys.readouterr().err.split())) == is_told
    assert len(trials) == 4


def test_a_note_says_that_options_cannot_be_compared(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    trials = Trials()
    space = hp.choice("value", [1, 2])
    fmin(float, space, rand.suggest, 2, trials=trials, show_progressbar=False)
    user = modules(template("choice([10, 30])"))
    run(user, trials, 4)
    note = (
        "note: 2 trials in trials came from elsewhere, and only the numbers of their options are known: they "
        "are read as today's options; if the options were different then, pass trials=Trials() to start again"
    )
    assert note in " ".join(capsys.readouterr().err.split())
    run(user, trials, 6)
    assert "elsewhere" not in capsys.readouterr().err
    run(user, trials_from_docs(trials.trials), 7)
    assert "6 trials in trials came from elsewhere" in " ".join(capsys.readouterr().err.split())


def test_trials_of_an_earlier_version_know_the_logarithms_of_their_bounds(modules: Modules) -> None:
    trials = Trials()
    marker = "qloguniform(0, 4.5, 0.5)"
    run(modules(template(marker)), trials, 2, verbose=False)
    earlier = "qloguniform(low=0, high=4.5, q=0.5)"
    origin = json.loads(trials.attachments["hypertemplate"])
    assert origin["space"] == {"value": "1 .. 90.0171, log, step 0.5"}
    trials.attachments["hypertemplate"] = json.dumps({**origin, "space": {"value": earlier}})
    run(modules(template(marker)), trials, 3, verbose=False)
    assert len(trials) == 3


def test_trials_of_other_values_answer_none(modules: Modules) -> None:
    text = """
    scale = 2

    def model():
        return scale * {{choice([1, 2], name='n')}}
    """
    trials = Trials()
    given = {"trials": trials, "algo": "random", "max_evals": 9, "verbose": False}
    for factor in (1, 10):
        user = modules(text.replace("= 2", f"= {2 * factor}"))
        count = len(trials)
        hypertemplate.tune(user.model, **given)
        assert set(trials.losses()[count:]) == {2 * factor, 4 * factor}
    count = len(trials)
    hypertemplate.tune(user.model, **{**given, "max_evals": 20})
    assert len(trials) == count, "the last values are the same"
