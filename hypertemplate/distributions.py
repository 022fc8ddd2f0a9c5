"""The twelve distributions of hyperopt, as they are written inside a marker.

Each function's signature is the grammar of its marker: the compiler binds a marker's arguments to it.
None of them draws anything when it is called: a marker is compiled, never run. The distributions and
their meaning are hyperopt's (Bergstra, Yamins and Cox 2013, `hyperopt.hp`); labels are found by the
compiler, or given as ``name``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, NoReturn, TypeVar

from hypertemplate.errors import OutsideTemplateError

__all__ = [
    "choice",
    "conditional",
    "lognormal",
    "loguniform",
    "normal",
    "pchoice",
    "qlognormal",
    "qloguniform",
    "qnormal",
    "quniform",
    "randint",
    "uniform",
    "uniformint",
]

T = TypeVar("T")


def _outside(example: str) -> NoReturn:
    name = sys._getframe(1).f_code.co_name
    raise OutsideTemplateError(
        f"{name}() was called as ordinary Python, and it draws only inside a marker: put double braces "
        f"around it, as in {{{{{example}}}}}. Markers are read by hypertemplate run FILE, tune() and "
        "minimize(); a notebook's marked cells run as they are after %load_ext hypertemplate"
    )


def choice(options: Sequence[T], *, default: T | None = None, name: str | None = None) -> T:
    """One of `options`, each as likely as the others.

    Args:
        options: a list of anything: numbers, strings, objects, classes, other distributions. Only the
            chosen option is evaluated, each time that the marker is reached. A list that is not written out
            is evaluated once after the file is loaded, to learn its length.
        default: the option that runs where nothing is searched, and that a search tries first; by default
            the first one.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("choice([64, 128])")


def pchoice(p_options: Sequence[tuple[float, T]], *, default: T | None = None, name: str | None = None) -> T:
    """One option of a list of pairs ``(probability, option)``; the probabilities sum to 1.

    Args:
        p_options: for example ``[(0.8, 'relu'), (0.2, 'elu')]``.
        default: the option that runs where nothing is searched, and that a search tries first; by default
            the first one.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("pchoice([(0.8, 'relu'), (0.2, 'elu')])")


def randint(low: int, high: int | None = None, *, default: int | None = None, name: str | None = None) -> int:
    """A whole number from `low` to ``high - 1``; with one argument from 0 to ``low - 1``.

    The search treats the numbers as unordered, as suits seeds and indices. For a size, use `uniformint` or
    `quniform`.

    Args:
        low: the lowest value, or with one argument the number of values.
        high: one more than the highest value.
        default: the value that runs where nothing is searched, and that a search tries first; by default the
            middle of the range.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("randint(10)")


def uniform(
    low: float, high: float, *, log: bool = False, default: float | None = None, name: str | None = None
) -> float:
    """A number between `low` and `high`, all equally likely.

    Args:
        low: the lower bound, in the value's own unit.
        high: the upper bound, above `low`.
        log: ``True`` draws on a scale of logarithms: between 0.001 and 0.01 as often as between 0.01 and 0.1.
            The bounds are values all the same, above 0.
        default: the value that runs where nothing is searched, and that a search tries first; by default the
            middle of the range.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("uniform(0, 0.5)")


def quniform(
    low: float,
    high: float,
    q: float | None = None,
    *,
    step: float | None = None,
    log: bool = False,
    default: float | None = None,
    name: str | None = None,
) -> float:
    """``round(uniform(low, high) / q) * q``: a multiple of `q`, as people write it (0.6 for a step of 0.1).

    Where `low`, `high` and `q` are all whole numbers, the value is an ``int``; hyperopt gives a ``float``.
    A bound that is not a multiple of `q` may be passed by up to ``q / 2``.

    Args:
        low: the lower bound, in the value's own unit.
        high: the upper bound, above `low`.
        q: the step, above 0.
        step: another name of `q`.
        log: ``True`` draws on a scale of logarithms, as in `uniform`; the step is that of the value.
        default: the value that runs where nothing is searched, and that a search tries first; by default the
            middle of the range.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("quniform(32, 256, 32)")


