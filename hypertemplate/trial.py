"""The running trial: ``from hypertemplate import trial`` in a template.

    with open(trial.folder / "scores.csv", "w") as file: ...

Outside a search there is no trial, and the same code works: `number` is None, `folder` the current directory,
`params` empty.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

__all__ = ["folder", "number", "params"]

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


_current = _Current()


def __getattr__(name: str) -> Any:
    """Return the current value of an attribute: it is looked up each time."""
    if name == "folder":
        if not _current.folder:
            return Path.cwd()
        path = Path(_current.folder)
        path.mkdir(parents=True, exist_ok=True)
        return path
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


def _folder() -> str:
    """Return the folder of the running trial, or an empty string."""
    return _current.folder
