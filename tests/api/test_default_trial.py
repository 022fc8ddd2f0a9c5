"""The first trial of a search has the defaults that markers state, and the end compares it with the best."""

from __future__ import annotations

from typing import Any

import pytest
from hyperopt import Trials

import hypertemplate
from hypertemplate.api.tuned_study import Study

from .support import Modules

SOME = """
    SIZES, MOST = [16, 32, 64], 9

    def model():
        rate = {{uniform(1e-5, 1e-1, log=True, default=0.01)}}
        width = {{choice(SIZES, default=32)}}
        drop = {{choice([0, uniform(0.1, 0.5, default=0.3)], default=uniform(0.1, 0.5))}}
        other = {{choice([normal(0, 1, default=7), None], default=None)}}
        sizes = [{{choice([1, 2, 3], default=2)[i]}} for i in range(2)]
        share = {{uniform(0, MOST, default=MOST / 3)}}
        free = {{uniform(0, 1)}}
        return LOSS
"""

DEFAULTS = {
    "rate": 0.01,
    "width": 32,
    "drop": 0.3,
    "drop.1": 0.3,
    "other": None,
    "sizes[0]": 2,
    "sizes[1]": 2,
    "share": 3.0,
    "free": 0.5,
}


def tuned(modules: Modules, loss: str = "rate + free", text: str = SOME, **options: Any) -> Study:
    user = modules(text.replace("LOSS", loss))
    return hypertemplate.tune(user.model, **{"max_evals": 4, "verbose": False, **options})


def first(study: Study) -> dict[str, Any]:
    return dict(study.trials[0].params)


def line(study: Study) -> str:
    return str(study).splitlines()[0]


@pytest.mark.parametrize("algorithm", ["tpe", "bayes", "random", "anneal"])
def test_the_first_trial_has_the_defaults(modules: Modules, algorithm: str) -> None:
    study = tuned(modules, algo=algorithm)
    assert first(study) == DEFAULTS
    assert len(study.trials) == 4
    assert study.default_trial == study.trials[0]
    assert [trial.params["free"] == 0.5 for trial in study.trials] == [True, False, False, False]


def test_without_it_the_points_are_those_of_a_template_without_defaults(modules: Modules) -> None:
    without = tuned(modules, default_trial=False)
    text = SOME
    for stated in (
        ", default=0.01",
        ", default=32",
        ", default=0.3",
        ", default=uniform(0.1, 0.5)",
        ", default=7",
        ", default=None",
        ", default=2",
        ", default=MOST / 3",
    ):
        assert stated in text
        text = text.replace(stated, "")
    plain = tuned(modules, text=text)
    assert [trial.params for trial in without.trials] == [trial.params for trial in plain.trials]
    assert (without.default_trial, plain.default_trial) == (None, None)
    assert "the values in the file" not in line(without) + line(plain)


@pytest.mark.parametrize(
    ("loss", "options", "said"),
    [
        pytest.param("free if free != 0.5 else 10", {}, "minimised (the defaults: 10)", id="worse"),
        pytest.param("abs(free - 0.5)", {}, "trial 0, loss 0, minimised (the defaults)", id="the best"),
        pytest.param("-abs(free - 0.5) - 1", {"maximize": True}, "trial 0, score -1, maximised (the defaults)", id="the highest"),
        pytest.param("free if free != 0.5 else -10", {"maximize": True}, "maximised (the defaults: -10)", id="worse where more is better"),
        pytest.param("1 / (free - 0.5)", {}, "minimised (the defaults: failed)", id="it failed"),
    ],
)  # fmt: skip
def test_the_end_compares_the_best_with_the_values_in_the_file(
    modules: Modules, loss: str, options: dict[str, Any], said: str
) -> None:
    assert said in line(tuned(modules, loss, **options))


def test_a_notebook_marks_the_trial(modules: Modules) -> None:
    study = tuned(modules, "free if free != 0.5 else 10")
    assert "0 (the defaults)" in study._repr_html_()
    study = tuned(modules, "abs(free - 0.5)")
    assert "0 (best, the defaults)" in study._repr_html_()


@pytest.mark.parametrize(
    ("options", "free"),
    [
        pytest.param({"points": [{"free": 0.25}]}, [0.5, 0.25], id="points come after it"),
        pytest.param({"points": [{"free": 0.25}, {"free": 0.5}]}, [0.5, 0.25], id="a point at the defaults runs once"),
        pytest.param({"set": {"rate": 0.05}}, [0.5], id="a fixed parameter has its value"),
        pytest.param({"set": {"drop": 0}}, [0.5], id="a fixed choice leads elsewhere"),
    ],
)  # fmt: skip
def test_it_goes_with_points_and_fixed_values(
    modules: Modules, options: dict[str, Any], free: list[float]
) -> None:
    study = tuned(modules, **options)
    given = options.get("set", {})
    assert [trial.params["free"] for trial in study.trials][: len(free)] == free
    assert [trial.params["free"] for trial in study.trials].count(0.5) == 1
    expected = {**DEFAULTS, **given}
    assert first(study) == {k: v for k, v in expected.items() if k != "drop.1" or "drop" not in given}
    assert study.default_trial == study.trials[0]


def test_nothing_is_tried_first_where_only_fixed_parameters_state_a_default(modules: Modules) -> None:
    text = "def model():\n    return {{uniform(0, 1, default=0.2)}} + {{uniform(0, 1, name='free')}}\n"
    study = tuned(modules, text=text, set={"uniform": 0.1})
    assert study.trials[0].params["free"] != 0.5


def test_a_grid_has_it_once(modules: Modules) -> None:
    text = "def model():\n    return {{choice([1, 2, 3], default=2)}} + {{quniform(0, 2, 1)}}\n"
    study = tuned(modules, text=text, algo="grid", max_evals=9)
    points = [tuple(trial.params.values()) for trial in study.trials]
    assert points[0] == (2, 1)
    assert len(points) == len(set(points)) == 9


def test_a_default_between_the_points_of_a_grid_is_one_more(modules: Modules) -> None:
    text = "def model():\n    return {{quniform(0, 4, 2, default=1)}}\n"
    study = tuned(modules, text=text, algo="grid", max_evals=9)
    assert [trial.params["quniform"] for trial in study.trials] == [1, 0, 2, 4]


def test_trials_that_are_passed_again_have_had_it(modules: Modules) -> None:
    trials = Trials()
    user = modules(SOME.replace("LOSS", "rate + free"))
    for evals in (2, 4):
        study = hypertemplate.tune(user.model, max_evals=evals, trials=trials, verbose=False)
    assert [trial.params["free"] == 0.5 for trial in study.trials] == [True, False, False, False]
    again = study.resume(max_evals=6)
    assert [trial.params["free"] for trial in again.trials].count(0.5) == 1


def test_a_note_tells_of_it_in_words_of_python(modules: Modules, capsys: pytest.CaptureFixture[str]) -> None:
    tuned(modules, verbose=True)
    said = "the first trial has the defaults in the file; default_trial=False leaves it out"
    assert capsys.readouterr().err.count(said) == 1


def test_a_default_that_turns_out_to_be_out_of_range_is_left_out_with_a_note(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "MOST = 3\ndef model():\n    return {{uniform(0, MOST, default=3 * MOST)}}\n"
    study = tuned(modules, text=text, verbose=True)
    assert "uniform() draws from 0 to 3, and its default is 9: it is left out" in capsys.readouterr().err
    assert study.default_trial is None
