"""A row of the table of rules: which value of which call is worth searching, and where around it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypertemplate.compiler.suggestions.rules.ranges import Range

KERAS = ("keras", "tensorflow", "tf_keras")
TORCH = ("torch",)
METHODS = ("",)
"""Packages of rules for methods, whose objects may be of any package."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Value that is worth searching.

    Attributes:
        callees: last names of what is called, with spaces between them.
        arguments: names of the argument, its aliases too, likewise.
        range: range around today's value.
        reason: reason for which it is worth searching, as part of a sentence.
        place: position among the arguments, from 0; None where it is well known, or there is none.
        hidden: whether it is worth searching only in a layer whose output another layer with weights gets.
        named: whether it is worth searching only where it has a name, which several calls then share.
        most: most values for which it is proposed; 0 for any number. Each layer's own is too many to search.
        source: documentation, book or paper that says so, or that has the range.
        packages: packages that define what is called.
    """

    callees: str
    arguments: str
    range: Range
    reason: str
    place: int | None = None
    hidden: bool = False
    named: bool = False
    most: int = 0
    source: str = ""
    packages: tuple[str, ...] = ()


def rules(packages: tuple[str, ...], source: str, *rows: Rule) -> tuple[Rule, ...]:
    """Return rules of some packages that have one source."""
    return tuple(replace(one, packages=packages, source=source) for one in rows)
