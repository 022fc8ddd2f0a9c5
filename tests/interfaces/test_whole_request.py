"""What one interface can ask of a session every other can: fixed values, points, limits, a folder, documents."""

from __future__ import annotations

import contextlib
import itertools
import sys
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hyperopt import Trials
from hyperopt.fmin import generate_trials_to_calculate

import hypertemplate
from hypertemplate import optim
from hypertemplate.api.options import as_argument
from hypertemplate.api.prepared import from_functions, from_path, from_text
from hypertemplate.api.python_interface import PreparedSource, PythonInterface
from hypertemplate.errors import NoModelError, UsageError, as_option
from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.service.session import Session
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.study import Study, TrialState
from hypertemplate.search.user_interface import Opening
from tests.api.support import Modules, modules
from tests.search.fakes import Recorder

pytestmark = pytest.mark.long

__all__ = ["modules"]

BODY = """
if {{choice([False, True], name='fails')}}:
    raise ValueError('no')
x = {{quniform(0, 1, 0.25)}}
loss = (x - 0.3) ** 2
"""

MODEL = "".join(f"    {line}\n" for line in BODY.strip().splitlines())

FUNCTION = f"""
class Net:
    def __init__(self, x):
        self.x = x

def model():
{MODEL}    return {{'loss': loss, 'model': Net(x)}}
"""


class Quiet:
    """An interface that keeps what it is told."""

    resume_hint = "again"

    def __init__(self) -> None:
        self.observer = Recorder()
        self.openings: list[Opening] = []
        self.idle: tuple[str, ...] = ()

    def spell(self, parameter: str) -> str:
        return parameter

    @contextlib.contextmanager
    def show(self, opening: Opening) -> Iterator[SearchObserver]:
        self.openings.append(opening)
        yield self.observer

    def resumed(
        self, folder: str, trials: int, max_evals: int, left_out: int, *, is_changed: bool = False
    ) -> str:
        return f"resuming {folder} after {trials} trials"

    def show_idle(self, notes: tuple[str, ...], edits: tuple[str, ...] = ()) -> None:
        self.idle = (*edits, *notes)

    @property
    def notes(self) -> list[str]:
        return [line.removeprefix("note ") for line in self.observer.lines if line.startswith("note ")]


Make = Callable[[SearchRequest], Session]


@pytest.fixture(
    params=["a file", "a file, in a folder", "functions", "functions, in a folder", "workers", "flat"]
)
def make(request: pytest.FixtureRequest, tmp_path: Path, modules: Modules) -> Make:
    """A session for each kind of template, place of trials and place of the study."""
    kind = request.param

    def session(asked: SearchRequest) -> Session:
        folder = tmp_path / "kept.study" if kind.endswith("folder") else None
        if kind.startswith("a file"):
            path = tmp_path / "model.py"
            path.write_text(FUNCTION)
            return Session(replace(asked, folder=folder), PreparedSource(from_path(path, None, None)))
        if kind == "flat":
            source = PreparedSource(from_text(BODY, "In [1]", {}))
            return Session(replace(asked, in_process=True, objective="loss"), source)
        prepared = PreparedSource(from_functions(modules(FUNCTION).model))
        if kind == "workers":
            return Session(replace(asked, workers=1), prepared)
        return Session(replace(asked, in_process=True, folder=folder), prepared)

    return session


def params(study: Study) -> list[dict[str, float]]:
    return [dict(trial.params) for trial in study.trials]


def losses(study: Study) -> list[float | None]:
    return [trial.loss for trial in study.trials]


WELL = SearchRequest(max_evals=4, algorithm="grid", fixed=("fails=false",))


def test_fixed_values_and_points(make: Make) -> None:
    interface = Quiet()
    study = make(replace(WELL, points=('{"x": 0.75}',))).run(interface)
    assert params(study) == [{"fails": 0, "x": x} for x in (0.75, 0.0, 0.25, 0.5)]
    assert [trial.frozen for trial in study.trials] == [("fails",)] * 4
    assert interface.notes == ["grid: 5 points in all, 5 to run; max_evals has room for 4"]


