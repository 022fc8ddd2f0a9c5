"""A marker that is proposed for a value of plain code."""

from __future__ import annotations

from dataclasses import dataclass

from hypertemplate.compiler.syntax.source import Span


@dataclass(frozen=True, slots=True)
class Proposal:
    """Marker that is proposed for a value.

    Attributes:
        number: number for people, from 1 in the order of the text.
        span: place of the value.
        code: the value as it stands in the text.
        shown: the value with what tells what it is: ``Dropout(0.2)``, ``learning_rate=1e-3``.
        draw: the distribution, without a default: ``uniform(0, 0.5)``.
        reason: reason for which the value is worth searching.
        source: documentation, book or paper that says so, or that has the range.
        is_kept: whether the distribution is that of an earlier version, and not the one for today's value.
    """

    number: int
    span: Span
    code: str
    shown: str
    draw: str
    reason: str
    source: str
    is_kept: bool = False

    @property
    def marked_call(self) -> str:
        """The distribution with the value of today as its default."""
        return f"{self.draw[:-1]}, default={self.code})"

    @property
    def marker(self) -> str:
        """The marker in braces."""
        return f"{{{{{self.marked_call}}}}}"
