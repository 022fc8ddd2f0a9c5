"""What the user asks of a search on the command line; kept with the study, so that it can go on."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypertemplate.errors import UsageError


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of ``run``, as they were given.

    Attributes:
        template: the path.
        max_evals: how many trials in all.
        algo: what proposes values.
        seed: the study's.
        study: the study's folder.
        model: the name of the model function.
        data: the name of the data function.
        maximize: whether more is better.
        objective: what the search goes by.
        settings: ``LABEL=VALUE`` of parameters with one value.
        points: JSON objects of points to try first.
        workers: a number, or ``auto``.
        keep_models: how many of the best models are kept.
        trial_timeout: how long a trial may run.
        timeout: after how long no trial is started.
        stop_at: a loss that is good enough.
        patience: how many trials may find nothing better.
        max_failures: how many trials may fail in a row.
        memory_growth: how many bytes a worker's memory may grow.
    """

    template: str
    max_evals: int | None = None
    algo: str | None = None
    seed: int | None = None
    study: str | None = None
    model: str | None = None
    data: str | None = None
    maximize: bool = False
    objective: str | None = None
    settings: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    workers: str = "1"
    keep_models: int = 1
    trial_timeout: str | None = None
    timeout: str | None = None
    stop_at: float | None = None
    patience: int | None = None
    max_failures: int | None = None
    memory_growth: int | None = None

    def as_options(self) -> dict[str, Any]:
        """JSON values."""
        options: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        return options


def asked_before(options: Mapping[str, object], folder: str) -> Asked:
    """What `Asked.as_options` gave.

    Raises:
        UsageError: it is not there.
    """
    names = {field.name for field in dataclasses.fields(Asked)}
    known: dict[str, Any] = {name: value for name, value in options.items() if name in names}
    if "template" not in known:
        raise UsageError(f"{folder}: this study does not say how it was run")
    for name in ("settings", "points"):
        known[name] = tuple(known.get(name, ()))
    return Asked(**known)
