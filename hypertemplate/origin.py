"""Origin of the number by which a trial is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Where = Literal["", "returned", "variable", "fit"]
"""Place where a number was found.

Unknown, as in trials of earlier versions; what the model function returned; a variable of a script at its
end; a metric of a Keras fit.
"""

Unit = Literal["epoch", "round", "step"]
"""Unit that the reports of a fit are counted in.

Keras's epochs; rounds of boosting; steps of ``report``, which have the numbers that the user gives them.
"""

DEFAULT = "val_loss"
"""Metric of a fit that counts where the user names none."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Origin of a trial's number.

    Attributes:
        name: name of the number, such as ``val_loss``; empty if unknown.
        where: place where it was found.
        epoch: number of the epoch of the fit that has it, as Keras counts; None if it is from no fit.
        epochs: number of the last epoch of that fit, or None.
        output: number, from 1, of the network's output that a metric is of, where its name begins with a name
            that Keras made; else None.
        earlier: number of epochs that Keras counts before the first one of the last fit (``initial_epoch``).
        fits: number of fits of the trial, of which the last one has the number; 1 if that is not known.
        fit: number, from 0, of the fit whose metrics count beside the number; None if that is the last one.
        unit: unit that `epoch` and `epochs` are counted in.
    """

    name: str = ""
    where: Where = ""
    epoch: int | None = None
    epochs: int | None = None
    output: int | None = None
    earlier: int = 0
    fits: int = 1
    fit: int | None = None
    unit: Unit = "epoch"


LOSS = "loss"
"""Name of the number that a model function returns."""

UNKNOWN = Origin()
"""Origin of a number of which nothing is known."""

RETURNED_LOSS = Origin(LOSS, "returned")
"""Origin of the loss that a model function returned."""
