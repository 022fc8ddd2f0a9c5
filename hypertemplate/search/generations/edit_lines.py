"""Edits of a template as people read them: what became of a marker, and of how many trials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hypertemplate.compiler.edits.changes import Changed, Marked, MarkerPair, Unmarked
from hypertemplate.compiler.markers.call_text import spelled_option
from hypertemplate.compiler.markers.search_space import Dimension, Option, Params
from hypertemplate.compiler.syntax.literals import known_value
from hypertemplate.search.generations.possible_values import is_immutable, why_not
from hypertemplate.search.resume import shown
from hypertemplate.units import counted, listed, with_article

MOST = 5
"""Most changed statements, and options, that are named one by one."""

_WIDEST = 14
"""Most characters of a label that the texts of all lines stand behind."""


@dataclass(slots=True)
class Count:
    """Trials that an edit concerns, and those among them that it keeps.

    Attributes:
        all: number of the trials that it concerns.
        kept: number of those that it keeps.
        unread: number of others, whose value it takes, and which never read that.
    """

    all: int = 0
    kept: int = 0
    unread: int = 0

    def told(self, text: str, without: str) -> str:
        """Return a text on the trials that it concerns, or another one without any, and on the others."""
        if not self.unread:
            return text if self.all else without
        others = f"{counted(self.unread, 'trial')} that never read it {_verb(self.unread, 'count')}"
        return f"{text}; {others}" if self.all else others

    def __str__(self) -> str:
        """Return them in words: ``all 40 trials``, ``13 of 40 trials``."""
        if self.kept == self.all:
            return _every(self.all)
        return f"{self.kept or 'none'} of {counted(self.all, 'trial')}"


def _every(number: int) -> str:
    return f"all {number} trials" if number > 1 else "the one trial" if number else "no trial"


def width(labels: Iterable[str]) -> int:
    """Return the width of the column of labels."""
    return min(max(map(len, labels), default=0), _WIDEST)


def marked_line(marked: Marked, after: Dimension, count: Count, width: int) -> str:
    """Write what became of trials for which a new marker's value stood in its place."""
    stood = _short(marked.text)
    if count.all and not count.kept:
        why, advice = _why_not(marked, after)
        return _line("+", marked.after, f"{stood}, {_where(marked)}, {why}: {count}{advice}", width)
    before = "is what it was without a value" if marked.is_lacking else "stood there before"
    text = f"{stood} {before}: {count} {_verb(count.kept, 'get')} {stood}"
    return _line("+", marked.after, text, width)


def marked_reason(marked: Marked, after: Dimension) -> str:
    """Write why a trial does not count whose value a new marker cannot have."""
    return f"{marked.place}: {_short(marked.text)}, {_where(marked)}, {_why_not(marked, after)[0]}"


def _where(marked: Marked) -> str:
    return "which it was without a value" if marked.is_lacking else "which stood there"


def _why_not(marked: Marked, after: Dimension) -> tuple[str, str]:
    """Say why a new marker never has what stood there, and which one would."""
    for value in known_value(marked.text):
        if is_immutable(value):
            choice = f"; choice([{_short(marked.text)}, ...]) can have it"
            return why_not(value, after), "" if after.options else choice
        return "is made anew each time, so that it is not a constant", ""
    return f"is not a value of {marked.after}", ""


def pair_lines(pair: MarkerPair, before: Dimension, after: Dimension, count: Count, width: int) -> list[str]:
    """Write what changed of a marker that both versions have; nothing if that is nothing."""
    changes = [f"is now {pair.after}"] if pair.before != pair.after else []
    verb, value = "keep", " their value"
    if before.options and after.options:
        changes += _option_changes(pair, before, after)
        value = " their option"
    elif shown(before) != shown(after) or before.integral != after.integral:
        changes.append(f"{_range(before, after)} is now {_range(after, before)}{_other_type(before, after)}")
        verb, value = ("keep", value) if before.options or after.options else ("lie inside", "")
    if not changes:
        return []
    value = value.replace("their", "its") if count.kept == 1 else value
    told = count.told(f"{count} {_verb(count.kept, verb)}{value}", "no trial has it")
    return [_line("~", pair.before, f"{'; '.join(changes)}: {told}", width)]


def pair_reason(pair: MarkerPair, before: Dimension, after: Dimension, params: Params) -> str:
    """Write why a trial does not count that drew a value which a marker can no longer have."""
    drawn = params[pair.before]
    if before.options and after.options:
        option = before.options[int(drawn)].text
        return f"{pair.place}: the option {_short(option)} of {pair.after} is gone or has changed"
    why = f"is not a value of {shown(after)}"
    if not before.options:
        why = why_not(int(drawn) if before.integral else float(drawn), after)
    return f"{pair.place}: {pair.before}={_drawn(before, drawn)} {why}"


