"""Studies as a search leaves them, made in memory: with conditional parameters, curves, failures, hostile text."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.origin import Origin
from hypertemplate.search.generations.generation import Generation
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Curve, Report, Study, Trial, TrialState
from tests.search.spaces import chosen, numeric

TEXT = """\
from keras import Sequential
from keras.layers import Dense, Dropout
from keras.optimizers import SGD, Adam
from loading import digits


def data():
    x_train, y_train, x_val, y_val = digits()
    return x_train, y_train, x_val, y_val


def model(x_train, y_train, x_val, y_val):
    network = Sequential()
    network.add(Dense({{quniform(32, 256, 32)}}, activation={{choice(["relu", "elu", "gelu"])}}))
    network.add(Dropout({{uniform(0, 0.5)}}))
    optimizer = {{choice([Adam(loguniform(-9, -2)), SGD(loguniform(-6, 0), momentum=uniform(0, 1))])}}
    network.compile(optimizer, "sparse_categorical_crossentropy")
    return network.fit(x_train, y_train, validation_data=(x_val, y_val), epochs=20)
"""

SPACE = (
    numeric("Dense", "quniform", integral=True, low=32, high=256, q=32),
    chosen("activation", "'relu'", "'elu'", "'gelu'"),
    numeric("Dropout", "uniform", low=0, high=0.5),
    chosen(
        "optimizer",
        "Adam(loguniform(-9, -2))",
        "SGD(loguniform(-6, 0), momentum=uniform(0, 1))",
        literal=False,
    ),
    Dimension("optimizer.learning_rate", "loguniform", {"low": -9, "high": -2}, parent=("optimizer", 0)),
    Dimension("optimizer.learning_rate_1", "loguniform", {"low": -6, "high": 0}, parent=("optimizer", 1)),
    Dimension("optimizer.momentum", "uniform", {"low": 0, "high": 1}, parent=("optimizer", 1)),
)
"""Space of `TEXT`."""

PLAN = Study(
    "digits",
    "d1",
    1337,
    SPACE,
    template="digits.py",
    max_evals=30,
    versions={"keras": "3.15.1", "backend": "jax", "jax": "0.6.2"},
    objective="val_loss",
)
SOURCE = Source((Part("file", "digits.py", TEXT),), path="/home/ada/digits.py")
CODE = Generation(0, "d1", SPACE, SOURCE)


def kept(study: Study, *running: Trial, source: Source | None = SOURCE, **options: object) -> Kept:
    """Return the record of a study."""
    code = replace(CODE, space=study.space, source=source)
    return Kept(study, running, generations=(code,), options={"model": None, "data": None, **options})


def digits(count: int, seed: int = 1, epochs: int = 20) -> Study:
    """Return a study of so many trials of `TEXT`: most complete, some pruned, a few failed."""
    random_ = random.Random(seed)
    return replace(
        PLAN, max_evals=count, trials=tuple(_trial(number, random_, epochs) for number in range(count))
    )


def _trial(number: int, random_: random.Random, epochs: int) -> Trial:
    params = _params(random_)
    rate = params.get("optimizer.learning_rate", params.get("optimizer.learning_rate_1", 0.0))
    far = (
        abs(math.log10(rate) + 2.5) / 3
        + abs(params["Dropout"] - 0.2)
        + 0.2 * params["activation"]
        + 40 / params["Dense"]
    )
    end = TrialState.COMPLETE
    if number and random_.random() < 0.25:
        end = TrialState.PRUNED
    elif number and random_.random() < 0.08:
        end = TrialState.FAILED
    ran = epochs if end is TrialState.COMPLETE else random_.randrange(2, max(3, epochs // 2))
    values = [
        0.15 + 0.3 * far + 2.0 * math.exp(-(step + 1) / 4) + random_.gauss(0, 0.01) for step in range(ran)
    ]
    reports = tuple(
        Report(step, step, {"loss": value * 0.9, "val_loss": value}, 0.5 * (step + 1))
        for step, value in enumerate(values)
    )
    trial = Trial(
        number,
        end,
        params,
        curves=(Curve(0, epochs, reports),),
        started_at=f"2026-11-30T{20 + number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}.000+00:00",
        duration_s=0.5 * ran,
        worker=number % 2,
    )
    if end is TrialState.FAILED:
        return replace(
            trial,
            error=f"ValueError: shapes ({number}, 64) and (32,) do not match (digits.py:10)",
            failure="raised",
            traceback='Traceback:\n  File "digits.py", line 10\nValueError: shapes do not match',
            unused=("Dropout",),
        )
    if end is TrialState.PRUNED:
        return replace(trial, error=f"val_loss {values[-1]:.3g} is above the median after epoch {ran}")
    best = min(range(ran), key=values.__getitem__)
    origin = Origin("val_loss", "fit", best + 1, epochs)
    unused = ("Dropout",) if number % 11 == 5 else ()
    return replace(trial, loss=values[best], metrics={"val_loss": values[best]}, origin=origin, unused=unused)


def _params(random_: random.Random) -> dict[str, float]:
    params: dict[str, float] = {
        "Dense": random_.randrange(32, 257, 32),
        "activation": random_.randrange(3),
        "Dropout": random_.uniform(0, 0.5),
        "optimizer": random_.randrange(2),
    }
    if params["optimizer"] == 0:
        params["optimizer.learning_rate"] = math.exp(random_.uniform(-9, -2))
    else:
        params["optimizer.learning_rate_1"] = math.exp(random_.uniform(-6, 0))
        params["optimizer.momentum"] = random_.uniform(0, 1)
    return params
