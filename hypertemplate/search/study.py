"""Studies and trials as frozen data, and everything that can be derived from a study."""

from __future__ import annotations

import enum
import math
import statistics
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from hypertemplate.compiler.markers.drawn_values import constant, decoded, python_values
from hypertemplate.compiler.markers.resolve import default_draw
from hypertemplate.compiler.markers.search_space import Dimension, Option, Params
from hypertemplate.kept_reports import SoFar, is_due, leaves_out
from hypertemplate.origin import UNKNOWN, Origin, Unit

Algorithm = Literal["tpe", "bayes", "random", "anneal", "atpe", "grid"]

ALGORITHMS: tuple[Algorithm, ...] = ("tpe", "bayes", "random", "anneal", "atpe", "grid")

Value = object
"""Value of a parameter as people see it: a JSON value, or the source text of an option that has none."""


class TrialState(enum.Enum):
    """State of a trial in its life; the words are Optuna's."""

    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    PRUNED = "PRUNED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Report:
    """Numbers that a fit reported at the end of one epoch.

    Attributes:
        step: number of the report in its fit, from 0, with those that were left out.
        epoch: number that the framework gives the epoch, from 0; of a step, the user's own number.
        metrics: numbers by name, NaN and infinities too.
        seconds: time since the start of the trial; None in studies of earlier versions.
        stop: reason for which the trial was stopped here; empty where it went on.
        so_far: values of each metric up to here, where reports may have been left out; else empty.
    """

    step: int
    epoch: int
    metrics: dict[str, float]
    seconds: float | None = None
    stop: str = ""
    so_far: dict[str, SoFar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Curve:
    """Learning curve of one fit of a trial.

    Attributes:
        fit: number of the fit in its trial, from 0, in the order of their starts.
        epochs: most epochs that the fit may run; None if unknown.
        reports: its reports, in order; of a long fit about a hundred of them.
        unit: unit that they are counted in.
    """

    fit: int
    epochs: int | None = None
    reports: tuple[Report, ...] = ()
    unit: Unit = "epoch"

    @property
    def count(self) -> int:
        """Number of reports that the fit has made, with those that were left out."""
        return self.reports[-1].step + 1 if self.reports else 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """Number of each report, as people count epochs and rounds; of steps, the user's own."""
        first = 0 if self.unit == "step" else 1
        return tuple(first + report.epoch for report in self.reports)

    def with_report(self, report: Report) -> Curve:
        """Return the curve with one more report, in its place."""
        place = bisect_left(self.reports, report.step, key=lambda one: one.step)
        return replace(self, reports=(*self.reports[:place], report, *self.reports[place:]))

    def thinned(self, needed: Collection[int]) -> Curve:
        """Return the curve of a long fit with about a hundred reports, and those with the steps `needed`."""
        if not leaves_out(self.epochs):
            return self
        totals: dict[str, SoFar] = {}
        for report in self.reports:
            totals |= report.so_far
        last = self.count - 1
        return replace(
            self,
            reports=tuple(
                one
                for one in self.reports
                if one.step in needed
                or one.step == last
                or one.stop
                or is_due(one.step, one.so_far, totals, self.epochs)
            ),
        )

    @property
    def finite(self) -> tuple[dict[str, float], ...]:
        """Finite metrics of each report."""
        return tuple(
            {name: value for name, value in report.metrics.items() if math.isfinite(value)}
            for report in self.reports
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """Values of a trial in the space of one generation of the code, and what is known of their labels.

    Attributes:
        params: drawn values by label, as `Trial.params`.
        unused: labels that the trial never read.
        frozen: labels whose values the user set.
    """

    params: Params
    unused: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrialRun:
    """One of several runs of a trial, each with a seed of its own.

    Attributes:
        number: number of the run in its trial, from 0.
        loss: its loss; lower is better. None for a run that failed.
        metrics: its numbers by name.
        folds: losses whose mean its loss is, where the code returned several.
        unused: labels with a value that it never read.
        origin: name and place of the number that its loss comes from.
        duration_s: seconds that it took.
        error: reason why it failed, whose first line says the most, or None.
        failure: class of the reason, as `Trial.failure`.
    """

    number: int
    loss: float | None
    metrics: dict[str, float] = field(default_factory=dict)
    folds: tuple[float, ...] = ()
    unused: tuple[str, ...] = ()
    origin: Origin = UNKNOWN
    duration_s: float | None = None
    error: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """Evaluation of the objective.

    Attributes:
        number: number from 0, in the order of proposal.
        state: state in its life.
        params: drawn values by label; a choice as the index of its option.
        loss: lower is better, also where the user maximises; None without one. While it is unknown whether
            more of the user's number is better, that number itself. Of several runs, or of several losses
            that one run returned, the mean.
        metrics: numbers by name; of several runs, the means.
        curves: curve of each of its fits; of several runs, those of the first.
        started_at: time of its start, UTC, ISO 8601.
        duration_s: seconds from the worker's start of the trial to its end, or None while it runs.
        worker: number of the worker, from 0.
        error: reason why it failed or was stopped, whose first line says the most, or None.
        failure: class of the reason, a `hypertemplate.runtime.protocol.FailureKind`, or None.
        traceback: traceback of a trial that raised, else an empty string.
        unused: labels with a value that the trial never read, whatever ended it.
        frozen: labels whose values the user set; the others were drawn.
        origin: name and place of the number that the loss comes from.
        estimate: loss at its end, as far as can be told, of a trial that was stopped; the sampler hears it.
        generation: number of the generation of the code that it ran.
        left_out: reason for which it does not count under the present code; empty for a trial that counts.
        ran: values in the space of its own generation, where those in the present space differ; else None.
        equal_to: number of the trial whose result answers it; None for a trial that ran.
        repeats: number of runs that it has, unless one fails or is stopped.
        runs: runs that have ended, in order; empty where it has one, or was stopped.
        folds: losses whose mean its loss is, where the code of its one run returned several.
    """

    number: int
    state: TrialState
    params: Params
    loss: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    curves: tuple[Curve, ...] = ()
    started_at: str = ""
    duration_s: float | None = None
    worker: int = 0
    error: str | None = None
    traceback: str = ""
    unused: tuple[str, ...] = ()
    failure: str | None = None
    frozen: tuple[str, ...] = ()
    origin: Origin = UNKNOWN
    estimate: float | None = None
    generation: int = 0
    left_out: str = ""
    ran: Drawn | None = None
    equal_to: int | None = None
    repeats: int = 1
    runs: tuple[TrialRun, ...] = ()
    folds: tuple[float, ...] = ()

    @property
    def losses(self) -> tuple[float, ...]:
        """Losses whose mean its loss is: of its runs, or those that its one run returned; empty for one."""
        return tuple(run.loss for run in self.runs if run.loss is not None) or self.folds

    @property
    def deviation(self) -> float | None:
        """Standard deviation of `losses`; None with fewer than two, and where all of them are the same."""
        return None if is_identical(self.losses) else deviation(self.losses)

    @property
    def first_loss(self) -> float | None:
        """Loss of its first run, whose curves it has."""
        return self.runs[0].loss if self.runs else self.loss

    @property
    def curve(self) -> tuple[dict[str, float], ...]:
        """Finite metrics of each report of the fit that counts."""
        return self.counting.finite

    @property
    def numbers(self) -> tuple[int, ...]:
        """Number of each of these reports, as people count the epochs, rounds or steps of the fit."""
        curve = self.counting
        if curve.unit == "step":
            return tuple(report.epoch for report in curve.reports)
        return tuple(self.origin.earlier + report.step + 1 for report in curve.reports)

    @property
    def counting(self) -> Curve:
        """Curve of the fit that counts: the last one, unless the origin of the number names another."""
        own = [curve for curve in self.curves if curve.fit == self.origin.fit]
        return (own or self.curves or (Curve(0),))[-1]

    def with_curve(self, curve: Curve) -> Trial:
        """Return the trial with this curve of one of its fits; reports that it has beyond it stay."""
        before = next((had for had in self.curves if had.fit == curve.fit), Curve(curve.fit))
        last = curve.reports[-1].step if curve.reports else -1
        beyond = (report for report in before.reports if report.step > last)
        whole = replace(curve, reports=(*curve.reports, *beyond))
        others = (had for had in self.curves if had.fit != curve.fit)
        return replace(self, curves=tuple(sorted((*others, whole), key=lambda one: one.fit)))

    @property
    def read(self) -> tuple[str, ...]:
        """Labels whose values the trial is known to have read; none before it has ended."""
        if self.state is TrialState.RUNNING:
            return ()
        return tuple(label for label in self.params if label not in self.unused)

    @property
    def drawn(self) -> Drawn:
        """Its values in the present space; of a trial that is left out, in that of its own generation."""
        return Drawn(self.params, self.unused, self.frozen)

    def under(self, drawn: Drawn) -> Trial:
        """Return the trial with its values in the present space."""
        ran = self.ran or self.drawn
        return replace(
            self,
            params=drawn.params,
            unused=drawn.unused,
            frozen=drawn.frozen,
            ran=None if ran == drawn else ran,
        )

    @property
    def not_read(self) -> tuple[str, ...]:
        """Labels whose values the trial did without; none of a trial that did not come to its end."""
        return self.unused if self.state is TrialState.COMPLETE else ()

    @property
    def not_reached(self) -> tuple[str, ...]:
        """Labels whose values the trial had not read when it failed or was stopped."""
        return self.unused if self.state in (TrialState.FAILED, TrialState.PRUNED) else ()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One run of a trial again, after its search: with a seed of its own, in a process of its own.

    Attributes:
        trial: number of the trial.
        generation: number of the generation of the code that ran.
        run: the run, counted from 0 among the confirmations of its trial and generation.
    """

    trial: int
    generation: int
    run: TrialRun


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Trial that has run again under the present code.

    Attributes:
        trial: the trial, with the loss that the search found.
        runs: its runs again, in order.
    """

    trial: Trial
    runs: tuple[TrialRun, ...]

    @property
    def losses(self) -> tuple[float, ...]:
        """Losses of the runs that did not fail."""
        return tuple(run.loss for run in self.runs if run.loss is not None)

    @property
    def failed(self) -> tuple[TrialRun, ...]:
        """Runs that failed."""
        return tuple(run for run in self.runs if run.loss is None)

    @property
    def mean(self) -> float | None:
        """Mean of the losses; None if each run has failed."""
        return mean(self.losses) if self.losses else None

    @property
    def deviation(self) -> float | None:
        """Standard deviation of the losses; None with fewer than two, and where all of them are the same."""
        return None if is_identical(self.losses) else deviation(self.losses)

    @property
    def is_identical(self) -> bool:
        """True if several runs have given the same numbers, as those of code that seeds itself do."""
        same_metrics = all(run.metrics == self.runs[0].metrics for run in self.runs)
        return not self.failed and is_identical(self.losses) and same_metrics

    @property
    def rank(self) -> tuple[bool, float, int]:
        """Key of the order from the best to the worst: values with which no run fails come first."""
        return bool(self.failed), math.inf if self.mean is None else self.mean, self.trial.number


@dataclass(frozen=True, slots=True)
class Study:
    """Search and its trials.

    Attributes:
        name: stem of the template's file name.
        digest: digest of the program.
        seed: seed of the study.
        space: all dimensions, including the frozen ones.
        maximize: whether the user's number is the negated loss; None while nothing says whether more of it is
            better.
        trials: trials that count, in the order of their numbers.
        template: template's name as the user wrote it, such as ``src/model.py``.
        algorithm: source of the points.
        max_evals: requested number of trials.
        frozen: labels that the user fixed to one value, for the trials still to be proposed.
        versions: versions, by name, of the libraries that the program has loaded.
        files: digests, by path, of the user's files that the program imported at the start of the study.
        objective: number, metric or variable that is optimised; None for the loss that the model returns.
        count_pruned: whether a pruned trial can be the best one.
        generation: number of the present generation of the code.
        left_out: trials that do not count, since the code has changed after them, in the same order.
        repeats: number of runs of each trial that is proposed from now on.
        confirmations: runs of trials again, under any generation of the code, in order.
    """

    name: str
    digest: str
    seed: int
    space: tuple[Dimension, ...]
    maximize: bool | None = False
    trials: tuple[Trial, ...] = ()
    template: str = ""
    algorithm: Algorithm = "tpe"
    max_evals: int = 0
    frozen: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    objective: str | None = None
    count_pruned: bool = False
    generation: int = 0
    left_out: tuple[Trial, ...] = ()
    repeats: int = 1
    confirmations: tuple[Confirmation, ...] = ()

    @property
    def evaluations(self) -> int:
        """Number of trials that count against `max_evals`."""
        return evaluations(self.trials)

    @property
    def without_equal(self) -> Study:
        """The study without the trials that did not run, since the result of another one answers them."""
        return replace(self, trials=tuple(trial for trial in self.trials if trial.equal_to is None))

    def counts(self, trial: Trial) -> bool:
        """Tell whether a trial can be the best one: it has a loss, and was not stopped, or may have been."""
        return trial.loss is not None and (
            trial.state is TrialState.COMPLETE or (self.count_pruned and trial.state is TrialState.PRUNED)
        )

    @property
    def best(self) -> Trial | None:
        """Trial with the lowest loss of those that count; of equals, the earliest; None if none counts.

        None too while it is unknown whether more of the number is better.
        """
        if self.maximize is None:
            return None
        return min(filter(self.counts, self.trials), key=lambda t: (t.loss, t.number), default=None)

    @property
    def confirmed(self) -> tuple[Confirmed, ...]:
        """Trials that have run again under the present code, the best first."""
        if not self.confirmations:
            return ()
        runs: dict[int, list[TrialRun]] = {}
        for one in self.confirmations:
            if one.generation == self.generation:
                runs.setdefault(one.trial, []).append(one.run)
        found = [Confirmed(t, tuple(runs[t.number])) for t in self.trials if t.number in runs]
        return tuple(sorted(found, key=lambda one: one.rank))

    @property
    def winner(self) -> Trial | None:
        """Best trial by its runs again, if trials have run again; else the best one; None if none counts."""
        confirmed = self.confirmed
        if confirmed and confirmed[0].mean is not None and self.maximize is not None:
            return confirmed[0].trial
        return self.best

    @property
    def best_loss(self) -> float | None:
        """Loss of the best trial; None without one."""
        return None if self.best is None else self.best.loss

    @property
    def default_trial(self) -> Trial | None:
        """First trial with the defaults of the file, fixed parameters apart; None if no marker states one."""
        if all(dimension.default is None for dimension in self.space):
            return None
        defaults = {dimension.label: default_draw(dimension) for dimension in self.space}
        return next((trial for trial in self.trials if _has(trial, defaults)), None)

    def score(self, loss: float) -> float:
        """Return the number that the user's code returned for this loss."""
        return 0.0 - loss if self.maximize else loss  # no -0.0

    def number_name(self, origin: Origin = UNKNOWN) -> str:
        """Name the user's number as far as it is known: a metric, the objective, else score or loss."""
        if origin.where == "fit":
            return origin.name
        return self.objective or ("score" if self.maximize else "loss")

    def values(self, params: Params) -> dict[str, Value]:
        """Return the parameters as user code sees them: never an index, in the order of the space.

        A choice becomes its option: the constant, the drawn value if it is an inner distribution, else the
        option's source text.
        """
        return python_values(self.space, params)

    def json_values(self, params: Params) -> dict[str, Value]:
        """Return the parameters as in `values`; a constant that JSON does not have as its source text."""
        return {
            label: people_value(drawn) if isinstance(drawn, Option) else drawn
            for label, drawn in decoded(self.space, params).items()
        }


def _has(trial: Trial, values: Params) -> bool:
    """Tell whether a trial has some values, apart from parameters that were fixed in it."""
    own = trial.params.keys() - set(trial.frozen)
    return bool(own) and all(values.get(label) == trial.params[label] for label in own)


def mean(numbers: Sequence[float]) -> float:
    """Return the mean, to the last digit: that of one number many times is the number."""
    return float(statistics.mean(map(Fraction, numbers)))


def deviation(losses: Sequence[float]) -> float | None:
    """Return the standard deviation of a sample; None with fewer than two losses."""
    if len(losses) < 2:
        return None
    middle = statistics.mean(map(Fraction, losses))
    squares = sum((Fraction(loss) - middle) ** 2 for loss in losses) / (len(losses) - 1)
    try:
        return math.sqrt(squares)
    except OverflowError:
        return math.inf


def is_identical(losses: Sequence[float]) -> bool:
    """Tell whether several losses are one number, as those of code that seeds itself."""
    return len(losses) > 1 and len(set(losses)) == 1


def evaluations(trials: Iterable[Trial]) -> int:
    """Count the trials that ran, or will: those that another trial's result answers cost nothing."""
    return sum(trial.equal_to is None for trial in trials)


def people_value(option: Option) -> Value:
    """Return the option's constant if JSON has it, else its source text."""
    value = constant(option)
    return value if is_json(value) else option.text


def is_json(value: object) -> bool:
    """Tell whether JSON has `value`, types included: no tuples, no sets, no NaN, only string keys."""
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
