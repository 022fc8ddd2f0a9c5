"""Grammar of a marker's content: the distributions' signatures, and the constraints on their numbers."""

from __future__ import annotations

import difflib
import inspect
import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from hypertemplate import distributions
from hypertemplate.compiler.diagnostics.codes import Code

CHOICES = frozenset({"choice", "pchoice"})

INTEGERS = frozenset({"randint", "uniformint"})
"""Distributions whose bounds and values are whole numbers."""

LOG_BOUNDED = frozenset({"loguniform", "qloguniform"})

LEAST_LOGARITHM = 0.1
"""Least positive bound that somebody may have meant as a logarithm: that of 1.1."""


IN_LOGARITHMS = {"uniform": "loguniform", "quniform": "qloguniform", "uniformint": "qloguniform"}
"""Distribution that takes ``log=True`` -> the one that draws between the logarithms of its bounds."""


def _parameters(name: str) -> dict[str, bool]:
    parameters = inspect.signature(getattr(distributions, name)).parameters.values()
    # A step is required, under whichever of its two names.
    return {p.name: p.default is p.empty or p.name == "q" for p in parameters if p.kind is not p.KEYWORD_ONLY}


def keywords(name: str) -> set[str]:
    """Return what a distribution takes by name alone, such as ``name`` and ``log``."""
    parameters = inspect.signature(getattr(distributions, name)).parameters.values()
    return {p.name for p in parameters if p.kind is p.KEYWORD_ONLY}


SIGNATURES: dict[str, dict[str, bool]] = {
    name: _parameters(name) for name in distributions.__all__ if name != "conditional"
}
"""Distribution -> its parameters in order, and whether each is required; without those by name alone."""


EXAMPLES = {
    "choice": "choice([64, 128])",
    "pchoice": "pchoice([(0.8, 'relu'), (0.2, 'elu')])",
    "randint": "randint(10)",
    "uniform": "uniform(0, 1)",
    "quniform": "quniform(16, 256, 16)",
    "uniformint": "uniformint(1, 5)",
    "loguniform": "loguniform(-9.21, -2.3)",
    "qloguniform": "qloguniform(2.77, 5.55, 16)",
    "normal": "normal(0, 1)",
    "qnormal": "qnormal(64, 16, 8)",
    "lognormal": "lognormal(0, 1)",
    "qlognormal": "qlognormal(4, 0.5, 8)",
}
"""Distribution -> a call of it, as an example in messages."""

_LOG_EXAMPLES = {
    "uniform": "uniform(1e-05, 0.1, log=True)",
    "quniform": "quniform(8, 400, 8, log=True)",
    "uniformint": "uniformint(16, 1024, log=True)",
}


SYNONYMS = {
    "loc": "mu",
    "max": "high",
    "mean": "mu",
    "min": "low",
    "scale": "sigma",
    "sd": "sigma",
    "std": "sigma",
    "stddev": "sigma",
    "values": "options",
}
"""Names that other libraries give a distribution's parameters."""


OTHER = ", with your other values in place of OTHER"
"""Explanation of the name that stands for values in advice; unlike ``...`` it is not valid in a marker."""


def to_fill_in(names: Sequence[str]) -> str:
    """Explain the names in capitals that stand for numbers in advice.

    >>> to_fill_in(["high"]), to_fill_in(["mu", "sigma"])
    (', with a number in place of HIGH', ', with numbers in place of MU and SIGMA')
    """
    if not names:
        return ""
    number = "numbers" if names[1:] else "a number"
    return f", with {number} in place of {' and '.join(name.upper() for name in names)}"


class Problem(NamedTuple):
    """A problem in a distribution's arguments.

    Attributes:
        code: kind of problem.
        message: the requirement, then the actual value.
        help: what to write instead.
        argument: name of the one at fault; empty for the whole.
        meant: pairs of an argument and the text that was surely meant for it.
    """

    code: Code
    message: str
    help: str
    argument: str = ""
    meant: tuple[tuple[str, str], ...] = ()


