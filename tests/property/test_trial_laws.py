"""A trial is what running the whole file with the drawn values in place of the markers would be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.compiler.support import compiled, run_trials

pytestmark = pytest.mark.property

NAMES = ("a", "b", "c", "d")
MARKER = "{{choice([10, 20, 30])}}"
MODEL = f"def model():\n    return str([a, {MARKER}])\n"

COPIES = ("{0} = [{1}]", "{0} = {2} + [{1}]", "{0} = list({2})", "{0} = [str({2}) for i in [{1}]]")
ALIASES = ("{0} = {2}", "{0} = [{2}, {1}]", "{0} = {2} = [{1}]", "{0}, {2} = {2}, [{1}]", "{0} = K.x")
CHANGES = ("{0}.append({1})", "{0}[:0] = [{1}]", "{0} += [{1}]", "del {0}[1:]", "{0}.insert(0, {1})")
GIVEN = (
    "grow({0}, {1})",
    "grow(more={1}, x={0})",
    "both({2}, {0})",
    "operator.setitem({0}, slice(0), [{1}])",
)
RESULTS = (
    "{0} = [{2}.pop() if {2} else 0, {1}]",
    "{0} = [str({2}.append({1}))]",
    "{0} = [str(grow({2}, {1}))]",
)
PARTS = ("{0} = [{2}, {1}][0]", "{0} = {2} or [{1}]", "K.x = {0}", "for {0} in [{2}, [{1}]]: pass")
READ = (
    "{0} = [next(rows, 0), {1}]",
    "{0} = [str(next(pairs, 0)), {1}]",
    "{0} = [n for n in lines]",
    "rows = iter([{1}, 8, 9])",
    "pairs = zip('abcd', {0})",
    "lines = numbers({1}, 2)",
    "{0} = [str(list(held[0])[:3])]",
    "{0} = list(zip(*[{2}]))[:2]",
)
"""Statements over two lists {0} and {2}, and an item {1}."""

CALLED = (
    "{0} = [remember({1}), len({2})]",
    "{0} = [count(), {1}]",
    "put({1})",
    "{0} = [str(put({1}))]",
    "put = {0}.append",
    "for push in [{0}.append]: push({1})",
    "{0} = [str(list(map({2}.append, [{1}])))]",
    "note({1})",
    "{0} = [tally.add({1}), 1]",
    "{0} = [tick(), {1}]",
    "keep = [note, {1}]",
    "keep[0]({1})",
)
"""Such statements as a script alone may have: what they change is changed by calls."""

HEAD = """\
import operator
class K:
    x = [5]
class Tally:
    n = 0
    kept = []
    def add(self, x):
        self.n += 1
        self.kept.append(x)
        return str([self.n, self.kept])
def grow(x, more=1):
    y = x
    y.append(more)
def both(x, y):
    x = list(x)
    x.append(1)
    grow(more=str(x), x=y)
def numbers(*values):
    yield from values
def remember(x, memo=[]):
    memo.append(x)
    return len(memo)
def count():
    count.calls += 1
    return count.calls
count.calls = 0
def ticker():
    n = 0
    def tick():
        nonlocal n
        n += 1
        return n
    return tick
tick = ticker()
tally = Tally()
seen = []
def note(x):
    seen.append(x)
