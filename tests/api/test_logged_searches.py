"""Searches of the user's own code whose trials TensorBoard shows while they run."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hyperopt import Trials, rand

import hypertemplate
from hypertemplate import optim
from hypertemplate.errors import UsageError
from tests.api.support import Modules

pytest.importorskip("tensorboard")

TEMPLATE = """
    import hypertemplate

    def model():
        rate = {{uniform(0, 1)}}
        for step in range(3):
            hypertemplate.report(loss=rate / (step + 1))
        return rate
"""


def runs(folder: Path) -> list[str]:
    """Return the names of the runs in a folder of TensorBoard that are not empty."""
    return sorted({path.parent.name for path in folder.glob("*/events.*") if path.stat().st_size})


Curve = Callable[[Path], list[tuple[int, float]]]


@pytest.fixture
def curve(monkeypatch: pytest.MonkeyPatch) -> Curve:
    """Read the curve of a run with TensorBoard's own reader, without TensorFlow, which takes seconds."""
    monkeypatch.setitem(sys.modules, "tensorboard.compat.notf", types.ModuleType("notf"))
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    def read(folder: Path) -> list[tuple[int, float]]:
        events = EventAccumulator(str(folder)).Reload()
        return [(event.step, event.value) for event in events.Scalars("loss")]

    return read


def test_a_search_writes_its_trials_and_those_of_its_resumption(
    modules: Modules, tmp_path: Path, curve: Curve
) -> None:
    logs = tmp_path / "logs"
    log_to = f"tensorboard:{logs}"
    study = hypertemplate.tune(modules(TEMPLATE).model, max_evals=2, verbose=False, log_to=log_to)
    assert runs(logs) == ["trial-00000", "trial-00001"]
    loss = study.trials[0].loss
    assert loss is not None
    assert dict(curve(logs / "trial-00000")) == pytest.approx({n: loss / (n + 1) for n in range(3)})
    study.resume(3)
    assert runs(logs) == ["trial-00000", "trial-00001", "trial-00002"]


def test_the_calls_of_hyperas_write_their_trials_too(modules: Modules, tmp_path: Path) -> None:
    log_to = f"tensorboard:{tmp_path / 'logs'}"
    model: Any = modules(TEMPLATE).model
    optim.minimize(model, None, rand.suggest, 1, Trials(), verbose=False, log_to=log_to)
    assert runs(tmp_path / "logs") == ["trial-00000"]


def test_runs_that_only_confirm_a_trial_are_not_logged(modules: Modules, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    template = TEMPLATE.replace("return rate", "return rate * random.random()").replace(
        "import hypertemplate", "import random, hypertemplate"
    )
    log_to = f"tensorboard:{logs}"
    study = hypertemplate.tune(modules(template).model, max_evals=1, verbose=False, log_to=log_to)
    written = [path.read_bytes() for path in sorted(logs.rglob("events.*"))]
    study.confirm(top=1, repeats=2)
    assert [path.read_bytes() for path in sorted(logs.rglob("events.*"))] == written


@pytest.mark.parametrize(
    ("log_to", "message"),
    [
        pytest.param("logs", "log_to logs: write tensorboard:DIR, such as tensorboard:logs", id="no tool"),
        pytest.param("tensorboard:", "log_to tensorboard:: write tensorboard:DIR", id="no folder"),
        pytest.param(3, "log_to 3: write tensorboard:DIR", id="a number"),
    ],
)
def test_a_log_that_cannot_be_is_told_before_the_search(modules: Modules, log_to: Any, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        hypertemplate.tune(modules(TEMPLATE).model, max_evals=1, log_to=log_to)
    assert str(raised.value).startswith(message)


def test_a_log_under_a_file_is_told_before_the_search(modules: Modules, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file/logs cannot be written: Not a directory"):
        hypertemplate.tune(modules(TEMPLATE).model, max_evals=1, log_to=f"tensorboard:{tmp_path}/file/logs")
