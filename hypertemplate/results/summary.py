"""Summary of a study: the data that each of its faces shows, on terminals, in notebooks and on pages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from hypertemplate.results.failure_groups import FailureGroup, failure_groups
from hypertemplate.results.importance import Importance
from hypertemplate.results.parameter_axes import ParameterAxis, parameter_axes
from hypertemplate.results.search_costs import SearchCosts, search_costs
from hypertemplate.results.source_markers import MarkedText, marked_texts
from hypertemplate.results.thinned_points import points_of_each
from hypertemplate.results.trial_summaries import TrialSummary, trial_summary
from hypertemplate.search.service.data_record import other_data
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.stored_options import MACHINES
from hypertemplate.search.study import Confirmed, Study
from hypertemplate.views.confirmed_table import remarks
from hypertemplate.views.curves.shown_metric import preferred_metrics, reported_metrics, shown_metric
from hypertemplate.views.data_notes import data_notes
from hypertemplate.views.objective_text import default_text, direction, objective_name

LEADING_SHARE = 0.1
"""Share of the trials that are among the best ones."""

MOST_METRICS = 12
"""Most metrics that have curves."""


@dataclass(frozen=True, slots=True)
class RunAgain:
    """Trial that has run again after the search, to tell luck from quality.

    Attributes:
        number: number of the trial.
        found: the user's number that the search found, or None.
        values: numbers of its runs again that did not fail.
        mean: mean of these, or None.
        sd: their standard deviation; None with fewer than two, and where all are the same.
        failed: number of its runs that failed.
        identical: whether several runs have given the same numbers, which tell nothing of luck.
    """

    number: int
    found: float | None
    values: tuple[float, ...]
    mean: float | None
    sd: float | None
    failed: int
    identical: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything about a study that people look at; its numbers are the user's, never negated losses.

    Attributes:
        name: stem of the template's file name.
        template: the template's name as the user wrote it.
        arguments: arguments of the template itself.
        algorithm: source of the points.
        seed: seed of the study.
        max_evals: requested number of trials.
        evaluations: number of trials that count against it.
        repeats: number of runs of each trial.
        objective: name of the number that is searched.
        direction: ``minimize``, ``maximize``, or None while that is unknown.
        metrics: metrics that have curves, the one that says most about the trials first.
        axes: axis of each parameter, in the order of the space.
        trials: trials that count, by number, running ones included.
        left_out: trials that do not count, since the code has changed; their values may be of another space.
        best: number of the best trial, by its runs again where trials were confirmed; None without one.
        default: number of the trial with the values in the file, or None.
        default_text: how that one ended, in words; may be empty.
        confirmed: trials that have run again, the best first.
        remarks: what the runs again say, in words.
        data_notes: which trials have read other data, in words.
        failures: failed trials by reason.
        costs: time and epochs spent and saved.
        options: what the user asked to be computed on, by the name of the option, as text.
        machines: what the runs of the search ran on, in words; none in studies of earlier versions.
        versions: versions, by name, of what the program has loaded.
        source: files or cells of the template, with the places of the markers.
        models: paths of the kept models in the study's folder, by number of the trial.
        importance: importance of the parameters, or why nothing is known of it; None where nobody has asked.
    """

    name: str
    template: str
    arguments: tuple[str, ...]
    algorithm: str
    seed: int
    max_evals: int
    evaluations: int
    repeats: int
    objective: str
    direction: str | None
    metrics: tuple[str, ...]
    axes: tuple[ParameterAxis, ...]
    trials: tuple[TrialSummary, ...]
    left_out: tuple[TrialSummary, ...]
    best: int | None
    default: int | None
    default_text: str
    confirmed: tuple[RunAgain, ...]
    remarks: tuple[str, ...]
    data_notes: tuple[str, ...]
    failures: tuple[FailureGroup, ...]
    costs: SearchCosts
    options: Mapping[str, str]
    machines: tuple[str, ...]
    versions: Mapping[str, str]
    source: tuple[MarkedText, ...]
    models: Mapping[int, str]
    importance: Importance | None = None

    @property
    def best_trial(self) -> TrialSummary | None:
        """The best trial, or None."""
        return next((trial for trial in self.trials if trial.number == self.best), None)

    @property
    def default_trial(self) -> TrialSummary | None:
        """The trial with the values in the file, or None."""
        return next((trial for trial in self.trials if trial.number == self.default), None)

    @property
    def default_name(self) -> str:
        """Name of the values that the default trial has."""
        return "the defaults" if self.default_text.startswith("the defaults") else "the values in the file"

    @property
    def judged(self) -> tuple[TrialSummary, ...]:
        """Trials with a finite number, which charts can show."""
        return tuple(trial for trial in self.trials if trial.value is not None and math.isfinite(trial.value))

    @property
    def best_so_far(self) -> tuple[tuple[int, float], ...]:
        """Number of each trial that was better than all before it, and its value; none while unjudged."""
        found: list[tuple[int, float]] = []
        if self.direction is None:
            return ()
        for trial in self.judged:
            value = trial.value
            if value is not None and (not found or self.is_better(value, found[-1][1])):
                found.append((trial.number, value))
        return tuple(found)

    def is_better(self, value: float, other: float) -> bool:
        """Tell whether a number is better than another one."""
        return value > other if self.direction == "maximize" else value < other

    def axis(self, label: str) -> ParameterAxis:
        """Return the axis of a parameter; raise KeyError if there is none."""
        for axis in self.axes:
            if axis.label == label:
                return axis
        raise KeyError(label)

    @property
    def searched(self) -> tuple[ParameterAxis, ...]:
        """Axes of the parameters that were not set to one value in every trial."""
        return tuple(
            axis
            for axis in self.axes
            if not axis.is_set or len({trial.cells[axis.label].number for trial in self.judged}) > 1
        )

    @property
    def ranked(self) -> tuple[TrialSummary, ...]:
        """Trials in the order of a table: the best first, then those without a number, by number."""
        sign = -1.0 if self.direction == "maximize" else 1.0
        return tuple(
            sorted(
                self.trials, key=lambda one: (math.inf if one.value is None else sign * one.value, one.number)
            )
        )

    @property
    def leading(self) -> frozenset[int]:
        """Numbers of the best tenth of the trials that ran, and of their equals; charts set them off."""
        if self.direction is None:
            return frozenset()
        ran = [one.number for one in self.ranked if one.value is not None and one.equal_to is None]
        best = frozenset(ran[: math.ceil(len(ran) * LEADING_SHARE)])
        return best.union(one.number for one in self.judged if one.equal_to in best)

    @property
    def states(self) -> dict[str, int]:
        """Number of trials in each state."""
        found: dict[str, int] = {}
        for trial in self.trials:
            found[trial.state] = found.get(trial.state, 0) + 1
        return found


