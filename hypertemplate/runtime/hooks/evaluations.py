"""Evaluations and predictions of a Keras model after its fit, which may be what a trial is judged by."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypertemplate.runtime.hooks.patch import Undo, replace
from hypertemplate.runtime.numbers import as_number
from hypertemplate.runtime.reports.fits import Fits


def note_evaluations(model_class: Any, current: Callable[[], Fits | None]) -> Undo:
    """Have ``evaluate`` and ``predict`` of a class of models tell the running trial's fits.

    Args:
        model_class: Keras's `Model`.
        current: returns the running trial's fits, or None between trials.

    Returns:
        A function that restores the methods.
    """

    def evaluated(fits: Fits, result: Any) -> None:
        fits.evaluated |= set(_numbers(result))

    def predicted(fits: Fits, result: Any) -> None:
        fits.predicted = True

    undo = [
        _note(model_class, name, note, current)
        for name, note in (("evaluate", evaluated), ("predict", predicted))
        if hasattr(model_class, name)
    ]

    def restore() -> None:
        for give_back in undo:
            give_back()

    return restore


def _note(
    model_class: Any, name: str, note: Callable[[Fits, Any], None], current: Callable[[], Fits | None]
) -> Undo:
    original = getattr(model_class, name)

    @functools.wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(self, *args, **kwargs)
        fits = current()
        if fits is not None and fits.fitting:
            fits.note_evaluation(self)
        elif fits is not None:
            note(fits, result)
        return result

    return replace(model_class, name, method)


def _numbers(result: Any) -> Iterator[float]:
    """Yield the numbers that ``evaluate`` returned: one, a list or a dict of them."""
    if isinstance(result, Mapping):
        result = [*result.values()]
    for value in result if isinstance(result, (list, tuple)) else [result]:
        number = as_number(value)
        if number is not None:
            yield number
