"""A study with what is hard to export: conditional and unbounded values, failures, numbers that are not finite."""

from __future__ import annotations

import math
import random
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.origin import Origin
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState
from tests.search.spaces import chosen, numeric

WHEN = "2026-01-02T03:04:05.000+00:00"

HOSTILE = "</script>\"'\n/ \u202eabc %s"
"""A label as a stranger may write it."""

SPACE = (
    numeric("rate", "loguniform", low=math.log(1e-4), high=math.log(0.1)),
    numeric(HOSTILE, "quniform", low=0, high=1, q=0.1),
    chosen("block", "'none'", "drop(uniform(0, 1))", literal=False),
    Dimension("block.1", "uniform", {"low": 0, "high": 1}, parent=("block", 1)),
    numeric("shift", "normal", mu=0, sigma=2),
    numeric("units", "uniformint", integral=True, low=8, high=64),
    chosen("same", "1", "True", "1.0"),
)


def stored(folder: Path, kept: Kept) -> str:
    """Write a study to a folder, as a search does; return its name."""
    with closing(SqliteStorage(folder)) as storage:
        storage.create(replace(kept.study, trials=()))
        for trial in kept.study.trials:
            storage.add(trial)
        for trial in kept.running:
            storage.propose(trial, "")
    return str(folder)


def curve(*losses: float) -> tuple[Curve, ...]:
    reports = (Report(i, i, {"val_loss": loss, "acc": 0.5}, 1.0 + i) for i, loss in enumerate(losses))
    return (Curve(0, len(losses), tuple(reports)),)


TRIALS = (
    Trial(
        0,
        TrialState.COMPLETE,
        {"rate": 0.01, HOSTILE: 3 * 0.1, "block": 1, "block.1": 0.25, "shift": -1.5, "units": 32, "same": 1},
        0.5,
        {"val_loss": 0.5, "acc": math.nan, 'top/5 "x"': 0.75},
        curve(0.9, math.inf, 0.5),
        WHEN,
        12.5,
        origin=Origin("val_loss", "fit", 3, 3),
    ),
    Trial(
        1,
        TrialState.COMPLETE,
        {"rate": 0.1, HOSTILE: 1.0, "block": 0, "shift": 4.0, "units": 100, "same": 2},
        0.25,
        {"val_loss": 0.25},
        curve(0.5, 0.25),
        WHEN,
        8.0,
        unused=("shift",),
        frozen=("units",),
        origin=Origin("val_loss", "fit", 2, 2),
    ),
    Trial(
        2,
        TrialState.PRUNED,
        {"rate": 0.02, HOSTILE: 0.0, "block": 0, "shift": 0.5, "units": 8, "same": 0},
        None,
        {},
        curve(2.5),
        WHEN,
        1.0,
        1,
        "stopped after epoch 1",
        origin=Origin("val_loss", "fit", 1, 3),
    ),
    Trial(
        3,
        TrialState.FAILED,
        {"rate": 0.02, HOSTILE: 0.2, "block": 0, "shift": 0.5, "units": 9, "same": 0},
        None,
        started_at=WHEN,
        duration_s=0.5,
        error="ValueError: <b>no</b>\nmore",
        failure="raised",
        unused=("shift", "units"),
    ),
)

STUDY = Study(
    "model",
    "d1",
    1337,
    SPACE,
    template="src/model.py",
    max_evals=20,
    trials=TRIALS,
    versions={"keras": "3"},
    objective="val_loss",
)

KEPT = Kept(STUDY, (Trial(5, TrialState.RUNNING, {"rate": 0.01}, started_at=WHEN),))

NOTHING = Kept(replace(STUDY, trials=()))
"""The same before any trial."""

ONLY_FAILURES = Kept(replace(STUDY, trials=TRIALS[3:]))


def searched(count: int, *, matters: str = "rate") -> Study:
    """A study of random points, whose loss one parameter decides."""
    draw = random.Random(1)
    trials = []
    for number in range(count):
        block = draw.randrange(2)
        params = {
            "rate": math.exp(draw.uniform(math.log(1e-4), math.log(0.1))),
            HOSTILE: draw.randrange(11) * 0.1,
            "block": block,
            **({"block.1": draw.random()} if block else {}),
            "shift": draw.gauss(0, 2),
            "units": 16,
            "same": draw.randrange(3),
        }
        by = {
            "rate": abs(math.log(params["rate"]) + 5),
            "block.1": params.get("block.1", 0.5),
            "nothing": 1.0,
        }
        trials.append(Trial(number, TrialState.COMPLETE, params, by[matters], {"acc": 0.5}, (), WHEN, 1.0))
    return replace(STUDY, trials=tuple(trials), objective=None)
