"""New sources for the cells of a notebook file: what changes, and that nothing else does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.frontend.notebook.cell_edits import with_cells

CELLS: list[dict[str, Any]] = [
    {"cell_type": "markdown", "source": ["# Ünïcode\n", "text"]},
    {"cell_type": "code", "source": ["import keras\n", "x = 1\n", "y = 'é'"], "outputs": [{"data": "}]{["}]},
    {"cell_type": "code", "source": "a = 1\nb = 2\n", "metadata": {"source": "not this"}},
    {"cell_type": "code", "source": []},
    {"cell_type": "raw"},
]


def notebook(**layout: Any) -> str:
    return json.dumps({"nbformat": 4, "cells": CELLS, "metadata": {"cells": []}}, **layout)


LAYOUTS: list[Any] = [
    pytest.param({}, id="on one line"),
    pytest.param({"indent": 1, "ensure_ascii": False}, id="as Jupyter writes it"),
    pytest.param({"indent": 4}, id="in ASCII alone"),
    pytest.param({"separators": (",", ":")}, id="without spaces"),
]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_changed_line_is_the_only_change(layout: dict[str, Any]) -> None:
    text = notebook(**layout)
    assert with_cells(text, {2: "import keras\nx = 2\ny = 'é'"}) == text.replace("x = 1", "x = 2")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("cell", "source"),
    [
        pytest.param(2, "from keras import ops\nimport keras\nx = 1\ny = 'é'", id="a line more at the top"),
        pytest.param(2, "import keras\ny = 'é'\n", id="a line less, another end"),
        pytest.param(3, "a = 1\nb = 'é'\n", id="a string"),
        pytest.param(4, "x = 1\ny = 2", id="a cell that was empty"),
    ],
)
def test_a_source_is_read_back_as_it_was_given(layout: dict[str, Any], cell: int, source: str) -> None:
    text = notebook(**layout)
    cells = json.loads(with_cells(text, {cell: source}))["cells"]
    assert "".join(cells[cell - 1]["source"]) == source
    assert [one for one in cells if one is not cells[cell - 1]] == [
        one for number, one in enumerate(CELLS, 1) if number != cell
    ]


def test_cells_of_version_3_lie_in_worksheets() -> None:
    sheets = [{"cells": [{"input": ["x = 1"]}]}, {"cells": [{"input": "y = 1"}, {"cell_type": "markdown"}]}]
    text = json.dumps({"worksheets": sheets, "nbformat": 3})
    assert with_cells(text, {2: "y = 2"}) == text.replace("y = 1", "y = 2")


@pytest.mark.property
@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4), st.booleans())
def test_any_source_gives_the_notebook_with_it(old: list[str], new: list[str], ascii: bool) -> None:
    text = json.dumps({"cells": [{"source": old}, {"source": "x"}]}, ensure_ascii=ascii)
    read = json.loads(with_cells(text, {1: "\n".join(new)}))
    assert ["".join(cell["source"]) for cell in read["cells"]] == ["\n".join(new), "x"]