def uniformint(
    low: int, high: int, *, log: bool = False, default: int | None = None, name: str | None = None
) -> int:
    """A whole number from `low` to `high`, both included.

    It is ``round(uniform(low, high))``, as in hyperopt: the two ends are half as likely as the others.

    Args:
        low: the lowest value.
        high: the highest value, above `low`.
        log: ``True`` draws on a scale of logarithms, as in `uniform`, and rounds: a whole number from `low`,
            above 0, to `high`, both included. ``uniformint(16, 1024, log=True)`` is below 128 half the time.
        default: the value that runs where nothing is searched, and that a search tries first; by default the
            middle of the range.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("uniformint(1, 5)")


def loguniform(low: float, high: float, *, default: float | None = None, name: str | None = None) -> float:
    """``exp(uniform(low, high))``: a number whose logarithm is uniform.

    With bounds that are values, the same is written ``uniform(1e-5, 1e-1, log=True)``.

    Args:
        low: the natural logarithm of the lower bound: -11.5 for 1e-5.
        high: the natural logarithm of the upper bound: -2.3 for 0.1.
        default: the value that runs where nothing is searched, and that a search tries first; by default the
            middle of the range.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("loguniform(-11.5, -2.3)")


def qloguniform(
    low: float,
    high: float,
    q: float | None = None,
    *,
    step: float | None = None,
    default: float | None = None,
    name: str | None = None,
) -> float:
    """``round(loguniform(low, high) / q) * q``.

    With bounds that are values, the same is written ``quniform(8, 400, q=8, log=True)``.

    Args:
        low: the natural logarithm of the lower bound.
        high: the natural logarithm of the upper bound.
        q: the step of the value itself (not of its logarithm), above 0.
        step: another name of `q`.
        default: the value that runs where nothing is searched, and that a search tries first; by default the
            middle of the range.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("qloguniform(2, 6, 8)")


def normal(mu: float, sigma: float, *, default: float | None = None, name: str | None = None) -> float:
    """A normally distributed number, without bounds.

    Args:
        mu: the mean, in the value's own unit.
        sigma: the standard deviation, above 0, in the same unit.
        default: the value that runs where nothing is searched, and that a search tries first; by default the
            middle of the range.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("normal(0, 1)")


def qnormal(
    mu: float,
    sigma: float,
    q: float | None = None,
    *,
    step: float | None = None,
    default: float | None = None,
    name: str | None = None,
) -> float:
    """``round(normal(mu, sigma) / q) * q``.

    Args:
        mu: the mean, in the value's own unit.
        sigma: the standard deviation, above 0, in the same unit.
        q: the step, above 0.
        step: another name of `q`.
        default: the value that runs where nothing is searched, and that a search tries first; by default the
            middle of the range.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("qnormal(64, 16, 8)")


def lognormal(mu: float, sigma: float, *, default: float | None = None, name: str | None = None) -> float:
    """``exp(normal(mu, sigma))``: always above 0.

    Args:
        mu: the mean of the value's natural logarithm.
        sigma: the standard deviation of the value's natural logarithm, above 0.
        default: the value that runs where nothing is searched, and that a search tries first; by default the
            middle of the range.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("lognormal(-7, 1)")


def qlognormal(
    mu: float,
    sigma: float,
    q: float | None = None,
    *,
    step: float | None = None,
    default: float | None = None,
    name: str | None = None,
) -> float:
    """``round(lognormal(mu, sigma) / q) * q``.

    Args:
        mu: the mean of the value's natural logarithm.
        sigma: the standard deviation of the value's natural logarithm, above 0.
        q: the step of the value itself, above 0.
        step: another name of `q`.
        default: the value that runs where nothing is searched, and that a search tries first; by default the
            middle of the range.
        name: label of the parameter; by default it follows from where the marker is written.

    Raises:
        OutsideTemplateError: it is called outside ``{{...}}``.
    """
    _outside("qlognormal(4, 1, 8)")


def conditional(value: Any) -> Any:
    """`value` itself.

    Templates written for the first releases of Hyperas wrap a marker in ``if conditional({{...}})``;
    here a marker is an ordinary expression, and the call does nothing.
    """
    return value
