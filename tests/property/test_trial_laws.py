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


@st.composite
def modules(draw: st.DrawFn) -> str:
    """A module of statements over four lists, some of which hold markers, and a model that shows them."""
    lines = [f"{name} = [{number}]" for number, name in enumerate(NAMES)]
    functions = ["len"]

    def name() -> str:
        return draw(st.sampled_from(NAMES))

    def item() -> str:
        kind = draw(st.sampled_from(("number", "text", "length", "call", "marker", "condition")))
        match kind:
            case "number":
                return str(draw(st.integers(1, 9)))
            case "text":
                return f"str({name()})"
            case "length":
                return f"len({name()})"
            case "call":
                return f"{draw(st.sampled_from(functions))}({name()})"
            case "marker":
                return MARKER
        return f"({len(lines)} if len({name()}) > 2 else {MARKER})"

    def simple() -> str:
        target = name()
        templates = (
            *("{0} = [{1}]", "{0} = {2}", "{0} = {2} + [{1}]", "{0} = [{2}, {1}]", "{0}.append({1})"),
            *(
                "{0}[:0] = [{1}]",
                "{0} += [{1}]",
                "del {0}[1:]",
                "{0}, {2} = {2}, [{1}]",
                "{0}.insert(0, {1})",
            ),
            *("{0} = [str(i) + str({2}) for i in [{1}]]", "{0} = {2} = [{1}]", "{0} = list({2})"),
        )
        return draw(st.sampled_from(templates)).format(target, item(), name())

    for number in range(draw(st.integers(1, 10))):
        match draw(st.sampled_from(("simple",) * 6 + ("function", "setter", "if", "for", "class", "rebind"))):
            case "simple":
                lines.append(simple())
            case "function":
                lines.append(f"def f{number}(x):\n    return str([x, {name()}, {item()}])")
                functions.append(f"f{number}")
            case "setter":
                lines.append(
                    f"def s{number}():\n    global {NAMES[0]}\n    {NAMES[0]} = [{item()}]\ns{number}()"
                )
            case "if":
                lines.append(f"if {item()} in (20, '20', 2):\n    {simple()}\nelse:\n    {simple()}")
            case "for":
                lines.append(f"for i in range(2):\n    {simple()}")
            case "class":
                lines.append(f"class K{number}:\n    x = [{item()}]\n{name()} = K{number}.x")
            case "rebind":
                one = name()
                lines.append(f"del {one}\n{one} = [{draw(st.sampled_from(('1', MARKER)))}]")
    shown = ", ".join(NAMES)
    return "\n".join([*lines, f"def model():\n    return str([{shown}, {MARKER}])\n"])


def run_whole(text: str, values: list[int]) -> Any:
    """What the model returns when the whole file runs with these options in place of its markers."""
    for value in values:
        text = text.replace(MARKER, str((10, 20, 30)[value]), 1)
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    return namespace["model"]()


MODEL = f"def model():\n    return str([a, {MARKER}])\n"


@given(modules(), st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=5), min_size=2, max_size=3))
@example(f"b = [1]\na = b + [{MARKER}]\nb = [2]\n{MODEL}", [[0], [1]])
@example(f"b = [1]\na = [str(b), {MARKER}]\nb.append(2)\n{MODEL}", [[0], [1]])
@example(f"def f(): return b\nb = [1]\na = f() + [{MARKER}]\nb = [2]\n{MODEL}", [[0], [1]])
@example(f"class K:\n    x = [1]\na = K.x\na.append({MARKER})\n{MODEL}", [[0], [1]])
def test_every_trial_is_a_run_of_the_whole_file(text: str, rows: list[list[int]]) -> None:
    program = compiled(text)
    labels = [parameter.label for parameter in program.space.parameters]
    trials = [[row[number % len(row)] for number in range(len(labels))] for row in rows]
    results = run_trials(program, [dict(zip(labels, values, strict=True)) for values in trials])
    assert results == [run_whole(text, values) for values in trials]
