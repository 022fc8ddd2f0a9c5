"""Trials that have run again: what the search found, what came again, and what that says."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hypertemplate.search.runs.runs_again import IDENTICAL
from hypertemplate.search.study import Confirmed, Study, Trial
from hypertemplate.units import counted
from hypertemplate.views.objective_text import score_name
from hypertemplate.views.text import columns, fitted, indented, plain
from hypertemplate.views.trial_line import numbered, reason_lines

HEADS = ("trial", "found", "again (mean +- sd)", "runs")

LEAST_SPREAD, MOST_SPREAD = 1e-6, 1e6
"""Least standard deviation that is written out, and one that is too large for it."""


def confirmed_lines(study: Study, width: int | None = None) -> list[str]:
    """List the trials that have run again, the best first, and what is to be known of them; none without any.

    Args:
        study: the study.
        width: columns of the terminal; None: no wrapping.
    """
    confirmed = study.confirmed
    if not confirmed:
        return []
    rows = [HEADS, *(confirmed_cells(study, one) for one in confirmed)]
    notes = [line for text in remarks(study) for line in indented([text], width, "")]
    return [*columns(rows, width=width, flexible=(3,)), *notes]


def confirmed_cells(study: Study, one: Confirmed) -> tuple[str, str, str, str]:
    """Return the cells of a trial under `HEADS`."""
    runs = str(len(one.runs))
    if one.failed:
        runs = f"{runs}, {len(one.failed)} failed"
    return str(one.trial.number), _number(study, one.trial.loss), again_text(study, one), runs


def again_text(study: Study, one: Confirmed) -> str:
    """Say what the runs of a trial came to: ``0.1371 +- 0.0041``; of identical ones, the number alone."""
    if one.mean is None:
        return "failed"
    if one.deviation is None:
        return _number(study, one.mean)
    return spread_text(study.score(one.mean), one.deviation)


def identical_text(number: str, runs: int) -> str:
    """Say of a trial whose runs have given one number that they tell nothing of luck."""
    return f"could not be confirmed: each of {runs} runs again gave {number}; {IDENTICAL}"


def spread_text(mean: float, deviation: float) -> str:
    """Format a mean with as many decimals as its standard deviation has in two digits.

    >>> spread_text(0.137123, 0.00412), spread_text(1234.5, 56.7), spread_text(0.5, 1e-9)
    ('0.1371 +- 0.0041', '1234 +- 57', '0.50000 +- 1e-09')
    """
    if not LEAST_SPREAD <= deviation < MOST_SPREAD:
        return f"{fitted(mean, 10, '#', 5)} +- {deviation:.2g}"
    decimals = max(0, 1 - math.floor(math.log10(deviation)))
    return f"{mean:.{decimals}f} +- {deviation:.{decimals}f}"


def remarks(study: Study) -> Iterator[str]:
    """Yield what the runs say: of luck, of identical numbers, of failures, of a better trial without runs."""
    confirmed = study.confirmed
    best, winner = study.best, study.winner
    numbers = [one.trial.number for one in confirmed]
    if best is not None and winner is not None and best.number in numbers and best != winner:
        yield f"trial {best.number} was the best of the search; by what came again, trial {winner.number} is"
    near = [one.trial.number for one in confirmed[1:] if is_within_chance(confirmed[0], one)]
    if near:
        verb, them = ("is", "the two") if len(near) == 1 else ("are", "them")
        text = f"{numbered(near)} {verb} within chance of trial {numbers[0]}"
        yield f"{text}: more runs would tell {them} apart"
    for one in confirmed:
        if one.trial in (best, winner) and (said := luck_text(study, one)):
            yield said
    if any(one.is_identical for one in confirmed):
        same = [str(one.trial.number) for one in confirmed if one.is_identical]
        which = "each trial" if len(same) == len(confirmed) else f"trial {', '.join(same)}"
        yield f"the runs of {which} have given the same numbers, so there is no sd: {IDENTICAL}"
    for one in confirmed:
        if one.failed:
            why = reason_lines(Trial(one.trial.number, one.trial.state, {}, error=one.failed[0].error))[0]
            runs = counted(len(one.runs), "run")
            yield f"trial {one.trial.number}: {len(one.failed)} of {runs} failed: {why}"
    if best is not None and best.number not in numbers:
        name = plain(study.number_name(best.origin))
        yield (
            f"trial {best.number} has a better {name}, {_number(study, best.loss)}, and has not run again: "
            "confirm the study again"
        )


def is_within_chance(one: Confirmed, other: Confirmed) -> bool:
    """Tell whether the means of two trials differ by less than twice the standard error of the difference.

    One with failed runs is worse than one without, whatever the mean of the others.
    """
    spreads = [each.deviation / math.sqrt(len(each.losses)) for each in (one, other) if each.deviation]
    if one.mean is None or other.mean is None or len(spreads) < 2 or bool(one.failed) != bool(other.failed):
        return False
    return abs(one.mean - other.mean) < 2 * math.hypot(*spreads)


def luck_text(study: Study, one: Confirmed) -> str:
    """Say that the number that the search found of a trial lies outside what came again; empty if not.

    Of a single run, outside of which it lies nearly always, that says nothing of luck.
    """
    found = one.trial.loss
    if found is None or not one.losses or min(one.losses) <= found <= max(one.losses):
        return ""
    if len(one.losses) == 1:
        name, again = score_name(study), _number(study, one.losses[0])
        text = (
            f"trial {one.trial.number} was found with {name} {_number(study, found)}, and gave {again} again"
        )
        return f"{text}: more runs would tell luck from quality"
    better = found < min(one.losses)
    low, high = sorted(study.score(loss) for loss in (min(one.losses), max(one.losses)))
    span = f"{low:.5g}" if low == high else f"{low:.5g} to {high:.5g}"
    how, why = ("better", "a lucky one") if better else ("worse", "an unlucky one")
    return (
        f"trial {one.trial.number} was found with {score_name(study)} {_number(study, found)}, {how} than in "
        f"all of its {counted(len(one.losses), 'run')} again ({span}): it may have been {why}"
    )


def _number(study: Study, loss: float | None) -> str:
    return "-" if loss is None else fitted(study.score(loss), 10, "#", 5)
