"""What the search decides; pure."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from types import MappingProxyType

from hypertemplate.compiler.space import Dimension, Option
from hypertemplate.runtime.protocol import Complete, Failed, Outcome, Pruned
from hypertemplate.search.study import Trial, TrialState


def judge(outcome: Outcome) -> tuple[TrialState, float | None, Failed | None]:
    """The state and the loss that an outcome gives a trial, and the reason if it failed."""
    match outcome:
        case Complete(loss) if math.isfinite(loss):
            return TrialState.COMPLETE, loss, None
        case Complete(loss):
            outcome = Failed("not finite", f"the loss is {loss}")
        case Pruned(loss):
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
    return dataclasses.replace(
        trial,
        state=state,
        loss=loss,
        metrics=dict(metrics),
        error=failed.message if failed else None,
        traceback=failed.traceback if failed else "",
        unused=unused,
    )


def same_space(left: tuple[Dimension, ...], right: tuple[Dimension, ...]) -> bool:
    """Whether two workers mean the same by every drawn value."""
    return _without_objects(left) == _without_objects(right)


def _without_objects(space: tuple[Dimension, ...]) -> list[Dimension]:
    """The space without the texts of objects, which may hold an address."""
    return [
        dataclasses.replace(
            dimension,
            options=tuple(option if option.literal else Option("", False) for option in dimension.options),
        )
        for dimension in space
    ]
