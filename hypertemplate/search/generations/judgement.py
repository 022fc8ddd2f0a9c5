"""Judgement of a study's trials after an edit of the template: which of them count, and with which values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hypertemplate.compiler.edits.branches import takes
from hypertemplate.compiler.edits.changes import Branch, Changed, Edits, Marked, MarkerPair, Unmarked
from hypertemplate.compiler.markers.drawn_values import decoded
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
    trials: Sequence[Trial], edits: Edits, before: tuple[Dimension, ...], after: tuple[Dimension, ...]
) -> Judgement:
    """Judge trials: one that counts has, run anew after the edits, the same loss.

    Args:
        trials: trials that ran the earlier version.
        edits: differences of the two versions.
        before: space of the earlier version, under which the trials have their parameters.
        after: space of the present version.
    """
    judge = _Judge(edits, before, after)
    kept: dict[int, Params] = {}
    left_out: dict[int, str] = {}
    counts: dict[object, edit_lines.Count] = {}
    for trial in trials:
        params, reasons = judge.judge(trial.params, counts)
        if reasons:
            left_out[trial.number] = reasons[0]
        else:
            kept[trial.number] = params
    return Judgement(kept, left_out, tuple(judge.lines(counts)))


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
        self._known = known & self._before.keys()
        self._fixed = {one: self._stood(one) for one in edits.marked if one.after in self._after}

    def judge(
        self, params: Params, counts: dict[object, edit_lines.Count]
    ) -> tuple[dict[str, float], list[str]]:
        """Return the parameters of a trial after the edits, and the reasons why it does not count.

        Args:
            params: its parameters before.
            counts: number of trials that each edit concerns, and keeps; the trial is added.
        """
        found: dict[str, float] = {}
        reasons = [f"'{label}' is gone" for label in params if label not in self._known]
        for dimension in self._spaces[1]:
            outer, option = dimension.parent or ("", 0)
            if outer and found.get(outer) != option:
                continue
            source = self._sources.get(dimension.label)
            drawn, reason = self._drawn(source, dimension, params)
            if source is not None:
                _count(counts, source, not reason)
            if drawn is None:
                reasons.append(reason)
            else:
                found[dimension.label] = drawn
        for gone in self._edits.unmarked:
            if gone.before in params and gone.before in self._known:
                reason = self._differs(gone, params)
                _count(counts, gone, not reason)
                reasons += [reason] if reason else []
        changed = list(self._reached(params, None if reasons else found))
        for one in changed:
            _count(counts, one, False)
        code = [edit_lines.changed_reason(one) for one in changed]
        # Of several reasons the code that every trial reaches says the most.
        return found, [*code, *reasons] if not all(one.branches for one in changed) else [*reasons, *code]

    def _reached(self, params: Params, after: Params | None) -> Iterator[Changed]:
        """Yield the changed code that a trial reaches, what every trial reaches first.

        Args:
            params: its parameters before.
            after: its parameters after the edits; None if it has none.
        """
        values = _values(self._spaces[0], params), _values(self._spaces[1], after or {})
        for changed in sorted(self._edits.changed, key=lambda one: bool(one.branches)):
            unknown = after is None and any(branch.is_after for branch in changed.branches)
            if not unknown and all(_may_take(branch, values) for branch in changed.branches):
                yield changed

    def _drawn(
        self, source: MarkerPair | Marked | None, dimension: Dimension, params: Params
    ) -> tuple[float | None, str]:
        """Return the value of a dimension in a trial, or the reason why it has none."""
        if isinstance(source, Marked):
            drawn = self._fixed[source]
            reason = edit_lines.marked_reason(source)
        elif source is not None and source.before in params and source.before in self._known:
            drawn = self._moved(source, dimension, params)
            reason = edit_lines.pair_reason(source, self._before[source.before], dimension, params)
        else:
            drawn, reason = None, f"'{dimension.label}' is new, and nothing stood there"
        return drawn, "" if drawn is not None else reason

    def _stood(self, marked: Marked) -> float | None:
        """Return the value of a new dimension that is what stood there."""
        if marked.option is not None:
            return marked.option
        return _drawn_as(self._after[marked.after], known_value(marked.text))

    def _moved(self, pair: MarkerPair, dimension: Dimension, params: Params) -> float | None:
        """Return the value of a dimension that is the value which a trial drew before."""
        before, drawn = self._before[pair.before], params[pair.before]
        if not before.options:
            return drawn_as(dimension, int(drawn) if before.integral else float(drawn))
        number = int(drawn)
        if pair.options is not None and dimension.options:
            return dict(pair.options).get(number)
        option = before.options[number]
        value = known_value(option.text) if option.literal else ()
        if value and pair.same_list:
            return drawn_as(dimension, value[0])
        if pair.same_list:
            return number if _same_places(before, dimension) else None
        return _drawn_as(dimension, value)

    def _differs(self, gone: Unmarked, params: Params) -> str:
        """Return the reason why a trial drew another value than what stands there now, if it did."""
        before, drawn = self._before[gone.before], params[gone.before]
        same = int(drawn) in gone.options if gone.options else _is_drawn(before, drawn, gone.text)
        return "" if same else edit_lines.unmarked_reason(gone, before, drawn)

    def lines(self, counts: Mapping[object, edit_lines.Count]) -> Iterator[str]:
        """Yield the lines for people."""
        edits, none = self._edits, edit_lines.Count()
        labels = [one.after for one in edits.marked] + [one.before for one in edits.unmarked]
        pairs = [p for p in edits.markers if p.before in self._before and p.after in self._after]
        width = edit_lines.width([*labels, *(pair.before for pair in pairs)])
        for one in edits.marked:
            yield edit_lines.marked_line(one, counts.get(one, none), width)
        for pair in pairs:
            spaces = self._before[pair.before], self._after[pair.after]
            yield from edit_lines.pair_lines(pair, *spaces, counts.get(pair, none), width)
        for gone in edits.unmarked:
            yield edit_lines.unmarked_line(gone, counts.get(gone, none), width)
        yield from edit_lines.changed_lines(edits.changed, counts)


def _count(counts: dict[object, edit_lines.Count], edit: object, counting: bool) -> None:
    one = counts.setdefault(edit, edit_lines.Count())
    one.all += 1
    one.kept += counting


def _may_take(branch: Branch, values: tuple[Mapping[str, object], Mapping[str, object]]) -> bool:
    of_version = values[1] if branch.is_after else values[0]
    return branch.label not in of_version or takes(branch, of_version[branch.label])


def _values(space: tuple[Dimension, ...], params: Params) -> dict[str, object]:
    """Return the values of a trial under a space; of options, those that are constants."""
    return {label: _plain(one) for label, one in decoded(space, params).items()}


def _is_drawn(dimension: Dimension, drawn: float, text: str) -> bool:
    """Tell whether an expression is a constant that is what a trial drew, by its type too."""
    now = known_value(text)
    if not dimension.options:
        return any(drawn_as(dimension, value) == drawn for value in now)
    option = dimension.options[int(drawn)]
    had = known_value(option.text) if option.literal else ()
    return any(is_same(value, other) and is_immutable(value) for value in now for other in had)


def _drawn_as(dimension: Dimension, value: tuple[()] | tuple[object]) -> float | None:
    """Return what a dimension draws for a value, if that is known, and one constant is as good as another."""
    return drawn_as(dimension, value[0]) if value and is_immutable(value[0]) else None


def _plain(value: float | Option) -> object:
    """Return a drawn value; of an option that is not a constant, the option."""
    if not isinstance(value, Option):
        return value
    return next(iter(known_value(value.text)), value) if value.literal else value


def _same_places(before: Dimension, after: Dimension) -> bool:
    """Tell whether two lists of one expression have the same length, and constants at the same places."""
    return len(before.options) == len(after.options) and all(
        one.literal == other.literal and (not one.literal or one.text == other.text)
        for one, other in zip(before.options, after.options, strict=True)
    )