COMPUTED_ON = (
    "accelerator",
    "workers",
    "per_gpu",
    "gpus_per_trial",
    "mixed_precision",
    "jit",
    "memory_growth",
)
"""Options that say what a search was to run on."""


def summary_of(kept: Kept, metric: str | None = None, importance: Importance | None = None) -> Summary:
    """Summarise a study.

    Args:
        kept: its record, also while a search writes it.
        metric: first metric of the curves; by default the one by which trials are judged, else another.
        importance: importance of its parameters.
    """
    study = kept.study
    curves = [trial.counting for trial in (*study.trials, *kept.running)]
    shown = shown_metric(curves, preferred_metrics(study, metric))
    metrics = tuple(dict.fromkeys((*filter(None, (shown,)), *reported_metrics(curves))))[:MOST_METRICS]
    ended = sorted((*study.trials, *kept.running), key=lambda trial: trial.number)
    points = points_of_each(len(ended) * len(metrics))
    trials = tuple(trial_summary(study, trial, metrics, points, other_data(kept, trial)) for trial in ended)
    left_out = tuple(trial_summary(kept.study_of(trial), trial) for trial in study.left_out)
    winner, default = study.winner, study.default_trial
    return Summary(
        name=study.name,
        template=study.template,
        arguments=kept.arguments,
        algorithm=study.algorithm,
        seed=study.seed,
        max_evals=study.max_evals,
        evaluations=study.evaluations,
        repeats=study.repeats,
        objective=objective_name(study),
        direction=direction(study),
        metrics=tuple(name for name in metrics if any(name in trial.curves for trial in trials)),
        axes=parameter_axes(study.space, [trial.cells for trial in trials], study.frozen),
        trials=trials,
        left_out=left_out,
        best=None if winner is None else winner.number,
        default=None if default is None else default.number,
        default_text=default_text(study, ".6g"),
        confirmed=tuple(_run_again(study, one) for one in study.confirmed),
        remarks=tuple(remarks(study)) if study.confirmed else (),
        data_notes=tuple(data_notes(kept)),
        failures=failure_groups(trials),
        costs=search_costs(study),
        options=_options(kept),
        machines=_machines(kept),
        versions=study.versions,
        source=marked_texts(kept),
        models=kept.models,
        importance=importance,
    )


def _run_again(study: Study, one: Confirmed) -> RunAgain:
    return RunAgain(
        one.trial.number,
        None if one.trial.loss is None else study.score(one.trial.loss),
        tuple(map(study.score, one.losses)),
        None if one.mean is None else study.score(one.mean),
        one.deviation,
        len(one.failed),
        one.is_identical,
    )


def _machines(kept: Kept) -> tuple[str, ...]:
    found = kept.options.get(MACHINES)
    return tuple(map(str, found)) if isinstance(found, list) else ()


def _options(kept: Kept) -> dict[str, str]:
    """Return the options that the user has set; of those that are off or absent, none."""
    found = ((name, kept.options.get(name)) for name in COMPUTED_ON)
    return {
        name: "on" if value is True else str(value) for name, value in found if value not in (None, False, "")
    }
