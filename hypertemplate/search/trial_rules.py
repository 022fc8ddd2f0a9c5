"""What the search decides; pure."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from types import MappingProxyType

from hypertemplate.compiler.emit.fingerprint import spelled_option
from hypertemplate.compiler.markers.search_space import Dimension, Option
from hypertemplate.runtime.protocol import Complete, Failed, Outcome, Pruned
from hypertemplate.search.study import Trial, TrialState


def judge(outcome: Outcome) -> tuple[TrialState, float | None, Failed | None]:
    """The state and the loss that an outcome gives a trial, and the failure if it failed."""
    match outcome:
        case Complete(loss) if math.isfinite(loss):
            return TrialState.COMPLETE, loss, None
        case Complete(loss):
            outcome = Failed("not finite", f"the loss is {loss}")
        case Pruned(loss=loss):
            return TrialState.PRUNED, loss if loss is not None and math.isfinite(loss) else None, None
    return TrialState.FAILED, None, outcome


def ended(
    trial: Trial,
    outcome: Outcome,
    *,
    metrics: Mapping[str, float] = MappingProxyType({}),
    unused: tuple[str, ...] = (),
) -> Trial:
    """A trial with what came of it."""
    state, loss, failed = judge(outcome)
    reason = (isinstance(outcome, Pruned) and outcome.reason) or None
    return dataclasses.replace(
        trial,
        state=state,
        loss=loss,
        metrics=dict(metrics),
        error=failed.message if failed else reason,
        failure=failed.kind if failed else None,
        traceback=failed.traceback if failed else "",
        unused=unused,
    )


def same_space(left: tuple[Dimension, ...], right: tuple[Dimension, ...]) -> bool:
    """Whether two workers mean the same by every drawn value."""
    return _without_objects(left) == _without_objects(right)


def unsaved(number: int, error: str) -> str:
    """A note on a trial whose model could not be saved."""
    return f"the model of trial {number} could not be saved: {error}"


def once(note: str) -> str:
    """A note less what differs from trial to trial where the reason does not; it is told once."""
    return re.sub(r"\btrial \d+| at 0x[0-9a-fA-F]+", "", note)


def changed_files(begun: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """A note on each file that trials are run with, and that is not what it was.

    Args:
        begun: path to digest of the files that the study was begun with.
        now: those of a worker that has just loaded the program.
    """
    return tuple(
        f"{path} has changed since this study was begun: the trials before and after are not of the same code"
        for path, digest in now.items()
        if begun.get(path, digest) != digest
    )


def _without_objects(space: tuple[Dimension, ...]) -> list[Dimension]:
    """The space without the texts of objects, which may hold an address, and in one spelling."""
    return [
        dataclasses.replace(
            dimension,
            options=tuple(
                Option(spelled_option(option.text) if option.literal else "", option.literal)
                for option in dimension.options
            ),
        )
        for dimension in space
    ]
