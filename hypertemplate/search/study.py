"""Studies and trials as frozen data; everything about a study that can be derived is derived here."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Literal

from hypertemplate.compiler.markers.drawn_values import constant, decoded
from hypertemplate.compiler.markers.search_space import Dimension, Option, Params

Algorithm = Literal["tpe", "random", "anneal", "atpe", "grid"]

ALGORITHMS: tuple[Algorithm, ...] = ("tpe", "random", "anneal", "atpe", "grid")

Value = object
"""What people see of a parameter: a JSON value, or the source text of an option that has none."""


class TrialState(enum.Enum):
    """Where a trial is in its life; the words are Optuna's."""

    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    PRUNED = "PRUNED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Trial:
    """One evaluation of the objective.

    Attributes:
        number: from 0, in the order of proposal.
        state: where it is in its life.
        params: label to drawn value; a choice as the index of its option.
        loss: lower is better, also where the user maximises; None without one.
        metrics: name to number.
        curve: for each epoch of the last fit its metrics.
        started_at: UTC, ISO 8601.
        duration_s: seconds from the worker's start of the trial to its end, or None while it runs.
        worker: the number of the worker, from 0.
        error: why it failed or was stopped, in one line, or None.
        failure: the class of the reason, a `hypertemplate.runtime.protocol.FailureKind`, or None.
        traceback: of a trial that raised, else an empty string.
        unused: labels that have a value which the trial never read.
        frozen: labels whose values the user set; the others were drawn.
    """

    number: int
    state: TrialState
    params: Params
    loss: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    curve: tuple[dict[str, float], ...] = ()
    started_at: str = ""
    duration_s: float | None = None
    worker: int = 0
    error: str | None = None
    traceback: str = ""
    unused: tuple[str, ...] = ()
    failure: str | None = None
    frozen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """A search and its trials.

    Attributes:
        name: the template's stem.
        digest: the program's.
        seed: the study's.
        space: every dimension, the frozen ones included.
        maximize: whether the user's number is the negated loss.
        trials: in the order of their numbers.
        template: the template's name as the user wrote it, such as ``src/model.py``.
        algorithm: what proposes the points.
        max_evals: how many trials were asked for.
        frozen: the labels that the user set to one value, for the trials that are still to be proposed.
        versions: name to version of what the program has loaded.
        files: path to digest of the user's files that the program imported when the study was begun.
        objective: the metric or variable that the search goes by; None for what the model returns.
    """

    name: str
    digest: str
    seed: int
    space: tuple[Dimension, ...]
    maximize: bool = False
    trials: tuple[Trial, ...] = ()
    template: str = ""
    algorithm: Algorithm = "tpe"
    max_evals: int = 0
    frozen: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    objective: str | None = None

    @property
    def best(self) -> Trial | None:
        """The complete trial with the lowest loss, the earliest of equals; None if none is complete."""
        done = [t for t in self.trials if t.state is TrialState.COMPLETE and t.loss is not None]
        return min(done, key=lambda t: (t.loss, t.number), default=None)

    @property
    def best_loss(self) -> float | None:
        """The loss of the best trial, None without one."""
        return None if self.best is None else self.best.loss

    def score(self, loss: float) -> float:
        """The number that the user's code returned for this loss."""
        return -loss if self.maximize else loss

    def values(self, params: Params) -> dict[str, Value]:
        """The parameters as people see them: never an index, in the order of the space.

        A choice becomes its option: a JSON value where the option is a constant that JSON has, the value
        drawn where it consists of an inner distribution, else the option's source text.
        """
        return {
            label: people_value(drawn) if isinstance(drawn, Option) else drawn
            for label, drawn in decoded(self.space, params).items()
        }


def people_value(option: Option) -> Value:
    """The option's constant where JSON has it, else its source text."""
    value = constant(option)
    return value if is_json(value) else option.text


def is_json(value: object) -> bool:
    """Whether JSON has `value`, types included: no tuples, no sets, no NaN, only string keys."""
    match value:
        case None | bool() | int() | str():
            return True
        case float():
            return value - value == 0
        case list():
            return all(map(is_json, value))
        case dict():
            return all(isinstance(key, str) and is_json(item) for key, item in value.items())
        case _:
            return False