def did_you_mean(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known name that `name` is most likely a misspelling of, or None.

    Args:
        name: name as written.
        known: valid names.
        cutoff: least similarity, from 0 to 1 (`difflib.SequenceMatcher.ratio`).
    """
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=cutoff)
    return close[0] if close else None


def is_label(text: str) -> bool:
    """Return True if `text` can be a label: ``--set LABEL=VALUE`` must be able to name it."""
    return bool(text) and text.strip() == text and text.isprintable() and "=" not in text


def number_text(value: float) -> str:
    """Format a number as people write it: without a trailing ``.0``, with six digits at most."""
    try:
        return f"{value:.6g}"
    except OverflowError:
        return "a number too large for a float"


def value_text(logarithm: float) -> str:
    """Write the value that a logarithm is of, with as few digits as give back the logarithm's own decimals.

    People write logarithms to a few decimals: -11.5 is meant for 1e-05.

    >>> value_text(-11.5), value_text(2.77), value_text(math.log(1024))
    ('1e-05', '16', '1024')
    """
    decimals = max(1, -int(Decimal(repr(float(logarithm))).as_tuple().exponent))
    for digits in range(1, 6):
        text = f"{math.exp(logarithm):.{digits}g}"
        if float(text) and round(math.log(float(text)), decimals) == round(logarithm, decimals):
            return number_text(float(text))
    return number_text(math.exp(logarithm))


def check_numbers(distribution: str, numbers: Mapping[str, float], *, log: bool = False) -> Problem | None:
    """Check that a distribution can draw with these arguments; None if it can.

    Args:
        distribution: a distribution other than a choice.
        numbers: its known arguments; missing ones are not checked.
        log: whether it draws between the logarithms of its bounds.
    """
    for name, value in numbers.items():
        if not is_finite(value):
            text = f"{name} must be finite, got {name}={number_text(value)}"
            return Problem(Code.BOUNDS, text, "write a finite number, such as 1000", name)
    if distribution in INTEGERS:
        for name, value in numbers.items():
            if not isinstance(value, int):
                text = f"{distribution}() needs whole numbers, got {name}={value!r}"
                whole = math.floor(value)
                meant = ((name, str(whole)),) if value == whole else ()
                either = "" if meant else f" or {name}={whole + 1}"
                help = f"write {name}={whole}{either}; uniform() draws fractions"
                return Problem(Code.BOUNDS, text, help, name, meant)
    if log and (problem := _without_logarithm(distribution, numbers)) is not None:
        return problem
    if distribution == "randint":
        if "high" not in numbers and numbers.get("low", 1) < 1:
            text = f"randint(n) draws from 0 to n - 1 and needs n > 0, got {numbers['low']}"
            help = "write randint(10) for 0 to 9, or randint(1, 11) for 1 to 10"
            return Problem(Code.BOUNDS, text, help, "low")
        numbers = _randint_bounds(numbers)
    low, high = numbers.get("low"), numbers.get("high")
    if low is not None and high is not None and not low < high:
        return _out_of_order(distribution, low, high, numbers, log=log)
    for name, what in (("sigma", "standard deviation"), ("q", "step")):
        value = numbers.get(name, 1)
        if value <= 0:
            text = f"{distribution}() needs {name} > 0 (the {what}), got {name}={value}"
            meant = ((name, str(-value)),) if value else ()
            return Problem(Code.BOUNDS, text, f"write {name}={-value if value else 1}", name, meant)
    if distribution in LOG_BOUNDED and high is not None and high > 709:
        text = f"{distribution}() draws up to exp({number_text(high)}), which is too large for a float"
        lowest = "LOW" if low is None else number_text(low if low > 0 else math.exp(low))
        help = f"the bounds are natural logarithms: for values up to {number_text(high)} write "
        help += in_values(distribution, lowest, number_text(high), numbers)
        return Problem(Code.BOUNDS, text, help + (to_fill_in(["low"]) if low is None else ""), "high")
    return None


def in_values(distribution: str, low: str, high: str, numbers: Mapping[str, object]) -> str:
    """Write the call that draws on a scale of logarithms between two values, with the step of `numbers`."""
    step = f", {numbers['q']}" if "q" in numbers else ""
    return f"{distribution.replace('log', '')}({low}, {high}{step}, log=True)"


def _without_logarithm(distribution: str, numbers: Mapping[str, float]) -> Problem | None:
    """Report a bound that has no logarithm, or None."""
    low, high = numbers.get("low", math.inf), numbers.get("high", math.inf)
    if low > 0 and high > 0:
        return None
    name, value = ("high", high) if low > 0 else ("low", low)
    help = f"write, for example, {_LOG_EXAMPLES[distribution]}"
    if low <= 0 < high < math.inf:
        lowest = "1" if distribution == "uniformint" else number_text(float(f"{high / 1000:.1g}"))
        help = f"write the smallest value of interest, such as low={lowest}"
    elif low < high <= 0 and distribution != "uniformint":
        help = "for the values with these logarithms write "
        help += in_values(distribution, value_text(low), value_text(high), numbers)
    text = f"{distribution}(log=True) needs bounds above 0, got {name}={value}"
    return Problem(Code.BOUNDS, text, help, name)


def is_finite(value: float) -> bool:
    """Return True for a number that a float can hold, and that is not infinite."""
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number too large for a float
        return False


def _randint_bounds(numbers: Mapping[str, float]) -> dict[str, float]:
    """Return the bounds of a ``randint``; ``randint(n)`` draws from 0 to n - 1."""
    if "high" in numbers or "low" not in numbers:
        return dict(numbers)
    return {"low": 0, "high": numbers["low"]}


def _out_of_order(
    distribution: str, low: float, high: float, numbers: Mapping[str, float], *, log: bool
) -> Problem:
    text = f"{distribution}() needs low < high, got low={low}, high={high}"
    if low == high:
        return Problem(Code.BOUNDS, text, f"for a fixed value write {low} without a marker")
    rest = "".join(f", {value}" for name, value in numbers.items() if name not in ("low", "high"))
    rest += ", log=True" if log else ""
    help = f"swap the bounds: {distribution}({high}, {low}{rest})"
    given = {"low", "high"} <= numbers.keys()
    return Problem(Code.BOUNDS, text, help, meant=(("low", str(high)), ("high", str(low))) if given else ())


def check_logarithms(distribution: str, numbers: Mapping[str, float]) -> Problem | None:
    """Report bounds of a ``loguniform`` that look like values instead of their logarithms, or None."""
    low, high = numbers.get("low"), numbers.get("high")
    if distribution not in LOG_BOUNDED or low is None or high is None:
        return None
    if low <= 0 or (low >= LEAST_LOGARITHM and 1 < high <= 30):
        return None
    between = f"{number_text(math.exp(low))} and {number_text(math.exp(high))}"
    return Problem(
        Code.LOG_BOUNDS,
        f"the bounds of {distribution}() are natural logarithms: this draws between {between}",
        f"for values between {low} and {high} write {in_values(distribution, str(low), str(high), numbers)}",
    )


def check_probabilities(probabilities: Sequence[float]) -> Problem | None:
    """Check that these are the probabilities of all options; None if they are."""
    for value in probabilities:
        if not 0 <= value <= 1:
            text = f"a probability is between 0 and 1, got {value}"
            return Problem(Code.PROBABILITIES, text, f"write pairs such as {EXAMPLES['pchoice']}")
    total = math.fsum(probabilities)
    if abs(total - 1) > 1e-6:
        text = f"the probabilities of pchoice() must sum to 1, got {number_text(total)}"
        if not total:
            return Problem(Code.PROBABILITIES, text, f"write pairs such as {EXAMPLES['pchoice']}")
        listed = ", ".join(scaled(probabilities))
        return Problem(Code.PROBABILITIES, text, f"divide each by their sum: {listed}")
    return None


def scaled(probabilities: Sequence[float]) -> list[str]:
    """Return probabilities divided by their sum; what is rounded still sums to 1.

    >>> scaled([0.5, 0.2])
    ['0.714286', '0.285714']
    """
    total = math.fsum(probabilities)
    found = [float(number_text(p / total)) for p in probabilities[:-1]]
    rest = max(round(1 - math.fsum(found), 9), 0.0)
    return [number_text(p) for p in (*found, rest)]
