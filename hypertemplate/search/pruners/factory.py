"""Factory of pruners for all interfaces."""

from __future__ import annotations

from collections.abc import Callable

from hypertemplate.errors import Spelling, UsageError, as_option, respelled
from hypertemplate.search.new_study import parse_objective
from hypertemplate.search.pruners.asha import SuccessiveHalving
from hypertemplate.search.pruners.base import METHODS, Method, NoPruner, Pruner
from hypertemplate.search.pruners.hint import PruningHint
from hypertemplate.search.pruners.hyperband import Hyperband
from hypertemplate.search.pruners.median import MedianPruner
from hypertemplate.search.pruners.watched_metric import Wish
from hypertemplate.search.samplers.enqueued import Point


def check_pruning(method: object, on: str | None, fit: object) -> None:
    """Check the options of a pruner, each by itself.

    Raises:
        UsageError: one of them is invalid.
    """
    if method is not None and method not in METHODS:
        raise UsageError(f"{{prune}} must be one of {', '.join(METHODS)}, got {method!r}", "prune")
    wish(on, fit)


def check_method(method: Method | None, **others: object) -> None:
    """Check, once the options of the study that is resumed are known, that there is a method for the others.

    Raises:
        UsageError: there is none.
    """
    for name, value in others.items():
        if value and method in (None, "none"):
            raise UsageError(f"{{{name}}} has no effect without {{prune}}", name, ("prune",))


def wish(on: str | None, fit: object) -> Wish:
    """Return the metric, as ``NAME[:min|:max]``, and the fit, ``last`` or from 1, that the user asked for.

    Raises:
        UsageError: one of them is invalid.
    """
    try:
        name, maximize = parse_objective(on, maximize=False)
    except UsageError as error:
        raise UsageError(f"{{prune_on}} {on}: write NAME, NAME:min or NAME:max", "prune_on") from error
    if fit is None or fit == "last":
        return Wish(name, maximize if on and ":" in on else None, None if fit is None else -1)
    number = fit if isinstance(fit, int) else int(fit) if isinstance(fit, str) and fit.isdecimal() else 0
    if isinstance(fit, bool) or number < 1:
        raise UsageError(
            f"{{prune_fit}} must be last or a whole number of at least 1, got {fit!r}", "prune_fit"
        )
    return Wish(name, maximize if on and ":" in on else None, number - 1)


def pruner(
    method: Method | None,
    wanted: Wish,
    points: tuple[Point, ...],
    note: Callable[[str], None],
    spell: Spelling = as_option,
) -> Pruner:
    """Make the pruner of a search.

    Args:
        method: its rule; None, where the user says nothing, for none.
        wanted: metric and fit that the user asked for.
        points: points that the user gave; their trials are never stopped.
        note: is given notes for the user.
        spell: function that spells a parameter in notes.
    """

    def spelled(text: str) -> None:
        note(respelled(text, spell))

    match method:
        case "asha":
            return SuccessiveHalving(wanted, points, spelled)
        case "fast":
            return SuccessiveHalving(wanted, points, spelled, first=1)
        case "median":
            return MedianPruner(wanted, points, spelled)
        case "hyperband":
            return Hyperband(wanted, points, spelled)
        case "none":
            return NoPruner()
    return PruningHint(spelled)
