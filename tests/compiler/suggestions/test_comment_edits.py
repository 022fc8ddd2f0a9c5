"""Proposals as comments: where they stand, which names they need, and that they mean the same as braces."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from hypertemplate.compiler.diagnostics.edit import edited
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.suggestions.comment_edits import line_comments
from hypertemplate.compiler.suggestions.marked_source import marked_source
from hypertemplate.compiler.suggestions.proposal import Proposal
from hypertemplate.compiler.suggestions.proposals import proposals
from tests.compiler.golden import _parameter
from tests.compiler.suggestions.test_plain_scripts import SCRIPTS
from tests.compiler.support import compiled, source
from tests.compiler.test_golden import OUTPUT

KERAS = "import keras\nfrom keras import layers\n"

USED = "\nid(x)\n"
"""An object that nothing uses has no proposals."""


@functools.cache
def proposed(text: str) -> tuple[Proposal, ...]:
    return proposals(source(text))


def commented(text: str) -> tuple[str, list[str]]:
    """A template with its proposals as comments, and those that no comment can mark."""
    read = source(text)
    written, left = line_comments(read, proposed(text))
    return edited(text, [one.edit for one in written]), [one.shown for one in left]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("layers.Dropout(0.2)", "# tune: uniform(0, 0.5)", id="the only number"),
        pytest.param("layers.Dropout(0.2)   ", "# tune: uniform(0, 0.5)", id="behind spaces"),
        pytest.param(
            "layers.Dropout(0.2)  # noqa", "# noqa  # tune: uniform(0, 0.5)", id="behind another comment"
        ),
        pytest.param(
            "layers.Dropout(0.2, seed=3)", "# tune Dropout: uniform(0, 0.5)", id="one of several numbers"
        ),
        pytest.param(
            "layers.Dropout(0.2), layers.GaussianNoise(stddev=0.1)",
            "# tune Dropout: uniform(0, 0.5); stddev: uniform(0, 0.5)",
            id="two values",
        ),
        pytest.param(
            "layers.Dropout(0.2), layers.Dropout(0.3)  # tune Dropout: uniform(0, 1)",
            None,
            id="equal values without a name each",
        ),
    ],
)
def test_a_comment(line: str, expected: str | None) -> None:
    if expected is None:
        line = line.partition("  #")[0]
        _, left = commented(f"{KERAS}x = {line}{USED}")
        assert left == ["Dropout(0.2)", "Dropout(0.3)"]
        return
    text, left = commented(f"{KERAS}x = {line}{USED}")
    assert left == []
    (written,) = (one for one in text.split("\n") if "tune" in one)
    assert written.endswith(expected) or written.endswith(f"{expected}   ")


def test_no_comment_fits_inside_a_text_or_behind_a_backslash() -> None:
    text = f"{KERAS}x = layers.Dropout(0.2), 1, \\\n    layers.Dropout(0.3), '''a\n''', layers.Dropout(0.4)"
    written, left = commented(text + USED)
    assert written == f"{text}  # tune: uniform(0, 0.5){USED}"
    assert left == ["Dropout(0.2)", "Dropout(0.3)"]


def test_no_comment_says_which_value_of_a_subscript_it_is_for() -> None:
    assert commented(f"{KERAS}d = dict()\nx = d[layers.Dropout(0.2)]{USED}")[1] == ["Dropout(0.2)"]


def test_a_value_on_several_lines_is_marked_behind_its_last_one() -> None:
    text = f"{KERAS}x = layers.Conv2D(1, (\n    3,\n    3,\n), padding='same'){USED}"
    written, left = commented(text)
    assert left == []
    assert "padding='same')  # tune" in written
    assert len(compiled(written).space.parameters) == 1


@pytest.mark.parametrize(
    "end", [pytest.param("\n", id="n"), pytest.param("\r\n", id="rn"), pytest.param("\r", id="r")]
)
def test_line_ends_stay(end: str) -> None:
    text = f"{KERAS}x = layers.Dropout(0.2)\ny = layers.Dropout(0.3)(x)\n{USED}".replace("\n", end)
    written, _ = commented(text)
    assert written.split(end)[2:4] == [
        "x = layers.Dropout(0.2)  # tune: uniform(0, 0.5)",
        "y = layers.Dropout(0.3)(x)  # tune: uniform(0, 0.5)",
    ]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_comments_mean_the_same_as_braces(path: Path) -> None:
    text = path.read_text(encoding="utf-8").partition(OUTPUT)[0]
    read = source(text)
    found = proposed(text)
    written, left = commented(text)
    assert left == []
    if not found:
        assert written == text
        return
    with_comments, with_braces = compiled(written), compiled(marked_source(read, found))
    assert parameters(with_comments) == parameters(with_braces)
    assert len(parameters(with_braces)) == len(found)
    assert not [
        d for d in with_braces.warnings if d.code.is_of_markers
    ]  # of a default out of the range, for example
    assert with_comments.digest == with_braces.digest  # so that a study goes on once they are written
    assert proposals(source(written)) == ()


def parameters(program: Program) -> list[str]:
    return [_parameter(one) for one in program.space.parameters]
