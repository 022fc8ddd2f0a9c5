"""Values of a trial's parameters, each with what the trial did with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.search.study import Trial, TrialState
from hypertemplate.views.text import plain
from hypertemplate.views.trial_line import short

ValueState = Literal["read", "inactive", "not reached", "pending"]
"""State of a value.

The trial has read it; it was not drawn, or a complete trial did without it; a trial that failed or was pruned
did not come to it; the trial still runs.
"""

NOT_READ = "not read"
"""Text in place of a value that did not count."""


@dataclass(frozen=True, slots=True)
class ValueCell:
    """Value of one parameter in one trial.

    Attributes:
        state: what the trial did with it.
        number: drawn number, or the number of the option of a choice; None where none was drawn.
        text: value for people; of an option its source text.
    """

    state: ValueState
    number: float | None
    text: str

    @property
    def is_read(self) -> bool:
        """True if the value has an effect on the trial's result."""
        return self.state == "read"


INACTIVE = ValueCell("inactive", None, NOT_READ)
"""Cell of a parameter that the trial did not draw, since it took another option."""


def value_cells(space: Sequence[Dimension], trial: Trial) -> dict[str, ValueCell]:
    """Return the cell of each parameter of a trial, in the order of the space."""
    return {dimension.label: _cell(dimension, trial) for dimension in space}


def _cell(dimension: Dimension, trial: Trial) -> ValueCell:
    number = trial.params.get(dimension.label)
    if number is None:
        return INACTIVE
    if dimension.options:
        text = short(plain(dimension.options[int(number)].text))
    else:
        text = str(number) if isinstance(number, int) else f"{number:.6g}"
    return ValueCell(_state(dimension.label, trial), number, text)


def _state(label: str, trial: Trial) -> ValueState:
    if trial.state is TrialState.RUNNING:
        return "pending"
    if label not in trial.unused:
        return "read"
    return "inactive" if trial.state is TrialState.COMPLETE else "not reached"
