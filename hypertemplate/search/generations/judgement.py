"""Judgement of a study's trials after an edit of the template: which of them count, and with which values."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hypertemplate.compiler.edits.branches import takes
from hypertemplate.compiler.edits.changes import Branch, Changed, Edits, Marked, MarkerPair, Unmarked
from hypertemplate.compiler.markers.drawn_values import followed
from hypertemplate.compiler.markers.resolve import default_draw
from hypertemplate.compiler.markers.search_space import Dimension, Option, Params
from hypertemplate.compiler.syntax.literals import known_value
from hypertemplate.search.generations import edit_lines
from hypertemplate.search.generations.possible_values import drawn_as, is_immutable, is_same
from hypertemplate.search.study import Trial


@dataclass(frozen=True, slots=True)
class Judgement:
    """Trials of an earlier version of a template, as the present one sees them.

    Attributes:
        kept: parameters, under the present space, of the trials that count, by their numbers.
        left_out: reason of each other trial, by its number.
        lines: lines for people, one for each edit that matters to trials.
    """

    kept: Mapping[int, Params]
    left_out: Mapping[int, str]
    lines: tuple[str, ...] = ()


def judged(
    trials: Sequence[Trial],
    edits: Edits,
    before: tuple[Dimension, ...],
    after: tuple[Dimension, ...],
    *,
    retried: bool = False,
) -> Judgement:
    """Judge trials: one that counts has, run anew after the edits, the same loss.

    A value that a trial never read may be any other: it becomes the default where it is not possible.

    Args:
        trials: trials that ran the earlier version.
        edits: differences of the two versions.
        before: space of the earlier version, under which the trials have their parameters.
        after: space of the present version.
        retried: whether the trials are to run again, so that what they had not read yet may be any other too.
    """
    judge = _Judge(edits, before, after)
    kept: dict[int, Params] = {}
    left_out: dict[int, str] = {}
    for trial in trials:
        params, reasons = judge.judge(trial.params, trial.unused if retried else trial.not_read)
        if reasons:
            left_out[trial.number] = reasons[0]
        else:
            kept[trial.number] = params
    return Judgement(kept, left_out, tuple(judge.lines()))


def moved(
    params: Params,
    edits: Edits,
    before: tuple[Dimension, ...],
    after: tuple[Dimension, ...],
    unread: Collection[str] = (),
) -> tuple[dict[str, float], list[str]]:
    """Return the parameters of a trial after edits, and every reason why it does not fit them; see `judged`.

    Args:
        params: its parameters under the space of the earlier version.
        edits: differences of the two versions.
        before: space of the earlier version.
        after: space of the present version.
        unread: labels of those that it did without.
    """
    return _Judge(edits, before, after).judge(params, unread)


class _Judge:
    """Judge of trials, by the edits and the spaces before and after."""

    def __init__(self, edits: Edits, before: tuple[Dimension, ...], after: tuple[Dimension, ...]) -> None:
        self._edits = edits
        self._spaces = before, after
        self._before = {dimension.label: dimension for dimension in before}
        self._after = {dimension.label: dimension for dimension in after}
        self._sources: dict[str, MarkerPair | Marked] = {
            **{pair.after: pair for pair in edits.markers},
            **{one.after: one for one in edits.marked},
        }
        known = {pair.before for pair in edits.markers} | {one.before for one in edits.unmarked}
        known.update(label for one in edits.changed for label in one.before)
        self._unread = {label for one in edits.changed for label in one.after}
        self._known = known & self._before.keys()
        self._fixed = {one.after: self._stood(one) for one in edits.marked if one.after in self._after}
        self._places = {pair.after: dict(pair.options or ()) for pair in edits.markers}
        # What every trial reaches says the most.
        self._changed = sorted(edits.changed, key=lambda one: bool(one.branches))
        every = (*edits.markers, *edits.marked, *edits.unmarked, *edits.changed)
        self._counts = {id(one): edit_lines.Count() for one in every}

    def judge(self, params: Params, unread: Collection[str] = ()) -> tuple[dict[str, float], list[str]]:
        """Return the parameters of a trial after the edits, and the reasons why it does not count.

        Args:
            params: its parameters before.
            unread: labels of those that it never read.
        """
        found: dict[str, float] = {}
        free: set[str] = set()
        reasons = [f"'{label}' is gone" for label in params if label not in self._known]
        for dimension in self._spaces[1]:
            outer, option = dimension.parent or ("", 0)
            if outer and found.get(outer) != option:
                continue
            source = self._sources.get(dimension.label)
            drawn = self._drawn(source, params)
            if source is None and dimension.label in self._unread:
                drawn = default_draw(dimension)
            is_free = drawn is None and (outer in free or _reads_not(source, unread))
            if is_free:
                free.add(dimension.label)
                drawn = default_draw(dimension)
            if source is not None:
                self._count(source, drawn is not None, is_unread=is_free)
            if drawn is None:
                reasons.append(self._why(source, dimension, params))
            else:
                found[dimension.label] = drawn
        for gone in self._edits.unmarked:
            if gone.before in params and gone.before in self._known:
                same = self._is_same(gone, params)
                is_free = not same and gone.before in unread
                self._count(gone, same, is_unread=is_free)
                if not (same or is_free):
                    before = self._before[gone.before]
                    reasons.append(edit_lines.unmarked_reason(gone, before, params[gone.before]))
        code = list(self._reached(params, None if reasons else found))
        reasons = [*reasons, *(edit_lines.changed_reason(one) for one in code if one.branches)]
        return found, [*(edit_lines.changed_reason(one) for one in code if not one.branches), *reasons]

    def _count(
        self, edit: MarkerPair | Marked | Unmarked | Changed, counting: bool, *, is_unread: bool = False
    ) -> None:
        one = self._counts[id(edit)]
        if is_unread:
            one.unread += 1
            return
        one.all += 1
        one.kept += counting

    def _reached(self, params: Params, after: Params | None) -> Iterator[Changed]:
        """Yield the changed code that a trial reaches.

        Args:
            params: its parameters before.
            after: its parameters after the edits; None if it has none.
        """
        for changed in self._changed:
            unknown = after is None and any(branch.is_after for branch in changed.branches)
            if not unknown and all(self._may_take(one, params, after or {}) for one in changed.branches):
                self._count(changed, False)
                yield changed

    def _may_take(self, branch: Branch, before: Params, after: Params) -> bool:
        """Tell whether a trial may take a branch, which its value may not tell."""
        params, dimensions = (after, self._after) if branch.is_after else (before, self._before)
        if branch.label not in params or branch.label not in dimensions:
            return True
        drawn = followed(dimensions[branch.label], params, dimensions)
        return takes(branch, _constant(drawn) if isinstance(drawn, Option) else drawn)

    def _drawn(self, source: MarkerPair | Marked | None, params: Params) -> float | None:
        """Return the value of a dimension in a trial; None if it has none."""
        if isinstance(source, Marked):
            return self._fixed[source.after]
        if source is None or source.before not in params or source.before not in self._known:
            return None
        return self._moved(source, params[source.before])

    def _why(self, source: MarkerPair | Marked | None, dimension: Dimension, params: Params) -> str:
        """Return the reason why a trial has no value of a dimension."""
        if isinstance(source, Marked):
            return edit_lines.marked_reason(source, dimension)
        if source is None or source.before not in params or source.before not in self._known:
            return f"'{dimension.label}' is new, and nothing stood there"
        return edit_lines.pair_reason(source, self._before[source.before], dimension, params)

    def _stood(self, marked: Marked) -> float | None:
        """Return the value of a new dimension that is what stood there."""
        if marked.option is not None:
            return marked.option
        return _drawn_as(self._after[marked.after], known_value(marked.text))

    def _moved(self, pair: MarkerPair, drawn: float) -> float | None:
        """Return the value of a dimension that is the value which a trial drew before."""
        before, after = self._before[pair.before], self._after[pair.after]
        if not before.options:
            moved = drawn_as(after, int(drawn) if before.integral else float(drawn))
            # A value that the user gave may lie outside its range.
            return drawn if moved is None and _is_same_range(before, after) else moved
        number = int(drawn)
        if pair.options is not None and after.options:
            return self._places[pair.after].get(number)
        value = _known(before.options[number])
        if value and pair.same_list:
            return drawn_as(after, value[0])
        if pair.same_list:
            return number if _same_places(before, after) else None
        return _drawn_as(after, value)

    def _is_same(self, gone: Unmarked, params: Params) -> bool:
        """Tell whether a trial drew what stands in the place of a draw now."""
        before, drawn = self._before[gone.before], params[gone.before]
        return int(drawn) in gone.options if gone.options else _is_drawn(before, drawn, gone.text)

    def lines(self) -> Iterator[str]:
        """Yield the lines for people on the trials that were judged."""
        edits, counts = self._edits, self._counts
        labels = [one.after for one in edits.marked] + [one.before for one in edits.unmarked]
        pairs = [p for p in edits.markers if p.before in self._before and p.after in self._after]
        width = edit_lines.width([*labels, *(pair.before for pair in pairs)])
        for one in edits.marked:
            yield edit_lines.marked_line(one, self._after[one.after], counts[id(one)], width)
        for pair in pairs:
            spaces = self._before[pair.before], self._after[pair.after]
            yield from edit_lines.pair_lines(pair, *spaces, counts[id(pair)], width)
        for gone in edits.unmarked:
            yield edit_lines.unmarked_line(gone, self._before.get(gone.before), counts[id(gone)], width)
        yield from edit_lines.changed_lines([(one, counts[id(one)].all) for one in edits.changed])


@functools.lru_cache(maxsize=1024)
def _known(option: Option) -> tuple[()] | tuple[object]:
    """Return the value of an option that is a constant."""
    return known_value(option.text) if option.literal else ()


def _constant(option: Option) -> object:
    """Return the value of an option that is a constant, else the option."""
    return next(iter(_known(option)), option)


def _is_drawn(dimension: Dimension, drawn: float, text: str) -> bool:
    """Tell whether an expression is a constant that is what a trial drew, by its type too."""
    now = known_value(text)
    if not dimension.options:
        return any(drawn_as(dimension, value) == drawn for value in now)
    option = dimension.options[int(drawn)]
    return any(is_same(value, one) and is_immutable(value) for value in now for one in _known(option))


def _drawn_as(dimension: Dimension, value: tuple[()] | tuple[object]) -> float | None:
    """Return what a dimension draws for a value, if that is known, and one constant is as good as another."""
    return drawn_as(dimension, value[0]) if value and is_immutable(value[0]) else None


def _reads_not(source: MarkerPair | Marked | None, unread: Collection[str]) -> bool:
    """Tell whether a dimension is a draw that a trial had, and never read."""
    return isinstance(source, MarkerPair) and source.before in unread


def _is_same_range(before: Dimension, after: Dimension) -> bool:
    """Tell whether two dimensions without options draw the same numbers."""
    return replace(before, label=after.label, parent=after.parent) == after


def _same_places(before: Dimension, after: Dimension) -> bool:
    """Tell whether two lists of one expression have the same length, and constants at the same places."""
    return len(before.options) == len(after.options) and all(
        one.literal == other.literal and (not one.literal or one.text == other.text)
        for one, other in zip(before.options, after.options, strict=True)
    )
