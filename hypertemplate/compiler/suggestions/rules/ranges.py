"""Ranges and options around the value that stands in code today, which always is one of them.

Each function makes a `Range`: a function of a call and of today's value to the text of a distribution,
without its default. That is an empty text for a value around which there is nothing to search.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeGuard

from hypertemplate.compiler.suggestions.use import Use

Range = Callable[[Use, object], str]

_LEAST_WIDTH = 4
"""Least number of units that is worth searching: fewer are a bottleneck on purpose."""

_SMALL_BATCH = 32
"""Batch size up to which larger ones are tried more than smaller ones."""

_COMBINING = frozenset(
    ("Add", "Average", "Concatenate", "Multiply", "Reshape", "Subtract", "add", "concatenate", "multiply")
) | {f"{name}{axes}D" for name in ("Cropping", "UpSampling") for axes in (1, 2, 3)}
"""Names of what fits only images of certain sizes; layers with ``Transpose`` in their names do so, too."""


def around(below: float, above: float, *, least: float = 0.0, most: float = math.inf) -> Range:
    """Return a range by magnitude, from today's value / `below` to today's value * `above`.

    Args:
        below: factor below today's value.
        above: factor above it.
        least: lowest bound.
        most: highest bound.
    """

    def of(use: Use, value: object) -> str:
        if not _is_number(value) or value <= 0:
            return ""
        low = min(value, max(_rounded(value / below), least))
        high = max(value, min(_rounded(value * above), most))
        return f"uniform({_text(low)}, {_text(high)}, log=True)" if low < high else ""

    return of


def between(
    low: float, high: float, *, most: float = math.inf, room: float = 0.0, zero: bool = True
) -> Range:
    """Return a range of numbers, extended where today's value is at one of its ends or beyond.

    Args:
        low: lower bound for most values.
        high: upper bound for most values.
        most: highest bound, and largest value of today for which there is a range.
        room: distance above a value at `high` or beyond, where there is so much.
        zero: whether there is a range around 0, by which much is turned off.
    """

    def of(use: Use, value: object) -> str:
        if not _is_number(value) or not 0 <= value <= most or (value == 0 and not zero):
            return ""
        first = low if value > low or not low else round(value / 2, 2)
        last = high if value < high else min(most, round(value + room, 2))
        return f"uniform({_text(first)}, {_text(last)})" if first < last else ""

    return of


def whole(low: int, high: int, *, times: float = 1.0, log: bool = False, least: int = 1) -> Range:
    """Return a range of whole numbers around today's.

    Args:
        low: lower bound for most values.
        high: upper bound for most values.
        times: factor above today's value that the range reaches at least.
        log: whether it is searched by magnitude.
        least: smallest value of today for which there is a range.
    """

    def of(use: Use, value: object) -> str:
        if not _is_whole(value) or value < least:
            return ""
        first, last = min(low, value), max(high, math.ceil(value * times))
        return f"uniformint({first}, {last}{', log=True' if log else ''})"

    return of


def scaled(below: int, above: int, *, most: int) -> Range:
    """Return a range of sizes by magnitude, from today's / `below` to today's * `above`.

    It is in steps, of which today's size is four or five where it is a round number, else in powers of two.

    Args:
        below: factor below today's size.
        above: factor above it.
        most: size above which there is nothing but today's.
    """

    def of(use: Use, value: object) -> str:
        if not _is_whole(value) or value < _LEAST_WIDTH:
            return ""
        low, high = max(_LEAST_WIDTH // 2, value // below), max(value, min(value * above, most))
        step = _step(value)
        if step == 1:
            return f"uniformint({low}, {high}, log=True)"
        return f"quniform({max(step, low // step * step)}, {high // step * step}, {step}, log=True)"

    return of


def smaller(below: int) -> Range:
    """Return a range by magnitude from today's size / `below` to today's: data may have no more."""

    def of(use: Use, value: object) -> str:
        if not _is_whole(value) or value < 2 * _LEAST_WIDTH:
            return ""
        return f"uniformint({max(2, value // below)}, {value}, log=True)"

    return of


def rounds(below: int, above: int, *, most: int = 2000) -> Range:
    """Return a range of numbers of trees or of rounds of boosting, each of which takes time.

    There is none where training stops early: then the number is only a limit.

    Args:
        below: factor below today's number.
        above: factor above it.
        most: number above which there is nothing but today's.
    """

    def of(use: Use, value: object) -> str:
        stops = use.mentions("early_stopping_rounds", "early_stopping", "EarlyStopping", "n_iter_no_change")
        if not _is_whole(value) or value < 10 or stops:
            return ""
        step = next(one for one in (50, 10, 5, 1) if value % one == 0 and value >= 2 * one)
        low = max(step, value // below // step * step)
        high = max(value, min(value * above, most) // step * step)
        return f"quniform({low}, {high}, {step})" if step > 1 else f"uniformint({low}, {high})"

    return of


def batches(use: Use, value: object) -> str:
    """Return batch sizes around today's, each double the one before."""
    if not _is_whole(value) or value < _LEAST_WIDTH:
        return ""
    if use.mentions("stateful", "batch_shape", "batch_input_shape"):
        return ""
    below, above = (2, 4) if value <= _SMALL_BATCH else (4, 2)
    sizes = [value]
    while sizes[0] * below > value and sizes[0] % 2 == 0:
        sizes.insert(0, sizes[0] // 2)
    while sizes[-1] < value * above:
        sizes.append(sizes[-1] * 2)
    return f"choice([{', '.join(map(str, sizes))}])"


def shuffled_batches(use: Use, value: object) -> str:
    """Return batch sizes like `batches`, where the samples are shuffled or drawn: that is for training."""
    shuffle = use.arguments.get("shuffle")
    shuffled = shuffle is not None and use.value("shuffle") not in (False, 0)
    return batches(use, value) if shuffled or "sampler" in use.arguments else ""


def options(*listed: object, today: tuple[object, ...] = ()) -> Range:
    """Return a choice among options.

    Args:
        listed: options, in this order.
        today: other values of today for which there is a choice, of which they then are the first option.
    """

    def of(use: Use, value: object) -> str:
        if any(_same(value, one) for one in listed):
            found = listed
        elif any(_same(value, one) for one in today):
            found = (value, *listed)
        else:
            return ""
        return f"choice([{', '.join(map(repr, found))}])"

    return of


def kernels(use: Use, value: object) -> str:
    """Return odd kernel sizes that fit wherever today's does.

    A larger kernel is proposed only where the padding makes room for it. A smaller one leaves a larger image,
    so without padding it is proposed only where no other layer asks for images of a certain size.
    """
    rank = len(value) if isinstance(value, tuple) else 0
    size = value[0] if isinstance(value, tuple) else value
    if not _is_whole(size) or size < 3 or (isinstance(value, tuple) and set(value) != {size}):
        return ""
    padding = use.value("padding") if "padding" in use.arguments else "valid"
    if padding in ("same", "causal"):
        sizes = [3, 5, 7] if size > 3 else [3, 5]
    elif padding == "valid" and not any(w in _COMBINING or w.endswith("Transpose") for w in use.called):
        sizes = [one for one in (3, 5, 7) if one < size]
    else:
        return ""
    sizes = sorted({*sizes, size})
    texts = [repr((one,) * rank) if rank else repr(one) for one in sizes]
    return f"choice([{', '.join(texts)}])" if len(sizes) > 1 else ""


def hidden_layers(use: Use, value: object) -> str:
    """Return sizes of hidden layers: half of today's units, as many, twice as many, and one layer more."""
    sizes = value if isinstance(value, tuple) else (value,)
    if not all(_is_whole(one) and one >= _LEAST_WIDTH for one in sizes):
        return ""
    found = [tuple(one // 2 for one in sizes), sizes, tuple(one * 2 for one in sizes)]
    found += [(*sizes, sizes[-1] // 2)] if len(sizes) < 3 else []
    texts = [repr(value if one == sizes else one) for one in found]
    return f"choice([{', '.join(texts)}])"


def fractions(use: Use, value: object) -> str:
    """Return shares of the features or samples, where today's is a share and not a number of them."""
    return between(0.3, 1.0, most=1.0)(use, value) if isinstance(value, float) else ""


def first_of(*ranges: Range) -> Range:
    """Return the range of the first function that has one for today's value."""
    return lambda use, value: next(filter(None, (one(use, value) for one in ranges)), "")


def where(argument: str, values: tuple[object, ...], then: Range) -> Range:
    """Return a range that there is only where another argument has one of these values."""
    return lambda use, value: then(use, value) if use.value(argument) in values else ""


def _step(size: int) -> int:
    """Return the step of a range of sizes.

    >>> _step(128), _step(48), _step(100), _step(33)
    (32, 8, 25, 1)
    """
    if size % 50 == 0:
        return size // 5 if size % 100 else size // 4
    step = 1
    while size % (step * 2) == 0 and step * 2 <= size // 4:
        step *= 2
    return step


def _rounded(value: float) -> float:
    """Round to a digit that people write bounds with: 1, 2, 3 or 5, and a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    digit = min((1, 2, 3, 5, 10), key=lambda one: abs(math.log(value / power / one)))
    return float(f"{digit * power:.1g}")


def _text(value: float) -> str:
    """Write a bound as people do.

    >>> [_text(one) for one in (0.00003, 0.02, 10.0, 2.5e-7)]
    ['3e-5', '0.02', '10', '2.5e-7']
    """
    text = f"{value:.6g}" if value >= 1e-3 or not value else f"{value:e}"
    mantissa, exponential, exponent = text.partition("e")
    if not exponential:
        return text
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{int(exponent)}"


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _same(left: object, right: object) -> bool:
    return type(left) is type(right) and left == right
