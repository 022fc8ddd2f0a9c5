"""Number that a script is searched by, where its last call, such as ``main()``, returns one; pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hypertemplate.compiler.program import LastCall
from hypertemplate.origin import LOSS, Origin
from hypertemplate.runtime.metrics.directions import by_name
from hypertemplate.runtime.model_arguments import shape
from hypertemplate.runtime.numbers import as_number, finite_numbers, is_fraction
from hypertemplate.runtime.objective import Fitted, Found, Wanted, beside, of_script
from hypertemplate.runtime.outcome import EXAMPLE, of_history, search_by
from hypertemplate.runtime.protocol import Failed

Ended = tuple[Mapping[str, Any], Any]
"""Local variables of a function, and what it returned."""


@dataclass(frozen=True, slots=True)
class ScriptNames:
    """Variables of a script at the end of a trial.

    Attributes:
        values: module-level names, and with less weight the local ones of its last call.
        made: those that a trial binds; None if it may bind any.
    """

    values: Mapping[str, Any]
    made: Collection[str] | None


def script_names(names: Mapping[str, Any], made: Collection[str] | None, ended: Ended | None) -> ScriptNames:
    """Return the variables of a script.

    Args:
        names: module-level names at the end.
        made: those that a trial binds; None if it may bind any.
        ended: end of the last call; None if there was none, or if it did not reach its end.
    """
    if ended is None:
        return ScriptNames(names, made)
    local = {name: value for name, value in ended[0].items() if name not in (made or names)}
    return ScriptNames({**names, **local}, None if made is None else {*made, *local})


def of_last_call(
    script: ScriptNames,
    last: LastCall,
    ended: Ended | None,
    fitted: Fitted,
    wanted: Wanted,
    apart: Collection[str] = (),
) -> Found:
    """Find the number of a script that ends with a call: what it returned, a variable, a metric of a fit.

    A returned number counts if it has a fraction: a whole one is an exit status.

    Args:
        script: variables of the script.
        last: the call.
        ended: its end, or None.
        fitted: last fit.
        wanted: objective.
        apart: names of numbers that are no result, such as the parameters.
    """
    returned = ended[1] if ended is not None else None
    says = f"{last.function}() returned"
    if isinstance(returned, Mapping) and wanted.name in returned:
        return _found(returned[wanted.name], f"the {wanted.name} that {says} is", fitted, wanted, returned)
    if wanted.name not in (last.number, last.function):
        silent = last.function if ended is not None and returned is None else ""
        return of_script(script.values, script.made, fitted, wanted, silent=silent, apart=apart)
    if is_fraction(returned):
        return _found(returned, says, fitted, wanted)
    if isinstance(returned, Mapping):
        if LOSS in returned:
            return _found(returned[LOSS], f"the loss that {says} is", fitted, Wanted(LOSS), returned)
        keys = f"its keys: {', '.join(map(str, returned))}" if returned else "it is empty"
        numbers = finite_numbers(returned)
        advice = f"search by {search_by(numbers)}" if numbers else f"add it, as in {EXAMPLE}"
        reason = f"{says} a dict without 'loss' ({keys}); {advice}"
        return Found(Failed("no objective", reason), beside(fitted.curve))
    if wanted.maximize:
        reason = f"{says} {shape(returned)}, not {wanted.name}; name another objective with --objective NAME"
        return Found(Failed("no objective", reason), beside(fitted.curve))
    if isinstance(history := getattr(returned, "history", None), Mapping):
        return of_history(history, says, fitted, Wanted())
    return of_script(script.values, script.made, fitted, Wanted(), apart=apart)


def _found(
    value: Any, says: str, fitted: Fitted, wanted: Wanted, beside_it: Mapping[Any, Any] | None = None
) -> Found:
    """Return the number that was returned, or the failure to be one, with the numbers beside it."""
    name = wanted.name or LOSS
    metrics = beside(fitted.curve) | finite_numbers(beside_it or {})
    metrics.pop(name, None)
    number = as_number(value)
    if number is None:
        return Found(Failed("no objective", f"{says} {shape(value)}, not a number"), metrics)
    more = wanted.better_when_more(name, fitted)
    return Found(number, metrics, Origin(name, "returned"), _like(number, fitted) if more is None else more)


def _like(number: float, fitted: Fitted) -> bool | None:
    """Tell whether more of a number is better, by the metrics of the last fit that it equals."""
    directions = {
        by_name(name) for name, value in _values(fitted) if math.isclose(number, value, rel_tol=1e-9)
    }
    known = directions - {None}
    return known.pop() if len(known) == 1 else None


def _values(fitted: Fitted) -> Iterable[tuple[str, float]]:
    """Yield the metrics of the last epoch, and the best and worst of all epochs."""
    for name, value in fitted.curve[-1].items() if fitted.curve else ():
        curve = [epoch[name] for epoch in fitted.curve if name in epoch]
        yield from ((name, one) for one in (value, min(curve), max(curve)))
