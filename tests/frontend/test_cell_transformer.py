"""What IPython asks about a cell before it runs."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.frontend.cell_transformer import Angles, Defaults, Recent


def in_cell_7() -> str:
    return "In [7]"


def defaults(*recent: str) -> Defaults:
    made = Defaults(in_cell_7)
    note = Recent(made)
    for text in recent:
        lines = text.splitlines(keepends=True)
        assert note(lines) is lines
    return made


def test_a_tree_without_markers_is_handed_back_itself() -> None:
    tree = ast.parse("x = {1, 2}, {frozenset({3})}, f'{{uniform(0, 1)}}', {**{}}")
    before = ast.dump(tree, include_attributes=True)
    assert defaults().visit(tree) is tree
    assert ast.dump(tree, include_attributes=True) == before


@pytest.mark.parametrize(
    ("recent", "place"),
    [
        pytest.param(("x = {{uniform( 1, 0)}} # why",), "column 7", id="the text that is parsed next"),
        pytest.param(("x = {{uniform( 1, 0)}}", "1 +"), "column 7", id="an earlier one"),
        pytest.param((), "column 7", id="none"),
        pytest.param(("x = 1",), "column 7", id="another text"),
    ],
)
def test_a_diagnostic_shows_the_text_of_the_cell(recent: tuple[str, ...], place: str) -> None:
    tree = defaults(*recent).visit(ast.parse("x = {{uniform( 1, 0)}}"))
    shown = "{{uniform( 1, 0)}}" if "uniform" in "".join(recent) else "{{uniform(1, 0)}}"
    text = ast.unparse(tree)
    assert f"In [7], line 1, {place}: error HT104" in text
    assert shown in text


def test_a_fault_of_our_own_is_said_by_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(part: object) -> ast.Module:
        raise RecursionError("too deep")

    monkeypatch.setattr("hypertemplate.frontend.cell_transformer.with_defaults", broken)
    tree = defaults().visit(ast.parse("x = {{uniform(0, 1)}}"))
    with pytest.raises(TypeError) as raised:
        exec(compile(tree, "<cell>", "exec"), {})
    assert str(raised.value) == (
        "In [7]: hypertemplate could not read the markers of this cell (RecursionError: too deep)"
    )


def rewritten(text: str) -> str:
    return "".join(Angles()(text.splitlines(keepends=True)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x = <<choice([1, 2])>>", "x = {{choice([1, 2])}}", id="a marker"),
        pytest.param("x = <<choice([1\n,2])>> << 3\n", "x = {{choice([1\n,2])}} << 3\n", id="a shift of it"),
        pytest.param("%matplotlib inline\nx = <<randint(3)>>", "%matplotlib inline\nx = {{randint(3)}}", id="below a magic"),
        pytest.param("!cat << a >> b\nx = <<randint(3)>>", "!cat << a >> b\nx = {{randint(3)}}", id="below a shell line"),
        pytest.param("if y:\n    !cat - <<E >>f\n    x = <<randint(3)>>", "if y:\n    !cat - <<E >>f\n    x = {{randint(3)}}", id="in a block with a shell line"),
        pytest.param("%time x = <<randint(3)>>", "%time x = {{randint(3)}}", id="a timed statement"),
        pytest.param("match <<randint(3)>>:\n    case _: pass", "match {{randint(3)}}:\n    case _: pass", id="after match"),
        pytest.param("for i in <<choice([[1]])>>:\n", "for i in {{choice([[1]])}}:\n", id="a cell that is being typed"),
    ],
)  # fmt: skip
def test_angles_become_braces(text: str, expected: str) -> None:
    assert rewritten(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = 1 << 2 >> 1", id="shifts"),
        pytest.param("match << choice >> 1", id="a variable named match"),
        pytest.param("x = '<<choice([1])>>'  # <<choice([1])>>", id="a string and a comment"),
        pytest.param("%%bash\ncat - <<EOF >> log\nEOF\n", id="a cell of another language"),
        pytest.param("%%time\nx = <<choice([1])>>", id="a timed cell, whose body comes again"),
        pytest.param("!python - <<EOF >> log", id="a shell line"),
        pytest.param("x = <<choice([1", id="a marker that is not closed yet"),
        pytest.param("%time for i in <<choice([[1]])>>: pass", id="what magic moves to other columns"),
        pytest.param("x = {{choice([1])}}", id="braces"),
    ],
)
def test_what_is_no_marker_of_this_spelling_stays(text: str) -> None:
    lines = text.splitlines(keepends=True)
    assert "".join(Angles()(lines)) == text


def test_lines_without_angles_are_handed_back_themselves() -> None:
    lines = ["x = 1\n", "y = 2"]
    assert Angles()(lines) is lines


def test_ipython_may_ask_it_about_cells_that_never_run() -> None:
    assert Angles.has_side_effects is False


PIECES = st.sampled_from(["<<", ">>", "choice([1])", "x", " = ", "\n", "    ", "'", '"""', "(", "%", "!", "\r", "\f", "\\", "#", "if x:", "{{"])  # fmt: skip


@pytest.mark.property
@given(st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_any_text_keeps_its_length_and_all_but_the_angles(text: str) -> None:
    lines = text.splitlines(keepends=True)
    new = Angles()(lines)
    assert [len(line) for line in new] == [len(line) for line in lines]
    for before, after in zip(text, "".join(new), strict=True):
        assert after == before or (before, after) in {("<", "{"), (">", "}")}


@pytest.mark.property
@given(st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_any_text_that_parses_has_defaults(text: str) -> None:
    source = f"x = {{{{choice([1])}}}}\n{text}"
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        tree = ast.parse("x = {{choice([1])}}")
    assert ast.unparse(defaults(source).visit(tree)).startswith("x = 1")
