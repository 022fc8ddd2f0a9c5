"""`optim.minimize` as Hyperas's users call it, on templates without a framework."""

from __future__ import annotations

import ast
import itertools
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hyperopt import STATUS_OK, Trials, anneal, rand, space_eval, tpe

from hypertemplate import bayes, optim
from hypertemplate.errors import LoadError, NoModelError, NoTrialError, UsageError
from hypertemplate.utils import eval_hyperopt_space

from .support import Modules

SIMPLE = """
    from hypertemplate.distributions import choice, uniform

    def data():
        return 2.0, 'unused'

    def model(x, y):
        rate = {{uniform(-5, 5)}}
        kind = {{choice(['plain', 'big'])}}
        loss = (rate - x) ** 2 + (10 if kind == 'big' else 0)
        return {'loss': loss, 'status': 'ok', 'model': {'rate': rate}, 'kind': kind}
"""


def test_it_returns_the_best_run_and_its_model(modules: Modules) -> None:
    user = modules(SIMPLE)
    trials = Trials()
    best_run, best_model = optim.minimize(
        model=user.model, data=user.data, algo=tpe.suggest, max_evals=8, trials=trials, verbose=False
    )
    best = trials.best_trial["result"]
    assert best_run == {"rate": best_model["rate"], "kind": best["kind"]}
    assert best["loss"] == min(trials.losses())
    assert best["model"] is best_model
    assert best["status"] == STATUS_OK
    assert [sorted(t["result"]) for t in trials.trials if t["result"] is not best] == [
        ["kind", "loss", "status"]
    ] * 7


@pytest.mark.parametrize(
    ("more", "is_values"),
    [
        pytest.param({}, True, id="values, unless something else is asked for"),
        pytest.param({"eval_space": False}, False, id="what hyperopt drew"),
        pytest.param({"return_space": True}, False, id="what hyperopt drew, beside the space"),
        pytest.param({"return_space": True, "eval_space": True}, True, id="values beside the space"),
    ],
)
def test_the_form_of_the_best_run(more: dict[str, bool], is_values: bool, modules: Modules) -> None:
    user = modules(SIMPLE)
    trials = Trials()
    best_run, _, *space = optim.minimize(
        user.model,
        user.data,
        rand.suggest,
        4,
        trials,
        verbose=False,
        **more,  # type: ignore[arg-type]
    )
    kinds = ["plain", "big"]
    assert best_run["kind"] in (kinds if is_values else range(2))
    assert len(space) == ("return_space" in more)
    if not is_values and space:
        assert eval_hyperopt_space(space[0], best_run)["kind"] == kinds[best_run["kind"]]
        assert space_eval(space[0], trials.argmin)["kind"] in kinds


@pytest.mark.parametrize(
    "algo",
    [
        pytest.param(tpe.suggest, id="a suggest function"),
        pytest.param(partial(tpe.suggest, n_startup_jobs=2), id="a partial of one"),
        pytest.param(anneal.suggest, id="another algorithm"),
        pytest.param("random", id="a name"),
    ],
)
def test_algorithms(algo: Any, modules: Modules) -> None:
    user = modules(SIMPLE)
    trials = Trials()
    optim.minimize(user.model, user.data, algo, 4, trials, verbose=False)
    assert len(trials) == 4


def test_trials_that_are_given_again_go_on(modules: Modules) -> None:
    user = modules(SIMPLE)
    at_once, in_two = Trials(), Trials()
    optim.minimize(user.model, user.data, tpe.suggest, 24, at_once, verbose=False)
    optim.minimize(user.model, user.data, tpe.suggest, 12, in_two, verbose=False)
    best, model = optim.minimize(user.model, user.data, tpe.suggest, 24, in_two, verbose=False)
    assert in_two.losses() == at_once.losses()
    assert model == {"rate": best["rate"]}
    again, model = optim.minimize(user.model, user.data, tpe.suggest, 24, in_two, verbose=False)
    assert (again, len(in_two)) == (best, 24)
    assert model == {"rate": best["rate"]}


