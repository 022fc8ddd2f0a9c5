"""Proposals for whole templates: they compile, trials read them, and errors are those of the file."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.suggestions.proposals import proposals
from hypertemplate.errors import CompileError
from tests.compiler.support import Text, cells, source

KERAS = "import keras\nfrom keras import layers\n"


def proposed(text: Text) -> list[str]:
    """What is proposed, as ``today -> distribution``."""
    read = source(text) if isinstance(text, str) else text
    return [f"{one.shown} -> {one.draw}" for one in proposals(read)]


def test_values_that_no_trial_reads_are_not_proposed() -> None:
    text = f"{KERAS}def unused():\n    return layers.Dropout(0.2)\ndef model():\n    return float(layers.Dropout(0.3)(1.0))\n"
    assert proposed(text) == ["Dropout(0.3) -> uniform(0, 0.5)"]


def test_a_penalty_is_proposed_only_where_the_search_does_not_go_by_the_loss() -> None:
    text = f"{KERAS}def model():\n    net = keras.Sequential([layers.Dense(2, kernel_regularizer=keras.regularizers.l2(0.01))])\n"
    assert proposed(f"{text}    return -net.evaluate(1)[1]\n") == ["l2(0.01) -> uniform(1e-4, 0.1, log=True)"]
    assert proposed(f"{text}    return net.evaluate(1)[0]\n") == []


def test_a_line_with_a_comment_that_marks_a_value_keeps_its_markers() -> None:
    line = (
        "layers.Dropout(0.3), layers.Activation('relu')(layers.Dense(8)(1)), layers.GaussianNoise(stddev=0.1)"
    )
    text = f"{KERAS}x = {line}  # tune Dropout: uniform(0, 1)\ny = layers.Dropout(0.1)(1)\n"
    assert "Dropout(0.1) -> uniform(0, 0.5)" in proposed(text)


def test_cells_of_a_notebook() -> None:
    first, second = "import keras\nrate = 0.2", "net = keras.layers.Dropout(rate)(1)"
    assert proposed(cells(first, second)) == ["rate = 0.2 -> uniform(0, 0.5)"]
    assert proposed(cells(first, "x = (", second)) == ["rate = 0.2 -> uniform(0, 0.5)"]
    assert proposed(cells("x = (")) == []


def test_errors_are_those_of_the_file_as_it_stands() -> None:
    with pytest.raises(CompileError) as caught:
        proposals(source("x = ("))
    assert [d.code.value for d in caught.value.diagnostics] == ["HT001"]
    with pytest.raises(CompileError) as caught:
        proposals(source("import keras\nkeras.layers.Dropout(0.2)\nprint(missing)\n"))
    (found,) = caught.value.diagnostics
    assert found.message == "'missing' is not defined anywhere in the file" or "missing" in found.message
    assert found.span is not None
    text = caught.value.source.parts[0].text
    assert text[found.span.start : found.span.end] == "missing"
