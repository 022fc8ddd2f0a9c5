"""A marker's call as data: its distribution, its arguments, and the distributions inside its options."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class OptionCall:
    """One written option of a choice, the distributions inside it, and its probability if there is one."""

    node: ast.expr
    inner: tuple[DrawCall, ...] = ()
    probability: ast.expr | None = None


@dataclass(frozen=True, eq=False)
class DrawCall:
    """A call of a distribution.

    Attributes:
        call: call of the distribution.
        distribution: name of the distribution, as written.
        name: label from ``name=``, or None.
        numbers: pairs of parameter and argument; none for a choice.
        options: written options of a choice, or None.
        listing: expression that yields a choice's list at load time, or None.
        log: whether it draws between the logarithms of its bounds.
        default: expression of its default, or None.
        default_option: number of the option that is the default, where the options are written out.
        is_stated: whether the default is the value in the code, which a comment marks.
    """

    call: ast.Call
    distribution: str
    name: str | None
    numbers: tuple[tuple[str, ast.expr], ...] = ()
    options: tuple[OptionCall, ...] | None = None
    listing: ast.expr | None = None
    log: bool = False
    default: ast.expr | None = None
    default_option: int | None = None
    is_stated: bool = False

    def evaluated_at_load(self) -> Iterator[ast.expr]:
        """Yield what is evaluated once after loading: bounds, probabilities, lists and their defaults."""
        yield from (node for _, node in self.numbers)
        if self.listing is not None:
            yield self.listing
        for option in self.options or ():
            if option.probability is not None:
                yield option.probability
        if self.default is not None and self.options is None:
            yield self.default

    def walk(self) -> Iterator[DrawCall]:
        """Yield this call and the distributions inside its options."""
        yield self
        for option in self.options or ():
            for draw in option.inner:
                yield from draw.walk()
