"""A study as the lines of text that the command line prints; nothing here prints."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hypertemplate.search.fixed_params import outside_of
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.units import counted
from hypertemplate.views.confirmed_table import again_text, identical_text
from hypertemplate.views.early_stops import early_stops_text
from hypertemplate.views.objective_text import (
    default_text,
    extreme,
    metric_epoch,
    number_text,
    objective_name,
    origin_of,
)
from hypertemplate.views.text import cut, indented, plain, tables
from hypertemplate.views.trial_line import numbered, source_values

BEST_WIDTH = 400
"""Most characters of one value of the best trial."""


def opening_line(study: Study, headline: str = "", again: Sequence[int] = (), *, over: bool = False) -> str:
    """Describe the search: parameters, trials, algorithm, seed, frameworks.

    Args:
        study: the study of the search.
        headline: headline of the plan, already printed. Frameworks that it names, and that the program has
            loaded as planned, are not repeated.
        again: numbers of the failed trials that run again, where no others run.
        over: whether the search is over.
    """
    free = len(study.space) - len(study.frozen)
    parameters = f"{free} of {len(study.space)} parameters" if study.frozen else counted(free, "parameter")
    trials = counted(study.max_evals, "trial") + each_text(study)
    frameworks = framework_text(study.versions)
    if headline.endswith(f", {_to_two_places(frameworks)}"):
        frameworks = ""
    versions = f" ({frameworks})" if frameworks else ""
    if again:
        return f"running {numbered(again)} of {study.template} again{versions}"
    verb = "searched" if over else "searching"
    what = f"{verb} {parameters} in {study.template} for the {extreme(study)} {objective_name(study)}"
    return f"{what}: {trials}, {study.algorithm}, seed {study.seed}{versions}"


def each_text(study: Study) -> str:
    """Say how many runs each trial has; empty for one."""
    return f" of {study.repeats} runs each" if study.repeats > 1 else ""


def retried_text(study: Study, again: Sequence[int]) -> str:
    """Say how the trials that were to run again ended, and which did not run; empty if none has ended."""
    ended = {trial.number: trial.state for trial in study.trials if trial.number in again}
    failed = [number for number, state in ended.items() if state is TrialState.FAILED]
    done = [number for number in ended if number not in failed]
    left = [number for number in again if number not in ended]
    parts = ((done, "succeeded"), (failed, "failed again"), (left, "did not run again"))
    return "; ".join(f"{numbered(numbers)} {what}" for numbers, what in parts if numbers) if ended else ""


def _to_two_places(text: str) -> str:
    """Shorten versions: ``Keras 3.15.1 on jax`` to ``Keras 3.15 on jax``."""
    return re.sub(r"(\d+\.\d+)[^\s,]*", r"\1", text)


def stopped_text(failed: int) -> str:
    """Explain why a search ended after `failed` failures in a row."""
    if failed == 1:
        return "stopped: the other trials would fail for the same reason"
    return f"stopped: {failed} trials in a row failed"


def lost_trials(study: Study) -> str:
    """Count the trials that give no new loss by reason: ``2 failed, 1 pruned``; empty if all give one."""
    ran = study.without_equal.trials
    failed = sum(trial.state is TrialState.FAILED for trial in ran)
    pruned = sum(trial.state is TrialState.PRUNED for trial in ran)
    equal = len(study.trials) - len(ran)
    more = f"more {'was' if equal == 1 else 'were'} equal to these"
    counts = ((failed, "failed"), (pruned, "pruned"), (equal, more))
    return ", ".join(f"{count} {what}" for count, what in counts if count)


def best_lines(study: Study, width: int | None = None) -> list[str]:
    """Format the best trial as in `value_lines`, by what came again where trials were confirmed.

    There are no lines without a complete trial.
    """
    best = study.winner
    if best is None:
        return []
    lost = lost_trials(study)
    trials = counted(study.evaluations, "trial") + (f" ({lost})" if lost else "")
    defaults = default_text(study, ".6g")
    tail = winner_text(study) + (f" ({defaults})" if defaults else "")
    lines = value_lines(study, best, f"best of {trials}: trial {best.number}, ", width, tail)
    return [*lines, *indented(filter(None, (early_stops_text(study),)), width, "")]


def winner_text(study: Study) -> str:
    """Say what came again at the best trial, after its number; empty where no trial was confirmed."""
    confirmed, winner = study.confirmed, study.winner
    if not confirmed or winner is None or confirmed[0].trial.number != winner.number:
        return ""
    again, runs = again_text(study, confirmed[0]), len(confirmed[0].losses)
    if confirmed[0].is_identical:
        return f"; {identical_text(again, runs)}"
    return f"; again {again} in {counted(runs, 'run')}"


def value_lines(
    study: Study, trial: Trial, head: str, width: int | None = None, tail: str = "", *, alone: bool = False
) -> list[str]:
    """List a trial's result between `head` and `tail`, its values as source text, its metrics with epochs.

    Args:
        study: study of the trial.
        trial: a trial.
        head: beginning of the first line.
        width: columns of the terminal; None: no wrapping.
        tail: end of the first line.
        alone: whether there is no other trial, so that its number says nothing.
    """
    values = [
        (plain(label), cut(text, BEST_WIDTH), remark(study, trial, label))
        for label, text in source_values(study, trial.params).items()
    ]
    labels = {label for label, _, _ in values}
    origin = origin_of(study, trial)
    # A returned objective is among the metrics too, and the first line has it.
    beside = {n: v for n, v in trial.metrics.items() if n != origin.name or origin.where != "returned"}
    epochs = {name: metric_epoch(study, trial, name) for name in beside}
    common = next(iter(epochs.values()), "") if len({*epochs.values()}) == 1 else ""
    metrics = [
        (
            plain(name),
            f"{value:.6g}",
            f"(at {epochs[name]})"
            if epochs[name] and not common
            else "(a metric; the parameter is above)"
            if plain(name) in labels
            else "",
        )
        for name, value in beside.items()
    ]
    kind = "mean metrics" if trial.runs else "metrics"
    which = (kind if alone else f"{kind} of trial {trial.number}") + (f", at {common}" if common else "")
    first, second = tables(_remarked(values, metrics), indent="  ", width=width, flexible=(0, 1))
    shown = [*indented([f"{head}{number_text(study, trial, '.6g')}{tail}"], width, ""), *first]
    return [*shown, *indented([which], width, ""), *second] if metrics else shown


def _remarked(*parts: Sequence[tuple[str, str, str]]) -> list[list[tuple[str, str]]]:
    """Put remarks beside their values, below each other, however long other values are."""
    beside = max((len(text) for part in parts for _, text, said in part if said), default=0)
    return [
        [(label, f"{text:<{beside}}  {said}" if said else text) for label, text, said in part]
        for part in parts
    ]


def remark(study: Study, trial: Trial, label: str) -> str:
    """Return a remark on one value of a trial, or an empty text."""
    if label in trial.not_read:
        return "(not used in this trial)"
    if label in trial.not_reached:
        return "(not reached)"
    if label not in trial.frozen:
        return ""
    missed = dict(_outside(study, trial))
    return f"(set, outside {missed[label]})" if label in missed else "(set)"


def set_lines(study: Study, trials: Sequence[Trial]) -> list[str]:
    """Say which values were set in some trials of a list and not in others; no lines for none."""
    where: dict[tuple[str, str], list[int]] = {}
    for trial in trials:
        missed, texts = dict(_outside(study, trial)), source_values(study, trial.params)
        for label in trial.frozen:
            if label in texts and any(label not in other.frozen for other in trials):
                outside = f", outside {missed[label]}" if label in missed else ""
                where.setdefault((f"{plain(label)}={texts[label]}", outside), []).append(trial.number)
    return [f"set: {text} in {numbered(numbers)}{outside}" for (text, outside), numbers in where.items()]


def _outside(study: Study, trial: Trial) -> list[tuple[str, str]]:
    """Return the labels of a trial's set values outside their ranges, each with its distribution."""
    found = (
        (d.label, outside_of(trial.params[d.label], d))
        for d in study.space
        if d.label in trial.frozen and d.label in trial.params
    )
    return [(label, missed) for label, missed in found if missed]


def framework_text(versions: dict[str, str]) -> str:
    """Describe the loaded frameworks: ``Keras 3.15.1 on tensorflow``, else every name with its version."""
    others = {name: version for name, version in versions.items() if name not in ("keras", "backend")}
    if "keras" not in versions:
        return ", ".join(f"{plain(name)} {plain(version)}" for name, version in others.items())
    backend = versions.get("backend")
    return f"Keras {plain(versions['keras'])}" + (f" on {plain(backend)}" if backend else "")
