"""Handlers of `logging` that setup has made, whose files trials append to through them."""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Iterator
from typing import Any

from hypertemplate.runtime.files import current_view
from hypertemplate.runtime.files.open_function import open_file
from hypertemplate.runtime.files.trial_view import TrialView


@contextlib.contextmanager
def reopened(view: TrialView) -> Iterator[None]:
    """Have handlers append to their files as code of the trial does in this context.

    Args:
        view: view of the trial.
    """
    every = [one() for one in [*logging._handlerList]]  # type: ignore[attr-defined]
    before = [(one, dict(vars(one))) for one in every if isinstance(one, logging.FileHandler)]
    try:
        for handler, _ in before:
            stream: Any = handler.stream  # None until it writes
            if stream is not None and not stream.closed and view.relative(handler.baseFilename) is not None:
                stream.flush()
                _set(handler, {"stream": _opened(view, handler)})
        yield
    finally:
        for handler, attributes in before:
            now = handler.stream
            _set(handler, attributes)
            if now is not None and now is not handler.stream:
                now.close()


def _opened(view: TrialView, handler: logging.FileHandler) -> Any:
    with current_view.behind():
        encoding, errors = handler.encoding, handler.errors
        return open_file(view, io.open, handler.baseFilename, "a", encoding=encoding, errors=errors)


def _set(handler: logging.FileHandler, attributes: dict[str, Any]) -> None:
    handler.acquire()
    try:
        vars(handler).update(attributes)
    finally:
        handler.release()
