"""The running trial: ``from hypertemplate import trial`` in a template.

    with open(trial.folder / "scores.csv", "w") as file: ...

Outside a search there is no trial, and the same code works: `number` is None, `folder` the current directory,
`params` empty, and `report` does nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

__all__ = ["folder", "number", "params", "report"]

_Report = Callable[[object, Mapping[str, object]], None]

if TYPE_CHECKING:
    number: int | None
    """Number of the trial, from 0; None outside a search."""
    folder: Path
    """The trial's own folder for its files; the current directory if it has none."""
    params: Mapping[str, Any]
    """Label -> drawn value, read-only; for a choice its option, or the text of one that is not a constant."""


class _Current:
    """State of the one trial that this process runs at a time."""

    number: int | None = None
    folder = ""
    params: Mapping[str, Any] = MappingProxyType({})
    report: _Report | None = None
    uses = 0
    read: Callable[[], None] | None = None


_current = _Current()


def report(step: object = None, **metrics: object) -> None:
    """Report the metrics of one step of a training loop of your own, for its learning curve.

        for epoch in range(20):
            ...
            hypertemplate.report(step=epoch, loss=loss, val_accuracy=accuracy)

    A search shows the curve, may prune the trial by it (``prune=True`` or ``--prune``), and judges the trial
    by its lowest ``loss`` if the code returns nothing. A pruned trial ends at its next report. Outside a
    search nothing happens.

    Args:
        step: number of the step, such as an epoch. Steps must increase; returning to the first one starts a
            new curve, such as that of the next fold. Without it, reports are counted from 0.
        metrics: numbers by name; also NumPy scalars, tensors or arrays of one element, or None if a metric
            has no value at this step.
    """
    if _current.report is not None:
        _current.report(step, metrics)


def __getattr__(name: str) -> Any:
    """Return the current value of an attribute: it is looked up each time."""
    _current.uses += name in __all__
    if name == "folder":
        if not _current.folder:
            return Path.cwd()
        path = Path(_current.folder)
        path.mkdir(parents=True, exist_ok=True)
        return path
    if name == "params" and _current.read is not None:
        _current.read()
    if name in ("number", "params"):
        return getattr(_current, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]


@contextlib.contextmanager
def _running(number: int, folder: str, params: Mapping[str, Any]) -> Iterator[None]:
    """Describe this trial in the context; for the worker.

    Args:
        number: number of the trial.
        folder: an absolute path, created when first needed, or an empty string for none.
        params: label -> value.
    """
    global _current
    before, _current = _current, _Current()
    _current.number, _current.folder, _current.params = number, folder, MappingProxyType(dict(params))
    try:
        yield
    finally:
        _current = before


@contextlib.contextmanager
def _heard(report: _Report, read: Callable[[], None] | None = None) -> Iterator[None]:
    """Have these functions hear of the running trial in the context; for the worker.

    Args:
        report: is given what it reports.
        read: is called when it reads `params`.
    """
    running = _current
    running.report, running.read = report, read
    try:
        yield
    finally:
        running.report = running.read = None


def _uses() -> int:
    """Return how often code has asked for what differs from trial to trial; for the worker."""
    return _current.uses


def _folder() -> str:
    """Return the folder of the running trial, or an empty string."""
    return _current.folder
