"""Rules by which a search starts no further trial, although it could; pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from hypertemplate.errors import Spelling
from hypertemplate.runtime.failures.plain_text import plain
from hypertemplate.runtime.metrics.directions import directions_text
from hypertemplate.runtime.protocol import FailureKind, Outcome
from hypertemplate.search.study import Study, Trial, TrialState, evaluations
from hypertemplate.units import counted, duration_text

MAX_FAILURES = 5
"""Default number of trials that may fail in a row."""

_OF_ANY_VALUES: Collection[FailureKind] = frozenset(("arguments", "no objective", "order", "spawn"))
"""Failures of the first trial that all others would share, whatever their values."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits that end a search before all its trials have run.

    Attributes:
        timeout_s: seconds after which no trial is started, or None.
        stop_at: value of the objective, as the user sees it, that is good enough, or None.
        patience: number of trials that may end without a better value, or None.
        max_failures: number of trials that may fail in a row.
        pending_only: whether only pending trials run, and no new ones.
    """

    timeout_s: float | None = None
    stop_at: float | None = None
    patience: int | None = None
    max_failures: int = MAX_FAILURES
    pending_only: bool = False

    def evals(self, study: Study) -> int:
        """Return the total number of trials, apart from pending ones."""
        return 0 if self.pending_only else study.max_evals


def reached(limits: Limits, study: Study, elapsed_s: float) -> str | None:
    """Give the reason for starting no further trial, to follow "stopped: "; None if another may start.

    Args:
        limits: limits that the user set.
        study: study with the trials that ended, also before it was resumed.
        elapsed_s: seconds since the start of the search.
    """
    if (late := overdue(limits, elapsed_s)) is not None:
        return late
    best = study.best
    if best is None or best.loss is None:
        return None
    if _is_good(limits, study, best.loss):
        value = f"{plain(study.number_name(best.origin))} {study.score(best.loss):g}"
        return f"{value} has reached --stop-at {limits.stop_at:g}"
    later = evaluations(study.trials[study.trials.index(best) + 1 :])
    if limits.patience is not None and later >= limits.patience:
        trials = "the last trial" if limits.patience == 1 else f"the last {limits.patience} trials"
        return f"{trials} found no better {plain(study.number_name(best.origin))}"
    return None


def overdue(limits: Limits, elapsed_s: float) -> str | None:
    """Give the reason for starting nothing, not even another run of a trial; None before the timeout."""
    if limits.timeout_s is None or elapsed_s < limits.timeout_s:
        return None
    return f"the timeout of {duration_text(limits.timeout_s)} was reached"


def _is_good(limits: Limits, study: Study, loss: float) -> bool:
    """Tell whether the number of a loss is as good as the user asks; a maximised one is its negation."""
    return limits.stop_at is not None and loss <= (-limits.stop_at if study.maximize else limits.stop_at)


def interrupted(ran: int, max_evals: int, hint: str) -> str:
    """Say that a search was interrupted; `hint` is the way to resume it."""
    left = hint if ran < max_evals else "nothing is left to resume"
    return f"interrupted after {ran} of {max_evals} trials; {left}"


def interrupted_early(ran: int) -> str:
    """Say that a search was interrupted after `ran` trials, none of which has succeeded."""
    if not ran:
        return "interrupted before the first trial ended"
    return f"interrupted after {counted(ran, 'trial')} without success"


def idle_reason(
    limits: Limits,
    study: Study,
    max_evals: int,
    finished_grid: int | None,
    exhausted: str = "",
    *,
    running: bool,
    spell: Spelling,
    in_folder: bool = True,
) -> str | None:
    """Say why an existing study starts no trial, and what would resume it; None if it starts one.

    Args:
        limits: limits that the user set.
        study: study with the trials that ended.
        max_evals: total number of trials.
        finished_grid: number of points in its grid, if all of them have run; else None.
        exhausted: text that says that every point of the space has been tried; empty if there are others.
        running: whether there are trials that have not ended.
        spell: function that spells a parameter.
        in_folder: whether the study is in a folder, in which another one may be begun.
    """
    trials = study.trials
    fresh = f", {spell('fresh')} starts a new study" if in_folder else ""
    if limits.pending_only:
        return None
    judged = [trial for trial in trials if trial.state is TrialState.COMPLETE]
    if study.maximize is None and judged:
        return undirected(judged[0])
    count = study.evaluations
    if not running and count >= max_evals:
        done = counted(count, "trial") + (" that count" if study.left_out else "")
        more = f"{spell('max_evals')} {count + 1} or a larger number resumes it"
        if not in_folder:
            more = f"study.resume({2 * count}) runs {count} more"
        return f"the study has {done} already; {more}{fresh}"
    if finished_grid is not None:
        other = f"{spell('points')} or another {spell('algorithm')} resumes it"
        return f"the study has run all points of the grid ({finished_grid}); {other}{fresh}"
    if exhausted:
        return f"{exhausted}{fresh}"
    reason, best = reached(limits, study, 0.0), study.best
    if reason is None or best is None or best.loss is None:
        return None
    other = f"a larger {spell('patience')}"
    if _is_good(limits, study, best.loss):
        side = "above" if study.maximize else "below"
        other = f"{spell('stop_at')} {side} {study.score(best.loss):g}"
    return f"nothing to run: {reason}; {other}, or none, resumes it"


def undirected(trial: Trial) -> str:
    """Explain that a search cannot continue after a trial whose number is of unknown direction."""
    name = trial.origin.name
    return directions_text(name)


def failed_in_a_row(trials: Sequence[Trial]) -> int:
    """Count the trials that have failed since the last one that did not, in the order in which they ended."""
    count = 0
    for trial in reversed(trials):
        if trial.state is not TrialState.FAILED:
            break
        count += 1
    return count


def pointless(trials: Sequence[Trial], outcome: Outcome, max_failures: int) -> int:
    """Count the trials in a row that have failed, if more of them would fail too; else return 0.

    Args:
        trials: trials of this run, in the order in which they ended.
        outcome: outcome of the last one; some failures of the very first trial say that all would fail.
        max_failures: number of trials that may fail.
    """
    if trials[-1].number == 0 and getattr(outcome, "kind", "") in _OF_ANY_VALUES:
        return 1
    failed = failed_in_a_row(trials)
    return failed if failed >= max_failures else 0