@pytest.mark.parametrize(
    ("asked", "states", "said"),
    [
        pytest.param(
            replace(WELL, stop_at=0.01),
            "CC",
            "stopped: loss 0.0025 has reached stop_at=0.01",
            id="good enough",
        ),
        pytest.param(
            replace(WELL, patience=2),
            "CCCC",
            "stopped: the last 2 trials found no better loss",
            id="patience",
        ),
        pytest.param(
            replace(WELL, fixed=("fails=true",), max_failures=2), "FF", "stopped 2", id="failures in a row"
        ),
        pytest.param(
            replace(WELL, timeout_s=1e-9), "", "stopped: the timeout of 1e-09s was reached", id="no time"
        ),
    ],
)
def test_limits(make: Make, asked: SearchRequest, states: str, said: str) -> None:
    interface = Quiet()
    study = make(replace(asked, max_evals=5)).run(interface)
    assert "".join(trial.state.value[0] for trial in study.trials) == states
    assert any(line.removeprefix("note ") == said for line in interface.observer.lines), (
        interface.observer.lines
    )


def test_a_session_is_resumed(make: Make) -> None:
    session = make(replace(WELL, max_evals=2))
    interface = Quiet()
    assert len(session.run(interface).trials) == 2
    study = session.run(interface, 5)
    assert params(study) == [{"fails": 0, "x": x} for x in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert losses(session.run(interface, 5)) == losses(study)


def test_models(make: Make) -> None:
    session = make(replace(WELL, keep_models=2))
    study = session.run(Quiet())
    kept = [trial.number for trial, _ in session.models.kept]
    if study.objective == "loss":  # a script without a fit has no model
        assert kept == []
        with pytest.raises(NoModelError, match=r"^trial 1 has no model: its code ran no Keras fit"):
            session.model(1)
        return
    assert kept == [1, 2]
    assert [session.model(number).x for number in kept] == [0.25, 0.5]
    not_kept = (
        "the model of trial 0 was not kept: only the best 2 are; to keep more, search with --keep-models N"
    )
    with pytest.raises(NoModelError, match=f"^{not_kept}$"):
        session.model(0)
    with pytest.raises(NoModelError, match=r"^there is no trial 99$"):
        session.model(99)


@pytest.mark.parametrize("in_folder", [False, True], ids=["in memory", "in a folder"])
def test_models_that_are_no_longer_the_best_are_let_go(
    in_folder: bool, tmp_path: Path, modules: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[weakref.ref[object]] = []
    alive: list[int] = []

    def note(net: object) -> float:
        made.append(weakref.ref(net))
        alive.append(sum(one() is not None for one in made))
        return -float(len(made))

    monkeypatch.setattr(sys, "note", note, raising=False)
    text = """
        import sys
        class Net:
            pass
        def model():
            x = {{uniform(0, 1)}}
            net = Net()
            return {'loss': sys.note(net), 'model': net}
    """
    asked = SearchRequest(max_evals=6, algorithm="random", in_process=True, keep_models=2)
    asked = replace(asked, folder=tmp_path / "m.study" if in_folder else None)
    session = Session(asked, PreparedSource(from_functions(modules(text).model)))
    session.run(Quiet())
    assert alive == [1, 2, 3, 3, 3, 3]
    assert session.model(5) is made[5]()


def test_the_trials_of_functions_are_kept_in_a_folder(tmp_path: Path, modules: Modules) -> None:
    folder = tmp_path / "own.study"
    asked = replace(WELL, in_process=True, folder=folder)
    source = PreparedSource(from_functions(modules(FUNCTION).model))
    found = Session(asked, source).run(Quiet())
    assert read_study(folder).study == found
    loaded = hypertemplate.load_study(folder)
    assert loaded.best_params == {"fails": False, "x": 0.25}
    assert (folder / "best.pickle").exists()
    again, interface = Session(replace(asked, max_evals=5, fixed=()), source), Quiet()
    assert params(again.run(interface))[4:] == [{"fails": 0, "x": 1.0}]
    (opening,) = interface.openings
    assert opening.history[0] == f"resuming {folder} after 4 trials"
    assert (
        opening.history[-1]
        == "options kept from the last run: fixed fails=false; fixed fails= would search it again"
    )
    done = Quiet()
    Session(replace(asked, max_evals=5), source).run(done)
    assert (
        done.idle[-1]
        == "the study has 5 trials already; max_evals 6 or a larger number resumes it, fresh starts a new study"
    )


def test_a_failed_trial_is_run_again(tmp_path: Path, modules: Modules) -> None:
    switch = tmp_path / "works"
    text = f"""
        from pathlib import Path
        def model():
            x = {{{{uniform(0, 1)}}}}
            if not Path({str(switch)!r}).exists():
                raise ValueError('not yet')
            return x
    """
    asked = SearchRequest(max_evals=1, algorithm="random", in_process=True, folder=tmp_path / "s.study")
    source = PreparedSource(from_functions(modules(text).model))
    (failed,) = Session(asked, source).run(Quiet()).trials
    switch.touch()
    (done,) = Session(replace(asked, retry=(0,)), source).run(Quiet()).trials
    assert (failed.state, done.state) == (TrialState.FAILED, TrialState.COMPLETE)
    assert done.params == failed.params
    with pytest.raises(UsageError, match="trial 0 is complete; only failed trials can be retried"):
        Session(replace(asked, retry=(0,)), source).run(Quiet())


def test_documents_with_trials_are_for_a_study_in_memory(tmp_path: Path, modules: Modules) -> None:
    source = PreparedSource(from_functions(modules(FUNCTION).model))
    with pytest.raises(UsageError) as caught:
        Session(
            replace(WELL, folder=tmp_path / "s.study"), source, generate_trials_to_calculate([{"x": 0.5}])
        )
    assert caught.value.parameter == "folder"
    assert str(caught.value) == (
        "trials has 1 trial, but those of a study come from its folder: pass trials=Trials() with --study"
    )


def grid(modules: Modules, trials: Any, max_evals: int) -> list[float]:
    study = hypertemplate.tune(
        modules(FUNCTION.replace("[False, True]", "[False]")).model,
        algo="grid",
        max_evals=max_evals,
        trials=trials,
        verbose=False,
    )
    return [trial.params["x"] for trial in study.trials]


def test_a_grid_fills_and_continues_the_users_trials(modules: Modules) -> None:
    trials = Trials()
    assert grid(modules, trials, 2) == [0.0, 0.25]
    assert [document["misc"]["vals"]["x"] for document in trials.trials] == [[0.0], [0.25]]
    assert trials.losses() == pytest.approx([0.09, 0.0025])
    assert grid(modules, trials, 9) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert [document["tid"] for document in trials.trials] == [0, 1, 2, 3, 4]


def test_points_that_wait_in_the_users_trials_run_first_and_once(modules: Modules) -> None:
    trials = generate_trials_to_calculate([{"fails": 0, "x": 0.5}])
    assert grid(modules, trials, 9) == [0.5, 0.0, 0.25, 0.75, 1.0]


def test_a_point_that_waits_in_the_documents_is_not_run_twice(modules: Modules) -> None:
    trials = generate_trials_to_calculate([{"fails": 0, "x": 0.5}])
    source = PreparedSource(from_functions(modules(FUNCTION).model))
    asked = SearchRequest(
        max_evals=3, algorithm="random", in_process=True, points=('{"x": 0.75}', '{"x": 0.5}')
    )
    study = Session(asked, source, trials).run(Quiet())
    assert [trial.params["x"] for trial in study.trials][:2] == [0.75, 0.5]
    assert len(trials.trials) == len(study.trials) == 4, "what waits runs beside max_evals, as in fmin"
    assert sorted(document["tid"] for document in trials.trials) == [0, 1, 2, 3]


def test_a_grid_that_was_interrupted_is_resumed_without_a_gap(
    modules: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "ran", itertools.count(1).__next__, raising=False)
    text = """
        import sys
        def model():
            x = {{quniform(0, 1, 0.25)}}
            if sys.ran() == 3:
                raise KeyboardInterrupt
            return x
    """
    trials = Trials()
    model = modules(text).model
    study = hypertemplate.tune(model, algo="grid", max_evals=9, trials=trials, verbose=False)
    assert [trial.params["x"] for trial in study.trials] == [0.0, 0.25]
    study = study.resume()
    assert [trial.params["x"] for trial in study.trials] == [0.0, 0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"trial_timeout_s": 1.0}, "{trial_timeout} is for trials in worker processes", id="a time"),
        pytest.param({"memory_growth_bytes": 1}, "{memory_growth} is for trials in worker processes", id="memory"),
        pytest.param({"stop_at": float("nan")}, "{stop_at} must be a number, got nan", id="no number"),
        pytest.param({"patience": 0}, "{patience} must be a whole number of at least 1, got 0", id="no patience"),
        pytest.param({"seed": -1}, "{seed} must be a whole number of at least 0, got -1", id="a seed"),
        pytest.param({"jit": 1}, "{jit} must be True or False, got 1", id="a number for a truth"),
    ],
)  # fmt: skip
def test_errors_name_the_parameter(given: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        SearchRequest(in_process=True, **given)
    assert caught.value.text.startswith(message)
    assert caught.value.parameter == message[1:].partition("}")[0]
    assert str(caught.value).startswith(as_option(caught.value.parameter))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"per_gpu": 2000, "workers": 1}, "per_gpu 2000: no machine", id="of the machine"),
        pytest.param({"seed": -1}, "seed must be", id="a seed"),
        pytest.param({"max_evals": 0}, "max_evals must be", id="trials"),
        pytest.param({"algo": "bohb"}, "algo must be", id="an algorithm"),
    ],
)
def test_python_is_told_in_its_own_words(modules: Modules, given: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        hypertemplate.tune(modules(FUNCTION).model, verbose=False, **given)
    assert str(caught.value).startswith(said)
    assert "--" not in str(caught.value)


def test_hyperas_users_are_told_in_theirs(modules: Modules) -> None:
    model = modules(FUNCTION).model
    for call, said in (
        (
            lambda: optim.minimize(model, None, "random", 1, Trials(), rseed=-1),
            "rseed must be a whole number",
        ),
        (
            lambda: optim.best_models(0, model, None, "random", 1, Trials()),
            "nb_models must be a whole number",
        ),
    ):
        with pytest.raises(UsageError) as caught:
            call()
        assert str(caught.value).startswith(said)


def test_the_machine_is_not_told_to_the_process_that_is_it(modules: Modules) -> None:
    interface = Quiet()
    study = Session(
        replace(WELL, in_process=True), PreparedSource(from_functions(modules(FUNCTION).model))
    ).run(interface)
    assert len(study.trials) == 4
    (opening,) = interface.openings
    assert (opening.headline, opening.workers()) == ("", 1)


def test_the_names_of_the_functions_are_those_of_the_study(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "model.py"
    path.write_text(FUNCTION.replace("def model()", "def build()"))
    asked = replace(WELL, max_evals=1, in_process=True, folder=tmp_path / "s.study")
    Session(asked, PreparedSource(from_path(path, "build", None))).run(Quiet())
    again = replace(asked, max_evals=2)
    study = Session(again, PreparedSource(from_path(path, None, None))).run(Quiet())
    assert len(study.trials) == 2
    interface = PythonInterface(as_argument, "again", verbose=True, in_process=True)
    Session(again, PreparedSource(from_path(path, None, None))).run(interface)
    assert capfd.readouterr().err.splitlines() == [
        "note: options kept from the last run: model build",
        "note: the study has 2 trials already; max_evals 3 or a larger number resumes it, fresh=True starts a new "
        "study",
    ]
