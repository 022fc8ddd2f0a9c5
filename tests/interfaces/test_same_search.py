"""The interfaces of the one search service: the same request gives the same trials, whoever asks."""

from __future__ import annotations

import importlib.util
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

import pytest
from hyperopt import Trials
from IPython.core.interactiveshell import InteractiveShell

import hypertemplate
from hypertemplate import optim
from hypertemplate.cli import main
from hypertemplate.search.storage.sqlite.reader import read_study
from tests.api.support import Modules, modules
from tests.shells import run, started

__all__ = ["modules"]

Point = tuple[dict[str, float], float | None]

BODY = """
x = {{quniform(0, 1, 0.25)}}
n = {{choice([1, 2, 3])}}
k = {{choice([choice([10, 20]), 3])}}
loss = (x - 0.3) ** 2 * n + k
score = x - k
"""

NUMBERS = """
x = {{uniform(0, 1)}}
n = {{pchoice([(0.3, normal(0, 1)), (0.7, 2)])}}
if x > 0.9:
    raise ValueError('too wide')
loss = (x - 0.3) ** 2 * n
score = x
"""


def in_function(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return f"def model():\n{lines}    return {{'loss': loss, 'score': score}}\n"


class Asked(NamedTuple):
    """A request, in the words that all interfaces share."""

    body: str
    max_evals: int
    algo: str
    seed: int = 1337
    objective: str | None = None
    maximize: bool = False
    rerun_equal: bool = True

    @property
    def options(self) -> list[str]:
        words = ["--max-evals", str(self.max_evals), "--algo", self.algo, "--seed", str(self.seed)]
        words += ["--objective", self.objective] if self.objective else []
        words += ["--maximize"] if self.maximize else []
        return words + (["--rerun-equal"] if self.rerun_equal else [])

    @property
    def arguments(self) -> dict[str, Any]:
        return {key: value for key, value in self._asdict().items() if key != "body"}


UserInterface = Callable[[Asked], list[Point]]


def points(study: Any) -> list[Point]:
    """What was drawn, as hyperopt has it: user code sees values."""
    record = study._record if isinstance(study, hypertemplate.Study) else study
    return [(dict(trial.params), trial.loss) for trial in record.trials]


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[InteractiveShell]:
    with started(tmp_path) as running:
        assert run(running, "%load_ext hypertemplate").success
        yield running


@pytest.fixture
def interfaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, modules: Modules, shell: InteractiveShell
) -> dict[str, UserInterface]:
    """Each way to ask for a search."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "model.py"

    def command_line(asked: Asked) -> list[Point]:
        path.write_text(in_function(asked.body))
        main(["run", "model.py", "--fresh", *asked.options])
        return points(read_study(tmp_path / "model.study").study)

    def tune_of_a_path(asked: Asked) -> list[Point]:
        path.write_text(in_function(asked.body))
        return points(hypertemplate.tune(path, verbose=False, **asked.arguments))

    def tune_in_this_process(asked: Asked) -> list[Point]:
        model = modules(in_function(asked.body)).model
        return points(hypertemplate.tune(model, verbose=False, **asked.arguments))

    def minimize(asked: Asked) -> list[Point]:
        trials = Trials()
        arguments = {**asked.arguments, "rseed": asked.seed}
        del arguments["seed"]
        model = modules(in_function(asked.body)).model
        optim.minimize(model, None, trials=trials, verbose=False, **arguments)
        drawn = [document["misc"]["vals"].items() for document in trials.trials]
        params = [{label: values[0] for label, values in one if values} for one in drawn]
        return list(zip(params, trials.losses(), strict=True))

    def cell_magic(asked: Asked) -> list[Point]:
        words = asked.options if asked.objective else [*asked.options, "--objective", "loss"]
        assert run(shell, f"%%tune {shlex.join(words)}\n{dedent(asked.body)}").success
        return points(shell.user_ns["study"])

    return {
        "command line": command_line,
        "tune of a path": tune_of_a_path,
        "tune in this process": tune_in_this_process,
        "minimize": minimize,
        "cell magic": cell_magic,
    }


no_atpe = pytest.mark.skipif(
    None in map(importlib.util.find_spec, ("lightgbm", "sklearn")), reason="atpe is not installed"
)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(Asked(NUMBERS, 25, "tpe"), id="tpe, beyond its random start"),
        pytest.param(Asked(BODY, 6, "random", seed=7), id="random, another seed"),
        pytest.param(Asked(NUMBERS, 6, "anneal"), id="anneal"),
        pytest.param(Asked(NUMBERS, 12, "bayes"), id="bayes, beyond its start"),
        pytest.param(Asked(BODY, 50, "grid"), id="a grid to its end"),
        pytest.param(Asked(BODY, 5, "grid"), id="the first points of a grid"),
        pytest.param(Asked(BODY, 6, "random", objective="score:max"), id="an objective with a direction"),
        pytest.param(
            Asked(BODY, 6, "random", objective="score", maximize=True), id="an objective, maximised"
        ),
        pytest.param(Asked(BODY, 6, "random", seed=7, rerun_equal=False), id="an equal trial is answered"),
        pytest.param(Asked(BODY, 3, "atpe"), id="atpe", marks=no_atpe),
    ],
)
def test_the_same_request_gives_the_same_trials(interfaces: dict[str, UserInterface], asked: Asked) -> None:
    found = {name: interface(asked) for name, interface in interfaces.items()}
    expected = found["command line"]
    count = min(asked.max_evals, 45 if asked.algo == "grid" else asked.max_evals)
    assert len(expected) == (count if asked.rerun_equal else 7)
    for name, trials in found.items():
        assert [params for params, _ in trials] == [params for params, _ in expected], name
        losses = [loss for _, loss in trials]
        assert losses == pytest.approx([loss for _, loss in expected]), name
