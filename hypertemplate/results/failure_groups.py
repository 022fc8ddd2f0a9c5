"""Failed trials by their reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hypertemplate.results.trial_summaries import TrialSummary

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?")
"""Number in a reason, by which two that are alike may differ: a size, a shape, an address."""


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Trials that failed for one reason.

    Attributes:
        reason: first line of the reason of the first of them.
        failure: class of the reason, or None.
        numbers: numbers of the trials.
        detail: further lines of the first reason, and its traceback; may be empty.
    """

    reason: str
    failure: str | None
    numbers: tuple[int, ...]
    detail: str


def failure_groups(trials: Iterable[TrialSummary]) -> tuple[FailureGroup, ...]:
    """Group the failed trials: reasons that differ in numbers alone are one; the most frequent come first."""
    groups: dict[tuple[str | None, str], list[TrialSummary]] = {}
    for trial in trials:
        if trial.state == "failed":
            first = trial.reason.partition("\n")[0]
            groups.setdefault((trial.failure, _NUMBER.sub("#", first)), []).append(trial)
    found = [_group(members) for members in groups.values()]
    return tuple(sorted(found, key=lambda one: (-len(one.numbers), one.numbers)))


def _group(members: list[TrialSummary]) -> FailureGroup:
    first = members[0]
    reason, _, more = first.reason.partition("\n")
    detail = "\n".join(filter(None, (more, first.traceback)))
    return FailureGroup(reason, first.failure, tuple(trial.number for trial in members), detail)