@pytest.mark.parametrize(
    "algo",
    [
        pytest.param(bayes.suggest, id="its function"),
        pytest.param(partial(bayes.suggest), id="a partial of it"),
    ],
)
def test_our_own_algorithm_goes_on_too(algo: Any, modules: Modules) -> None:
    user = modules(SIMPLE)
    at_once, in_two = Trials(), Trials()
    optim.minimize(user.model, user.data, "bayes", 11, at_once, verbose=False)
    for evals in (8, 11):
        optim.minimize(user.model, user.data, algo, evals, in_two, verbose=False)
    assert in_two.losses() == at_once.losses()
    assert in_two.vals == at_once.vals


def test_worker_processes_propose_the_same(modules: Modules) -> None:
    user = modules(SIMPLE)
    here, there = Trials(), Trials()
    optim.minimize(user.model, user.data, tpe.suggest, 3, here, verbose=False)
    best, model = optim.minimize(user.model, user.data, tpe.suggest, 3, there, verbose=False, workers=1)
    assert here.losses() == there.losses()
    assert model == {"rate": best["rate"]}


def test_values_in_memory_are_used_as_they_are(modules: Modules) -> None:
    user = modules("""
        seen = []
        scale = 1
        def data(n, m=0):
            return n + m
        def model(x):
            seen.append(x)
            return x * scale + {{uniform(0, 1)}}
    """)
    vars(user)["scale"] = 100
    optim.minimize(user.model, user.data, tpe.suggest, 2, Trials(), verbose=False, data_args=(5, 2))
    assert user.seen == [7, 7]


def test_nothing_is_written_unless_it_is_asked_for(
    modules: Modules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = modules(SIMPLE)
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    optim.minimize(user.model, user.data, tpe.suggest, 1, Trials(), verbose=False)
    assert list(folder.iterdir()) == []
    optim.minimize(user.model, user.data, tpe.suggest, 1, Trials(), verbose=False, keep_temp=True)
    assert [path.name for path in folder.iterdir()] == ["temp_model.py"]
    ast.parse((folder / "temp_model.py").read_text())


def test_what_a_trial_prints_is_not_ours(modules: Modules, capfd: pytest.CaptureFixture[str]) -> None:
    user = modules("def model():\n    print('mine')\n    return {{uniform(0, 1)}}\n")
    optim.minimize(user.model, None, tpe.suggest, 2, Trials(), verbose=False)
    assert capfd.readouterr() == ("mine\nmine\n", "")
    optim.minimize(user.model, None, tpe.suggest, 1, Trials())
    out, err = capfd.readouterr()
    assert out == "mine\n"
    assert "searching 1 parameter in" in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "def model():\n    raise ValueError({{choice(['no'])}})\n",
            "no trial succeeded; trial 0 failed: ValueError: no (FILE:2)",
            id="every trial fails",
        ),
        pytest.param(
            "def model():\n    return [{{choice([1])}}, 2][:]\n",
            "no trial succeeded; trial 0 failed: model() returned a list of 2 items, all numbers: "
            "return the loss alone, or a dict: return {'loss': -accuracy}",
            id="nothing is a loss",
        ),
        pytest.param(
            "def model():\n    {{choice([1])}}\n    exit()\n",
            "no trial succeeded; trial 0 failed: the trial called sys.exit()",
            id="every trial exits",
        ),
    ],
)
def test_without_a_best_trial(text: str, message: str, modules: Modules, tmp_path: Path) -> None:
    user = modules(text)
    with pytest.raises(NoTrialError) as caught:
        optim.minimize(user.model, None, tpe.suggest, 2, Trials(), verbose=False)
    assert str(caught.value).replace(str(tmp_path), "").replace(f"/{user.__name__}.py", "FILE") == message


def test_data_that_fails_ends_the_search(modules: Modules) -> None:
    user = modules("def data():\n    return 1 / 0\ndef model(x):\n    return {{uniform(0, 1)}}\n")
    with pytest.raises(LoadError, match=r"^ZeroDivisionError: division by zero"):
        optim.minimize(user.model, user.data, tpe.suggest, 2, Trials(), verbose=False)


def test_ctrl_c_in_a_trial_ends_the_search_with_the_best_so_far(
    modules: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "ran", itertools.count(1).__next__, raising=False)
    user = modules("""
        import sys
        def model():
            if sys.ran() == 3:
                raise KeyboardInterrupt
            return {{uniform(0, 1)}}
    """)
    trials = Trials()
    best, _ = optim.minimize(user.model, None, tpe.suggest, 6, trials, verbose=False)
    assert best == {"uniform": min(loss for loss in trials.losses() if loss is not None)}
    assert len(trials.losses()) == 3
    optim.minimize(user.model, None, tpe.suggest, 6, trials, verbose=False)
    whole = Trials()
    optim.minimize(user.model, None, tpe.suggest, 6, whole, verbose=False)
    assert trials.losses() == whole.losses()


