"""Texts of a page: what a search found, against what, at what cost, on which machine."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hypertemplate.results.summary import Summary
from hypertemplate.units import counted, elapsed_text, listed
from hypertemplate.views.confirmed_table import identical_text, spread_text
from hypertemplate.views.study_text import framework_text

MOST_NAMED = 12
"""Most trials of a list whose numbers are written out."""


class BestValue(NamedTuple):
    """Value of the best trial: its label, its text, and a remark or an empty text."""

    label: str
    text: str
    remark: str


def trials_text(summary: Summary) -> str:
    """Count the trials by what became of them: ``30 of 50 trials: 20 complete, 8 pruned, 2 failed``."""
    states = ((name, summary.states.get(name, 0)) for name in ("complete", "pruned", "failed", "running"))
    said = ", ".join(f"{count} {name}" for name, count in states if count)
    asked = counted(summary.max_evals, "trial")
    more = f", beside {len(summary.left_out)} left out" if summary.left_out else ""
    each = f" of {summary.repeats} runs each" if summary.repeats > 1 else ""
    return f"{summary.evaluations} of {asked}{each}" + (f": {said}" if said else "") + more


def gain_text(summary: Summary) -> tuple[str, ...]:
    """Say how the best number compares with the one of the values in the file, and what to know of it."""
    said = (_against_default(summary), _again(summary), *summary.remarks)
    return tuple(filter(None, (*said, *summary.data_notes)))


def _against_default(summary: Summary) -> str:
    best, default = summary.best_trial, summary.default_trial
    if default is None or best is None:
        return summary.default_text
    if default.number == best.number or default.value == best.value:
        return f"no trial was better than {summary.default_text}"
    if best.value is None or not default.value or not math.isfinite(best.value - default.value):
        return summary.default_text
    change = abs(best.value - default.value) / abs(default.value)
    how = "higher" if best.value > default.value else "lower"
    return f"{summary.default_text}; the best one is {_share(change)} {how}"


def _share(change: float) -> str:
    """Return a change in percent that is not rounded to all or nothing.

    >>> _share(0.25), _share(0.99995), _share(0.0002), _share(1.0)
    ('25.0%', 'more than 99.9%', 'less than 0.1%', '100.0%')
    """
    if 0.9995 <= change < 1:
        return "more than 99.9%"
    return "less than 0.1%" if change < 0.0005 else f"{change:.1%}"


def _again(summary: Summary) -> str:
    best = summary.best_trial
    if best is None or best.value is None:
        return ""
    again = next((one for one in summary.confirmed if one.number == best.number), None)
    if again is None or again.mean is None:
        return "not confirmed: with other seeds the number may differ, and part of it may be luck"
    if again.identical:
        return identical_text(f"{again.mean:.6g}", len(again.values))
    spread = f"{again.mean:.6g}" if again.sd is None else spread_text(again.mean, again.sd)
    return f"confirmed: again {spread.replace('+-', '±')} in {counted(len(again.values), 'run')}"


def told(summary: Summary) -> str:
    """Say where the best number is from, without the number: ``epoch 18 of 20 (lowest), minimised``."""
    best = summary.best_trial
    if best is None:
        return ""
    return best.described.partition(best.result)[2].strip(" ,")


def best_values(summary: Summary) -> tuple[BestValue, ...]:
    """Return the values of the best trial, to the last digit; none without one."""
    best = summary.best_trial
    if best is None:
        return ()
    set_ = {axis.label for axis in summary.axes if axis.is_set}
    choices = {axis.label for axis in summary.axes if axis.categories}
    return tuple(
        BestValue(
            label,
            (cell.text if label in choices else repr(cell.number)) if cell.is_read else "",
            "not read" if not cell.is_read else "set" if label in set_ else "",
        )
        for label, cell in best.cells.items()
        if cell.number is not None
    )


def costs_text(summary: Summary) -> tuple[tuple[str, str], ...]:
    """Return what the search cost: names, and values with their units."""
    costs = summary.costs
    found = [("time of all trials", elapsed_text(costs.trials_s))]
    if costs.span_s is not None:
        found.append(("from start to end", elapsed_text(costs.span_s)))
    if costs.epochs:
        found.append((f"{costs.unit}s run", f"{costs.epochs:,}"))
    if costs.saved:
        saved = "" if costs.saved_s is None else f", about {elapsed_text(costs.saved_s)}"
        found.append((f"{costs.unit}s saved by pruning", f"{costs.saved:,}{saved}"))
    if costs.answered:
        found.append(("equal trials that did not run", str(costs.answered)))
    return tuple(found)


def facts(summary: Summary) -> tuple[tuple[str, str], ...]:
    """Return what the search was, and what it ran on: names and values."""
    return tuple(_facts(summary))


def _facts(summary: Summary) -> Iterator[tuple[str, str]]:
    yield (
        "template",
        shlex.join([summary.template, *(["--", *summary.arguments] if summary.arguments else [])]),
    )
    how = {"minimize": ", minimised", "maximize": ", maximised"}.get(summary.direction or "", "")
    yield "objective", f"{summary.objective}{how}"
    yield "algorithm", f"{summary.algorithm}, seed {summary.seed}"
    yield "parameters", str(len(summary.axes))
    if summary.costs.workers:
        yield "workers", str(summary.costs.workers)
    for machine in summary.machines:
        yield "ran on", machine
    for name, value in summary.options.items():
        if name != "workers":
            yield name.replace("_", " "), value
    if framework := framework_text(dict(summary.versions)):
        yield "frameworks", framework
    for name, version in summary.versions.items():
        if name not in ("keras", "backend") and "keras" in summary.versions:
            yield name, version
    if summary.models:
        yield "models kept", named_trials(sorted(summary.models))


def named_trials(numbers: Sequence[int]) -> str:
    """Name trials: ``trial 3``, ``trials 3 and 5``, ``trials 1, 2, 3 and 40 more``."""
    shown = [str(number) for number in numbers[:MOST_NAMED]]
    more = len(numbers) - len(shown)
    shown += [f"{more} more"] if more else []
    return f"trial{'s' if len(numbers) > 1 else ''} {listed(shown)}"