keep = [note]
put = seen.append
rows = iter(range(9))
pairs = zip('abcdefghi', range(9))
lines = numbers(4, 5, 6)
held = [iter('abc'), 3]
"""

ITEMS = ("7", "str({0})", "len({0})", "{1}({0})", MARKER, "(7 if len({0}) > 2 else " + MARKER + ")")
BLOCKS = (
    "def f{3}(x):\n    return str([x, {0}, {1}])",
    "def s{3}():\n    global {0}\n    {0} = [{1}]\ns{3}()",
    "if {1} in (20, '20', 2):\n    {4}\nelse:\n    {5}",
    "for i in range(2):\n    {4}",
    "class K:\n    x = [{1}]",
    "del {0}\n{0} = [7]",
)


@st.composite
def modules(draw: st.DrawFn, templates: tuple[str, ...], *, script: bool = False) -> str:
    """A module of statements over four lists, some of which hold markers, and what shows them at the end."""
    lines = [HEAD, *(f"{name} = [{number}]" for number, name in enumerate(NAMES))]
    functions = ["len"]

    def name() -> str:
        return draw(st.sampled_from(NAMES))

    def item() -> str:
        return draw(st.sampled_from(ITEMS)).replace("{0}", name()).replace("{1}", functions[-1])

    def simple() -> str:
        return draw(st.sampled_from(templates)).format(name(), item(), name())

    for number in range(draw(st.integers(1, 10))):
        if draw(st.integers(0, 2)):
            lines.append(simple())
        else:
            block = draw(st.sampled_from(BLOCKS))
            lines.append(block.format(name(), item(), "", number, simple(), simple()))
            functions += [f"f{number}"] if block.startswith("def f") else []
    shown = f"str([{', '.join(NAMES)}, {MARKER}])"
    return "\n".join(lines) + (f"\nloss = {shown}, seen\n" if script else f"\ndef model(): return {shown}\n")


rows = st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=5), min_size=2, max_size=3)
"""For each of several trials the options that its markers choose, over and over."""


def run_whole(text: str, values: dict[int, int]) -> Any:
    """What the model returns when the whole file runs with these options in place of its markers.

    Args:
        text: the file.
        values: the option of each marker, by where it begins; a marker that no trial needs has none.
    """
    for start in sorted(values, reverse=True):
        text = text[:start] + str((10, 20, 30)[values[start]]) + text[start + len(MARKER) :]
    text = text.replace(MARKER, "10")
    namespace: dict[str, Any] = {"__name__": "model"}
    exec(text, namespace)
    return namespace["model"]() if "model" in namespace else namespace["loss"]


def check(text: str, rows: list[list[int]]) -> None:
    """Every trial gives what a run of the whole file gives."""
    program = compiled(text)
    parameters = program.space.parameters
    labels = [parameter.label for parameter in parameters]
    starts = [parameter.marker.start for parameter in parameters]
    trials = [[row[number % len(row)] for number in range(len(labels))] for row in rows]
    results = run_trials(program, [dict(zip(labels, values, strict=True)) for values in trials])
    if program.model is None:
        results = [names["loss"] for names in results]
    assert results == [run_whole(text, dict(zip(starts, values, strict=True))) for values in trials]


@given(modules(COPIES + ALIASES), rows)
@example(f"b = [1]\na = b + [{MARKER}]\nb = [2]\n{MODEL}", [[0], [1]])
@example(f"def f(): return b\nb = [1]\na = f() + [{MARKER}]\nb = [2]\n{MODEL}", [[0], [1]])
def test_trials_where_names_are_bound_again(text: str, rows: list[list[int]]) -> None:
    check(text, rows)


@given(modules(COPIES + CHANGES), rows)
@example(f"b = [1]\na = [str(b), {MARKER}]\nb.append(2)\n{MODEL}", [[0], [1]])
@example(f"class K:\n    x = [1]\na = K.x\na.append({MARKER})\n{MODEL}", [[0], [1]])
def test_trials_where_objects_are_changed(text: str, rows: list[list[int]]) -> None:
    check(text, rows)


@given(modules(COPIES + ALIASES + CHANGES), rows)
@example(f"c = [2]\na = [{MARKER}]\nb = c\na = [str(b)]\nc.append(1)\n{MODEL}", [[0], [1]])
def test_trials_where_objects_of_several_names_are_changed(text: str, rows: list[list[int]]) -> None:
    check(text, rows)


@given(modules(COPIES + ALIASES + CHANGES + GIVEN + RESULTS + PARTS + READ), rows)
def test_trials_where_calls_change_and_use_up_objects(text: str, rows: list[list[int]]) -> None:
    check(text, rows)


@given(modules(COPIES + CHANGES + GIVEN + RESULTS + READ + CALLED, script=True), rows)
def test_trials_of_scripts_whose_functions_remember(text: str, rows: list[list[int]]) -> None:
    check(text, rows)


@given(modules(COPIES + ALIASES + CHANGES + GIVEN + RESULTS + PARTS + READ + CALLED, script=True), rows)
def test_trials_of_scripts(text: str, rows: list[list[int]]) -> None:
    check(text, rows)