def test_ctrl_c_before_any_trial_has_ended_is_ctrl_c(modules: Modules) -> None:
    user = modules("def model():\n    {{uniform(0, 1)}}\n    raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        optim.minimize(user.model, None, tpe.suggest, 6, Trials(), verbose=False)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        pytest.param(
            {"max_evals": 0}, "max_evals must be a whole number of at least 1, got 0", id="no trials"
        ),
        pytest.param(
            {"max_evals": "9"},
            "max_evals must be a whole number of at least 1, got '9'",
            id="a text as a number",
        ),
        pytest.param(
            {"workers": 0}, 'workers must be a whole number of at least 1 or "auto", got 0', id="no workers"
        ),
        pytest.param(
            {"trials": Trials}, "trials is the class Trials: write trials=Trials()", id="the class of trials"
        ),
        pytest.param(
            {"data_args": 5},
            "data_args must be a tuple of arguments, got int: write data_args=(5,)",
            id="no tuple of arguments",
        ),
        pytest.param(
            {"objective": "acc:up"},
            "objective acc:up: write NAME, NAME:min or NAME:max",
            id="an unknown direction",
        ),
        pytest.param(
            {"algo": tpe}, "algo is the module tpe: write algo=tpe.suggest", id="the module of an algorithm"
        ),
    ],
)
def test_arguments_that_cannot_be(more: dict[str, Any], message: str, modules: Modules) -> None:
    user = modules(SIMPLE)
    given = {"algo": tpe.suggest, "max_evals": 2, "trials": Trials(), "verbose": False, **more}
    with pytest.raises(UsageError) as caught:
        optim.minimize(user.model, user.data, **given)
    assert str(caught.value) == message


def test_best_models_are_in_order(modules: Modules) -> None:
    user = modules(SIMPLE)
    trials = Trials()
    models = optim.best_models(3, user.model, user.data, tpe.suggest, 6, trials, verbose=False)
    ranked = sorted(trials.trials, key=lambda trial: trial["result"]["loss"])
    assert [model["rate"] for model in models] == [t["misc"]["vals"]["rate"][0] for t in ranked[:3]]


def test_a_best_model_that_is_none_has_a_reason(modules: Modules, capsys: pytest.CaptureFixture[str]) -> None:
    user = modules("""
        import threading
        class Locked:
            def __init__(self): self.lock = threading.Lock()
        def model(): return {'loss': {{uniform(0, 1)}}, 'model': Locked()}
        def none(): return {{uniform(0, 1)}}
    """)
    _, best = optim.minimize(user.none, None, tpe.suggest, 2, Trials())
    assert best is None
    note = capsys.readouterr().err.splitlines()[-1]
    assert note.startswith("note: the best model is None: trial ")
    assert note.endswith("none() returned none under 'model'; write return {'loss': loss, 'model': network}")
    # A model that was returned, and is not there, is said to be that even where nothing else is said.
    with pytest.warns(
        UserWarning, match=r"^the best model is None: the model of trial \d could not be saved: "
    ):
        _, best = optim.minimize(user.model, None, tpe.suggest, 2, Trials(), verbose=False, workers=1)
    assert best is None


def test_best_models_without_models(modules: Modules) -> None:
    user = modules("def model():\n    return {{uniform(0, 1)}}\n")
    with pytest.raises(
        NoModelError, match=r"^there is no model: trial \d has no model: model\(\) returned none"
    ):
        optim.best_models(3, user.model, None, tpe.suggest, 2, Trials(), verbose=False)


def test_best_ensemble_votes(modules: Modules) -> None:
    user = modules("""
        import numpy

        class Constant:
            def __init__(self, number):
                self.number = number
            def predict(self, x, batch_size, verbose):
                return numpy.eye(3)[[self.number] * len(x)]

        def model():
            number = {{choice([0, 1, 2])}}
            return {'loss': number, 'model': Constant(number)}
    """)
    ensemble = optim.best_ensemble(2, user.model, None, rand.suggest, 8, Trials(), "soft", verbose=False)
    assert ensemble.predict([5, 6]).tolist() == [0, 0]