def unmarked_line(gone: Unmarked, before: Dimension | None, count: Count, width: int) -> str:
    """Write what became of trials that drew a value, in the place of which another one stands now."""
    now = _short(gone.text)
    told = count.told(f"{count} had {now}", "no trial had it")
    other = ""
    if before is not None and not (count.kept or before.options):
        drew = float if not before.integral else int
        kinds = [type(value) for value in known_value(gone.text) if isinstance(value, int | float)]
        other = "".join(
            f", {with_article(kind.__name__)}, where {before.distribution} drew {drew.__name__}s"
            for kind in kinds
            if kind is not drew
        )
    return _line("-", gone.before, f"is now {now}{other}: {told}", width)


def unmarked_reason(gone: Unmarked, before: Dimension, drawn: float) -> str:
    """Write why a trial does not count that drew another value than what stands there now."""
    return f"{gone.place}: {gone.before} was {_drawn(before, drawn)} and is now {_short(gone.text)}"


def _drawn(dimension: Dimension, drawn: float) -> str:
    """Return a drawn value as text; a float has a point."""
    if dimension.options:
        return _short(dimension.options[int(drawn)].text)
    short = f"{drawn:g}"
    return f"{short}.0" if not dimension.integral and short.lstrip("-").isdigit() else short


def _other_type(before: Dimension, after: Dimension) -> str:
    """Say that a marker draws numbers of another type than before; nothing if it does not."""
    if before.options or after.options or before.integral == after.integral:
        return ""
    return ", which draws ints, not floats" if after.integral else ", which draws floats, not ints"


def changed_lines(changed: Sequence[tuple[Changed, int]]) -> Iterator[str]:
    """Yield what changed of other code, with the number of trials that reach it.

    Of many changes that reach every trial, the first ones are named.
    """
    plain = [one for one in changed if not one[0].branches]
    for one, left in [*(one for one in changed if one[0].branches), *plain[:MOST]]:
        trials = _every(left) if not one.branches or not left else counted(left, "trial")
        yield f"  {changed_reason(one)}: {trials} {'are' if left > 1 else 'is'} left out"
    if plain[MOST:]:
        yield f"  and {counted(len(plain) - MOST, 'more change')}"


def changed_reason(changed: Changed) -> str:
    """Write why trials that reach changed code do not count."""
    if not changed.branches:
        return changed.what
    return f"{changed.what}, which only {listed([one.shown for one in changed.branches])} reaches"


def _verb(count: int, verb: str) -> str:
    """Return a verb as it stands behind a number of trials."""
    if count != 1:
        return verb
    first, space, rest = verb.partition(" ")
    return f"{first}s{space}{rest}"


def _option_changes(pair: MarkerPair, before: Dimension, after: Dimension) -> Iterator[str]:
    """Yield what changed of the options of a choice."""
    if pair.options is not None:
        same = dict(pair.options)
        gone = [one for number, one in enumerate(before.options) if number not in same]
        new = [one for number, one in enumerate(after.options) if number not in same.values()]
        moved = [*same.values()] != sorted(same.values())
    else:
        had, has = [_spelled(before), _spelled(after)]
        gone = [one for one, text in zip(before.options, had, strict=True) if text not in has]
        new = [one for one, text in zip(after.options, has, strict=True) if text not in had]
        moved = had != has and not gone and not new
    yield from ([f"{_options(new)} new"] if new else [])
    yield from ([f"{_options(gone)} gone"] if gone else [])
    if moved and not new and not gone:
        yield "its options have another order"
    if before.probabilities != after.probabilities and not (new or gone or moved):
        yield "its options have other probabilities"


def _spelled(dimension: Dimension) -> list[str]:
    return [spelled_option(option.text) for option in dimension.options]


def _options(options: Sequence[Option]) -> str:
    named = [_short(option.text) for option in options[:MOST]]
    named += [f"{len(options) - MOST} more"] if options[MOST:] else []
    return f"option {named[0]} is" if len(named) == 1 else f"options {listed(named)} are"


def _range(dimension: Dimension, other: Dimension) -> str:
    """Write what a dimension draws from: its bounds if those alone differ, else its distribution."""
    numbers = dimension.numbers
    alike = dimension.distribution == other.distribution and numbers.keys() == other.numbers.keys()
    same_rest = all(
        numbers[name] == other.numbers[name] for name in numbers.keys() - {"low", "high"} if alike
    )
    if alike and same_rest and "high" in numbers and "log" not in dimension.distribution:
        return f"{numbers['low']:g}..{numbers['high']:g}"
    return shown(dimension)


def _short(text: str) -> str:
    """Return a text on one line, without its middle if it is long."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:24]}...{line[-12:]}"


def _line(sign: str, label: str, text: str, width: int) -> str:
    return f"  {sign} {label:<{width}}  {text}"
