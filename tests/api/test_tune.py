"""`tune` and the study that it gives."""

from __future__ import annotations

import builtins
import importlib.util
import itertools
import json
import signal
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hyperopt import Trials, tpe

import hypertemplate
from hypertemplate.api.tune import tune_text
from hypertemplate.errors import CompileError, NoModelError, NoTrialError, ReadError, UsageError
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.runtime.loaded_program import LoadedProgram
from hypertemplate.search.study import TrialState
from tests.frontend.notebooks import code, notebook, save

from .support import Modules

TEMPLATE = """
def data():
    return 2.0

def model(x):
    rate = {{uniform(-5, 5)}}
    return {'loss': (rate - x) ** 2 * {{choice([1, 2], name='factor')}}, 'error': abs(rate - x)}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.py"
    path.write_text(TEMPLATE)
    return path


def test_a_path(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    study = hypertemplate.tune(path, max_evals=3)
    assert capfd.readouterr().err.splitlines()[3].startswith("searching 2 parameters in")
    assert (study.name, len(study.trials)) == ("model", 3)
    assert study.best_loss == min(trial.loss for trial in study.trials if trial.loss is not None)
    assert study.best_params == study.values(study.best_trial)
    assert set(study.best_params) == {"rate", "factor"}
    with pytest.raises(NoModelError) as caught:
        study.best_model()
    assert str(caught.value) == (
        f"trial {study.best_trial.number} has no model: model() returned none under 'model'; "
        "write return {'loss': loss, 'model': network}"
    )


def test_a_function_gives_the_same(path: Path, modules: Modules) -> None:
    user = modules(TEMPLATE)
    by_path = hypertemplate.tune(path, max_evals=3, verbose=False)
    by_function = hypertemplate.tune(user.model, data=user.data, max_evals=3, verbose=False)
    assert [t.params for t in by_path.trials] == [t.params for t in by_function.trials]
    assert [t.loss for t in by_path.trials] == [t.loss for t in by_function.trials]


def test_a_study_goes_on_where_it_stands(modules: Modules) -> None:
    user = modules(TEMPLATE)
    whole = hypertemplate.tune(user.model, data=user.data, max_evals=24, verbose=False)
    half = hypertemplate.tune(user.model, data=user.data, max_evals=12, verbose=False)
    rest = half.resume(24)
    assert [t.params for t in rest.trials] == [t.params for t in whole.trials]
    assert [t.number for t in rest.trials] == list(range(24))
    assert len(half.trials) == 12


@pytest.mark.parametrize(
    ("model", "told"),
    [
        pytest.param("def model():\n    return {{uniform(0, 1)}}\n", True, id="nothing"),
        pytest.param("def model(x):\n    return x * {{uniform(0, 1)}}\n", False, id="its parameter"),
        pytest.param("def model():\n    return data() * {{uniform(0, 1)}}\n", False, id="its call"),
        pytest.param("def model():\n    return x * {{uniform(0, 1)}}\n", False, id="its variable"),
    ],
)
def test_data_that_a_model_does_not_use_is_noted(
    modules: Modules, capsys: pytest.CaptureFixture[str], model: str, told: bool
) -> None:
    user = modules(f"def data():\n    x = 2.0\n    return x\n\n{model}")
    hypertemplate.tune(user.model, data=user.data, max_evals=1)
    note = "note: data() is not called: model() takes no arguments\n"
    assert (note in capsys.readouterr().err) == told


def test_a_study_is_resumed_with_the_code_that_it_began_with_and_says_so(
    modules: Modules, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    user = modules(TEMPLATE.replace("return {", "return helper({") + ")\ndef helper(x):\n    return x\n")
    study = hypertemplate.tune(user.model, data=user.data, max_evals=1)
    capsys.readouterr()
    study = study.resume(2)
    assert "has changed" not in capsys.readouterr().err
    # The same text again is no change.
    exec("def helper(x):\n    return x\n\ndef data():\n    return 3.0\n", vars(user))
    study = study.resume(3)
    note = "note: {} has changed since this search began: resume() runs the earlier code; to search the new one, "
    err = capsys.readouterr().err
    assert (note.format("data()") in err, "helper()" in err) == (True, False)
    exec("def helper(x):\n    return 0.0\n", vars(user))
    assert study.resume(4).trials[3].loss != 0.0
    assert note.format("helper()") in capsys.readouterr().err
    of_file = hypertemplate.tune(path, max_evals=1)
    path.write_text(TEMPLATE.replace("-5", "-6"))
    of_file.resume(2)
    assert note.format(path) in capsys.readouterr().err


def test_a_study_that_was_interrupted_goes_on(
    modules: Modules, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "ran", itertools.count(1).__next__, raising=False)
    user = modules("""
        import sys
        def model():
            if sys.ran() == 3:
                raise KeyboardInterrupt
            return {{uniform(0, 1)}}
    """)
    study = hypertemplate.tune(user.model, max_evals=5)
    assert capsys.readouterr().err.endswith(
        "note: interrupted after 2 of 5 trials; continue with study = study.resume()\n"
    )
    assert [trial.state for trial in study.trials] == [TrialState.COMPLETE] * 2
    rest = study.resume()
    whole = hypertemplate.tune(user.model, max_evals=5, verbose=False)
    assert [t.params for t in rest.trials] == [t.params for t in whole.trials]


@pytest.mark.parametrize(
    ("model", "text"),
    [
        pytest.param(
            "    {{uniform(0, 1)}}\n    raise KeyboardInterrupt\n",
            "interrupted before the first trial ended",
            id="in the first trial",
        ),
        pytest.param(
            "    if trial.number == 2:\n        raise KeyboardInterrupt\n    raise ValueError({{uniform(0, 1)}})\n",
            "interrupted after 2 trials without success",
            id="after failures",
        ),
    ],
)
def test_an_interrupt_without_a_result_is_one_line(modules: Modules, model: str, text: str) -> None:
    user = modules(f"from hypertemplate import trial\ndef model():\n{model}")
    with pytest.raises(KeyboardInterrupt) as caught:
        hypertemplate.tune(user.model, max_evals=4, verbose=False)
    assert type(caught.value) is KeyboardInterrupt, "a subclass would not end Python with the signal"
    assert vars(caught.value)["_render_traceback_"]() == [f"KeyboardInterrupt: {text}"]


def test_an_interrupt_after_the_last_trial_leaves_nothing_to_resume(
    modules: Modules, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = modules("def model():\n    return {{uniform(0, 1)}}\n")
    close = InlineExecutor.close

    def interrupted(self: InlineExecutor) -> None:
        close(self)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(InlineExecutor, "close", interrupted)
    hypertemplate.tune(user.model, max_evals=2)
    note = "note: interrupted after 2 of 2 trials; nothing is left to resume\n"
    assert capsys.readouterr().err.endswith(note)


def test_an_interrupt_while_a_search_takes_itself_out_of_the_process_leaves_nothing_of_it(
    modules: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = modules("def model():\n    return {{uniform(0, 1)}}\n")
    before = [*sys.meta_path], builtins.open, json.dump, sys.breakpointhook
    monkeypatch.setattr(LoadedProgram, "close", lambda self: signal.raise_signal(signal.SIGINT))
    hypertemplate.tune(user.model, max_evals=2, verbose=False)
    assert (sys.meta_path, builtins.open, json.dump, sys.breakpointhook) == before


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        pytest.param("(x, object())", "returned a number and an object: return", id="a loss and a model"),
        pytest.param(
            "[x, x]", "returned a list of 2 items, all numbers: return the loss alone", id="numbers"
        ),
    ],
)
def test_what_no_trial_could_return_ends_the_search_after_the_first(
    modules: Modules, returned: str, reason: str
) -> None:
    user = modules(f"def model():\n    x = {{{{uniform(0, 1)}}}}\n    return {returned} if x < 2 else x\n")
    with pytest.raises(NoTrialError) as caught:
        hypertemplate.tune(user.model, max_evals=4, verbose=False)
    assert isinstance(caught.value.study, hypertemplate.Study)
    assert len(caught.value.study.trials) == 1
    assert reason in str(caught.value)


def test_a_model_function_without_its_data_says_how_to_pass_it(modules: Modules) -> None:
    user = modules("def data():\n    return 1\ndef model(x):\n    return x * {{uniform(0, 1)}}\n")
    with pytest.raises(CompileError, match="pass the function that returns x: data=FUNCTION") as caught:
        hypertemplate.tune(user.model, max_evals=2, verbose=False)
    assert "model() needs x, and no data function was passed" in str(caught.value)
    assert len(hypertemplate.tune(user.model, data=user.data, max_evals=2, verbose=False).trials) == 2


def test_a_bare_distribution_in_a_model_says_where_the_braces_go(modules: Modules) -> None:
    user = modules(
        "from hypertemplate import choice\ndef model():\n    return choice([1, 2]) * {{uniform(0, 1)}}\n"
    )
    with pytest.raises(NoTrialError, match=r"put double braces around it, as in \{\{choice\("):
        hypertemplate.tune(user.model, max_evals=2, verbose=False)


def test_an_objective_and_maximize(modules: Modules) -> None:
    user = modules(TEMPLATE)
    study = hypertemplate.tune(user.model, data=user.data, max_evals=4, verbose=False, objective="error:max")
    errors = [trial.metrics["error"] for trial in study.trials]
    assert study.best_loss == -max(errors)


def test_params_are_values_and_never_numbers_of_options(modules: Modules) -> None:
    user = modules("""
        from hypertemplate import trial
        seen = []
        def model():
            kernel = {{choice([(3, 3), (5, 5)])}}
            names = {{choice([{'a', 'b'}, {'c'}])}}
            act = {{choice([lambda x: x, lambda x: -x])}}
            if {{choice([False, True], name='deep')}}:
                depth = {{choice([20, 30], name='depth')}}
            if trial.number % 2:
                seen.append(dict(trial.params))
            if trial.number == 3:
                raise ValueError('no')
            return act(len(kernel)) + len(names)
    """)
    study = hypertemplate.tune(user.model, max_evals=8, verbose=False, rerun_equal=True)
    assert [one.params for one in study.trials[1::2]] == user.seen
    for one in study.trials:
        seen = one.params
        assert seen == study.values(one)
        assert seen["kernel"] in ((3, 3), (5, 5))
        assert seen["names"] in ({"a", "b"}, {"c"})
        assert seen["act"] in ("lambda x: x", "lambda x: -x")
        assert seen["deep"] in (False, True)
        assert seen["depth"] in (20, 30)
        reads_all = one.number % 2 or seen["deep"]
        assert one.not_read == (() if reads_all else ("depth",))
    assert study.best_params == study.best_trial.params
    rows = study.to_frame().to_dict("records")
    assert [row["params_depth"] in (20, 30) for row in rows] == [not one.not_read for one in study.trials]


def test_the_table(modules: Modules) -> None:
    user = modules(TEMPLATE)
    study = hypertemplate.tune(user.model, data=user.data, max_evals=2, verbose=False)
    frame = study.to_frame()
    assert list(frame.columns) == [
        *("number", "state", "loss", "params_rate", "params_factor", "metrics_error"),
        *("objective", "direction", "value", "source", "epoch", "duration_s", "error"),
        *("equal_to", "losses", "sd", "other_data"),
    ]
    assert frame["value"].tolist() == frame["loss"].tolist()
    assert set(frame["source"]) == {"returned"}
    assert frame["loss"].tolist() == [trial.loss for trial in study.trials]
    assert set(frame["params_factor"]) <= {1, 2}


def test_the_table_without_pandas(modules: Modules, monkeypatch: pytest.MonkeyPatch) -> None:
    user = modules(TEMPLATE)
    study = hypertemplate.tune(user.model, data=user.data, max_evals=1, verbose=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    (row,) = study.to_frame()
    assert (row["number"], row["state"], row["error"]) == (0, "COMPLETE", None)


def test_how_a_study_shows_itself(modules: Modules) -> None:
    user = modules(TEMPLATE)
    study = hypertemplate.tune(user.model, data=user.data, max_evals=2, verbose=False)
    assert repr(study).startswith(f"best of 2 trials: trial {study.best_trial.number}, loss")
    assert study._repr_html_().startswith("<")


def test_a_study_in_which_nothing_succeeded(modules: Modules) -> None:
    user = modules("def model():\n    {{uniform(0, 1)}}\n    raise ValueError('no')\n")
    with pytest.raises(NoTrialError) as caught:
        hypertemplate.tune(user.model, max_evals=2, verbose=False)
    reason = "no trial succeeded; trial 0 failed: ValueError: no ("
    assert str(caught.value).startswith(reason)
    study = caught.value.study
    assert isinstance(study, hypertemplate.Study)
    assert len(study.trials) == 2
    assert repr(study).startswith(f"<Study {study.name}: {reason}")
    with pytest.raises(NoTrialError) as missing:
        _ = study.best_params
    assert str(missing.value).startswith(reason)
    with pytest.raises(NoTrialError):
        study.resume(3)


def test_the_users_trials_are_filled(modules: Modules) -> None:
    user = modules(TEMPLATE)
    trials = Trials()
    hypertemplate.tune(
        user.model, data=user.data, max_evals=2, trials=trials, algo=tpe.suggest, verbose=False
    )
    assert len(trials.losses()) == 2


def test_flat_code_over_values_in_memory() -> None:
    text = "rate = {{uniform(0, 1)}}\nloss = rate * scale + len(frame)\n"
    frame = [1, 2]
    study = tune_text(
        text, name="In [7]", values={"scale": 10, "frame": frame}, max_evals=3, objective="loss"
    )
    assert study.best_loss == pytest.approx(study.best_params["rate"] * 10 + 2)


def test_all_of_flat_code_runs(capsys: pytest.CaptureFixture[str]) -> None:
    tune_text(
        "a = {{uniform(0, 1)}}\nprint('mine')\nloss = a\n",
        name="In [7]",
        values={},
        max_evals=2,
        objective="loss",
    )
    assert capsys.readouterr().out == "mine\n"


def test_flat_code_with_an_error_names_its_cell() -> None:
    with pytest.raises(CompileError) as caught:
        tune_text("x = {{uniform(1, 0)}}\n", name="In [7]", values={})
    assert str(caught.value).startswith("In [7], line 1, column 7: error HT104: uniform() needs low < high")


def test_a_slip_of_a_functions_name_is_spelled_as_python_has_it(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(TEMPLATE, encoding="utf-8")
    with pytest.raises(CompileError, match=r"help: did you mean data='data'\?"):
        hypertemplate.tune(str(tmp_path / "model.py"), data="dat", max_evals=1, verbose=False)


def test_a_notebooks_path(tmp_path: Path) -> None:
    cell: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": TEMPLATE,
    }
    path = tmp_path / "train.ipynb"
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    assert len(hypertemplate.tune(str(path), max_evals=1, verbose=False).trials) == 1


@pytest.mark.parametrize(
    ("more", "kind", "message"),
    [
        pytest.param(
            {"template": "model.py", "data": len},
            UsageError,
            "the template is a path, so data is a function's name: write data='len'",
            id="a path and a function",
        ),
        pytest.param(
            {"template": "model", "data": len},
            UsageError,
            "'model' is a text, so it is the path of a file, which does not exist; "
            "to search a function, write it without quotes: model",
            id="a function's name in quotes",
        ),
        pytest.param(
            {"template": len, "data": "data"},
            UsageError,
            "the template is a function, so data is one too: write data=data, without quotes",
            id="a function and a name",
        ),
        pytest.param(
            {"template": len, "model": "len"},
            UsageError,
            "the template is the model function itself: leave model='len' out",
            id="a function, and its name again",
        ),
        pytest.param({"template": "nowhere.py"}, ReadError, "nowhere.py: no such file", id="no such file"),
        pytest.param(
            {"template": "m.py", "workers": True},
            UsageError,
            'workers must be a whole number of at least 1 or "auto", got True',
            id="a truth as a number",
        ),
    ],
)
def test_what_cannot_be_tuned(more: dict[str, Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        hypertemplate.tune(**more)
    assert str(caught.value) == message


def test_our_frames_are_not_in_the_traceback(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text(dedent("def model():\n    return {{uniform(1, 0)}}\n"))
    with pytest.raises(CompileError) as caught:
        hypertemplate.tune(path)
    assert len(caught.traceback) == 2  # this test, and where it is raised again


def test_a_checkpoint_that_there_is_not(modules: Modules) -> None:
    user = modules("def model():\n    return {{uniform(0, 1)}}\n")
    with pytest.raises(UsageError, match=r"^checkpoint must be best or last, got 'first'$"):
        hypertemplate.tune(user.model, checkpoint="first", verbose=False)  # type: ignore[arg-type]
    assert len(hypertemplate.tune(user.model, checkpoint="last", max_evals=1, verbose=False).trials) == 1


def test_a_dict_without_a_loss_stops_the_search_and_says_how_to_search_by_what_it_has(
    modules: Modules,
) -> None:
    module = modules(
        """
        def model():
            return dict(val_accuracy={{uniform(0, 1)}}, model=None)
        """
    )
    with pytest.raises(NoTrialError) as caught:
        hypertemplate.tune(module.model, max_evals=9, verbose=False)
    assert "objective='val_accuracy:max'" in str(caught.value)
    stopped: Any = caught.value.study
    assert len(stopped.trials) == 1
    study = hypertemplate.tune(
        module.model, max_evals=3, verbose=False, objective="val_accuracy", maximize=True
    )
    assert study.best_trial.value == max(trial.params["val_accuracy"] for trial in study.trials)


@pytest.mark.long
def test_resuming_a_study_that_has_all_its_trials_loads_nothing(
    modules: Modules, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.py"
    path.write_text(
        "from pathlib import Path\n"
        "def data():\n    with Path(__file__).with_name('loads').open('a') as file:\n        file.write('x')\n"
        "    return 1\ndef model(x):\n    return {{uniform(0, 1)}} * x\n"
    )
    study = hypertemplate.tune(str(path), max_evals=2)
    loads = (tmp_path / "loads").read_text()
    capsys.readouterr()
    again = study.resume()
    assert len(again.trials) == 2
    assert (tmp_path / "loads").read_text() == loads
    assert capsys.readouterr().err == "note: the study has 2 trials already; study.resume(4) runs 2 more\n"
    assert len(study.resume(3).trials) == 3


def test_data_whose_imports_only_the_notebook_on_disk_has_are_used(modules: Modules, tmp_path: Path) -> None:
    save(tmp_path, notebook(code("import numpy as np\ndef half(x):\n    return x / 2")), "lib.ipynb")
    user = modules(
        "def size():\n    return half(4)\n\ndef data():\n    return np.ones(int(size()))\n\n"
        "def model(x):\n    return {{choice([1, 2])}} + x.sum()\n"
    )
    study = hypertemplate.tune(
        user.model, data=user.data, notebook_name=str(tmp_path / "lib"), max_evals=2, verbose=False
    )
    assert {trial.loss for trial in study.trials} <= {3.0, 4.0}


def test_a_trial_is_one_line(modules: Modules) -> None:
    user = modules("def model():\n    x = {{choice([1, 2])}}\n    return 0.5 if x == 1 else {}['a']\n")
    study = hypertemplate.tune(user.model, algo="grid", verbose=False)
    done, failed = sorted(study.trials, key=lambda trial: trial.params["x"])
    assert repr(done) == f"<trial {done.number}: complete, loss 0.5, {{'x': 1}}>"
    assert repr(failed).startswith(f"<trial {failed.number}: failed, KeyError: 'a'")


def test_trials_in_a_process_show_a_warning_once(modules: Modules) -> None:
    user = modules(
        "import warnings\n"
        "def model():\n"
        "    with warnings.catch_warnings():\n        pass\n"
        "    warnings.warn('old', FutureWarning, stacklevel=1)\n"
        "    return {{uniform(0, 1)}}\n"
    )
    with pytest.warns(FutureWarning, match="old") as shown:
        hypertemplate.tune(user.model, max_evals=3, verbose=False)
    assert len(shown) == 1
