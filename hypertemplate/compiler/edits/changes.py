"""Edits of a template, as data: its markers before and after, and the other statements that changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarkerPair:
    """Draw that is in both versions of a template, at the same place.

    Attributes:
        before: its label before.
        after: its label after.
        place: line of its marker after.
        options: pairs of the numbers, before and after, of options with the same code, where both lists are
            written out; None otherwise.
        same_list: whether both have the same expression for their list of options.
    """

    before: str
    after: str
    place: str
    options: tuple[tuple[int, int], ...] | None = None
    same_list: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """Draw in the place of an expression that was there before.

    Attributes:
        after: label of the draw.
        text: expression that it replaced.
        place: line of its marker.
        option: number of its option that is the expression; None where only its value can tell.
        is_lacking: whether nothing stood there: the expression is the default of the argument.
    """

    after: str
    text: str
    place: str
    option: int | None = None
    is_lacking: bool = False


@dataclass(frozen=True, slots=True)
class Unmarked:
    """Draw that was replaced by an expression.

    Attributes:
        before: label of the draw.
        text: expression that replaced it.
        place: line of the expression.
        options: numbers of its options that are the expression; empty where only their values can tell.
    """

    before: str
    text: str
    place: str
    options: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """Condition on one draw, under which a statement runs.

    Attributes:
        label: label of the draw.
        is_after: whether that is a label of the version after.
        test: test with `VALUE` in the place of the drawn value.
        taken: result of the test with which the statement runs.
        shown: condition as people read it, such as ``optimizer='sgd'``.
    """

    label: str
    is_after: bool
    test: str
    taken: bool
    shown: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Change of code other than a marker.

    Attributes:
        what: the change and its place, such as ``line 31 changed``.
        branches: conditions under all of which a trial reaches it; none if each trial may.
        before: labels of the draws in it before: a trial that does not reach it does without their values.
        after: likewise after.
    """

    what: str
    branches: tuple[Branch, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edits:
    """Differences of two versions of a template, as far as trials can tell.

    Attributes:
        markers: draws that both have.
        marked: draws that are new.
        unmarked: draws that are gone.
        changed: other code that differs.
    """

    markers: tuple[MarkerPair, ...] = ()
    marked: tuple[Marked, ...] = ()
    unmarked: tuple[Unmarked, ...] = ()
    changed: tuple[Changed, ...] = ()
