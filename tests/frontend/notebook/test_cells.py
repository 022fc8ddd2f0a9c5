from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.compiler.diagnostics.diagnostic import render_all
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import NEWLINE
from hypertemplate.errors import CompileError, ReadError
from hypertemplate.frontend import read_template
from hypertemplate.frontend.files import File
from hypertemplate.frontend.notebook.cells import (
    looks_like_notebook,
    looks_like_python,
    notebook_source,
)
from hypertemplate.frontend.template import Read
from tests.frontend.notebooks import PYTHON, code, notebook, save, sheets, text


def read(folder: Path, content: object, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read a notebook as ``train.ipynb``."""
    save(folder, content)
    monkeypatch.chdir(folder)
    return read_template("train.ipynb")


def parts(read: Read) -> list[tuple[str, str]]:
    """Name and text of each part, the notebook's own name left out."""
    assert all(part.kind == "cell" for part in read.source.parts)
    return [(part.name.removeprefix("train.ipynb, "), part.text) for part in read.source.parts]


def test_code_cells_are_parts_counted_among_all_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = notebook(text(), code("a = 1\n", 7), text("raw", "raw"), code("b = 2"), code("", 0), code("c"))
    result = read(tmp_path, content, monkeypatch)
    assert parts(result) == [
        ("cell 2 (In [7])", "a = 1\n"),
        ("cell 4", "b = 2"),
        ("cell 5 (In [0])", ""),
        ("cell 6", "c"),
    ]
    assert result.source.parts[0].name == "train.ipynb, cell 2 (In [7])"
    assert [part.cell for part in result.source.parts] == [2, 4, 5, 6]
    assert (result.source.path, result.source.name) == (str(tmp_path / "train.ipynb"), "train.ipynb")
    assert (result.notes, result.dropped) == ((), "")


def test_the_path_is_shown_as_it_was_written(tmp_path: Path) -> None:
    path = save(tmp_path, notebook(code("x = 1")))
    assert read_template(path).source.parts[0].name == f"{path}, cell 1"


@pytest.mark.parametrize(
    ("source", "result"),
    [
        pytest.param("a\nb", "a\nb", id="one text"),
        pytest.param(["a\n", "b"], "a\nb", id="a list of lines"),
        pytest.param("a\r\nb\rc\n", "a\r\nb\rc\n", id="other line ends"),
        pytest.param(["x = 'a\u2028", "b'\n"], "x = 'a\u2028b'\n", id="a line split where it does not end"),
        pytest.param("\ufeffx", "x", id="a byte order mark"),
        pytest.param("\tx = '😀'", "x = '😀'", id="a tab before everything"),
        pytest.param("x = 1  # " + "y" * 100_000, "x = 1  # " + "y" * 100_000, id="a very long line"),
    ],
)
def test_the_text_of_a_cell(
    source: object, result: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parts(read(tmp_path, notebook(code(source)), monkeypatch)) == [("cell 1", result)]


def without(cell: dict[str, Any], *keys: str) -> dict[str, Any]:
    """A cell without some of its keys."""
    return {key: value for key, value in cell.items() if key not in keys}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(notebook(code("x")), id="nothing"),
        pytest.param(notebook(code("x"), metadata={}), id="no metadata of the notebook"),
        pytest.param(without(notebook(code("x")), "metadata"), id="metadata missing"),
        pytest.param(notebook(code("x"), metadata=None), id="metadata null"),
        pytest.param(notebook(code("x"), metadata=[1]), id="metadata of another kind"),
        pytest.param(notebook(code("x"), metadata={"kernelspec": "python3"}), id="a kernel of another kind"),
        pytest.param(without(notebook(code("x")), "nbformat_minor"), id="no minor version"),
        pytest.param(notebook(code("x"), nbformat_minor=99), id="a later minor version"),
        pytest.param(notebook(without(code("x"), "metadata", "outputs")), id="keys of the cell missing"),
        pytest.param(notebook(without(code("x"), "execution_count")), id="no execution count"),
        pytest.param(notebook(code("x", "7")), id="an execution count that is text"),
        pytest.param(notebook(code("x", True)), id="an execution count that is true"),
        pytest.param(notebook(code("x", -1)), id="an execution count below zero"),
        pytest.param(notebook(code("x", metadata=None, outputs=None)), id="keys of the cell null"),
        pytest.param(notebook(code("x", outputs=[{"output_type": 3}])), id="outputs of no known kind"),
        pytest.param(notebook(code("x", attachments={"a.png": 1})), id="attachments of no known kind"),
        pytest.param(notebook(code("x"), {}, {"cell_type": 4}, text(None)), id="cells of no known type"),
        pytest.param(notebook(code("x", id="a"), text() | {"id": "a"}), id="two cells of one id"),
        pytest.param(notebook(code("x"), text([1, 2])), id="text that is none, where it does not count"),
        pytest.param(b"\xef\xbb\xbf" + json.dumps(notebook(code("x"))).encode(), id="a byte order mark"),
        pytest.param(f"\n{json.dumps(notebook(code('x')))}\n\n", id="space around it"),
        pytest.param(json.dumps(notebook(code("x"), extra=float("nan"))), id="a number that is none"),
    ],
)
def test_what_is_wrong_elsewhere_does_not_matter(
    content: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parts(read(tmp_path, content, monkeypatch))[0] == ("cell 1", "x")


@pytest.mark.parametrize("source", [None, "", [], " \n\t"], ids=["null", "empty", "no lines", "space"])
def test_a_cell_without_code_is_a_part_all_the_same(
    source: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = read(tmp_path, notebook(code(source), code("x")), monkeypatch)
    assert [name for name, _ in parts(result)] == ["cell 1", "cell 2"]


def old(source: object, count: object = None) -> dict[str, Any]:
    """A code cell of version 3."""
    return {"cell_type": "code", "language": "python", "input": source, "prompt_number": count, "outputs": []}


def test_version_3_is_read_with_its_worksheets_one_after_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heading = {"cell_type": "heading", "level": 1, "source": ["Title"]}
    output = {"output_type": "pyout", "prompt_number": 2, "text": ["3"]}
    content = sheets(
        [heading, old(["a = 1\n", "b = 2"], 1), old("c = 3") | {"outputs": [output]}],
        [text(), without(old(["d = 4", "e = 5"], "&nbsp;"), "outputs", "language")],
    )
    assert parts(read(tmp_path, content, monkeypatch)) == [
        ("cell 2 (In [1])", "a = 1\nb = 2"),
        ("cell 3", "c = 3"),
        ("cell 5", "d = 4\ne = 5"),
    ]


def test_nbformat_sees_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat

    seen: list[object] = []
    to_notebook = nbformat.versions[4].to_notebook_json

    def watched(lean: object) -> object:
        seen.append(lean)
        return to_notebook(lean)

    monkeypatch.setattr(nbformat.versions[4], "to_notebook_json", watched)
    image = {"output_type": "display_data", "data": {"image/png": "A" * 1_000_000}, "metadata": {}}
    read(tmp_path, notebook(code("x", outputs=[image], metadata={"big": "A" * 1_000_000})), monkeypatch)
    assert len(json.dumps(seen)) < 1000


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param(PYTHON, id="by both"),
        pytest.param({"kernelspec": {"language": "Python"}}, id="by the kernel"),
        pytest.param({"language_info": {"name": "ipython"}}, id="by the language"),
        pytest.param({"language_info": {"name": "pyspark"}}, id="as Spark's"),
        pytest.param({"kernelspec": {"language": "sage"}}, id="as Sage's"),
        pytest.param({"language_info": {"name": "R"}, "kernelspec": {"language": "python"}}, id="by one"),
        pytest.param({"kernelspec": {"name": "ir"}}, id="not at all"),
        pytest.param({"language_info": {"name": 3}}, id="by no text"),
    ],
)
def test_a_notebook_may_say_that_it_is_python(
    metadata: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parts(read(tmp_path, notebook(code("x"), metadata=metadata), monkeypatch)) == [("cell 1", "x")]


KEYS = (
    *(
        "nbformat",
        "nbformat_minor",
        "metadata",
        "cells",
        "worksheets",
        "cell_type",
        "source",
        "input",
        "outputs",
    ),
    *(
        "execution_count",
        "prompt_number",
        "language",
        "language_info",
        "kernelspec",
        "name",
        "id",
        "attachments",
    ),
)
WHOLE = json.dumps(notebook(text(), code("x = 1\n")), indent=1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("", "the file is empty", id="an empty file"),
        pytest.param(" \n\n", "the file is empty", id="a blank file"),
        pytest.param(
            "<!DOCTYPE html>\n<html>",
            "not a notebook: not JSON at line 1, column 1: Expecting value",
            id="a web page",
        ),
        pytest.param(WHOLE[:100], "not a notebook: its JSON breaks off at line 7, column 5", id="cut short"),
        pytest.param("{", "not a notebook: its JSON breaks off at line 1, column 2", id="cut at once"),
        pytest.param(
            WHOLE.replace('"cells": [', '"cells": [\n<<<<<<< HEAD'),
            "not a notebook: not JSON at line 14, column 1: Expecting value",
            id="a conflict of versions",
        ),
        pytest.param(
            '{"nbformat": 4, "cells": [,]}',
            "not a notebook: not JSON at line 1, column 27: Expecting value",
            id="a comma too many",
        ),
        pytest.param(
            b'{"cells": [\n"\xe9"]}', "not a notebook: line 2 is not UTF-8 text", id="another encoding"
        ),
        pytest.param(
            WHOLE.encode("utf-16"), "not a notebook: line 1 is not UTF-8 text", id="two bytes for a letter"
        ),
        pytest.param("[" * 100_000, "not a notebook: its JSON is nested too deep", id="too deep"),
        pytest.param("[1, 2]", "not a notebook: its JSON is not an object", id="a list"),
        pytest.param("null", "not a notebook: its JSON is not an object", id="null"),
        pytest.param("{}", 'not a notebook: its JSON has no "nbformat"', id="an empty object"),
        pytest.param(
            {"cells": []}, 'not a notebook: its JSON has no "nbformat"', id="cells of no known version"
        ),
        pytest.param({"nbformat": 4}, "not a notebook: it has no list of cells", id="no cells"),
        pytest.param(
            notebook(cells={}), "not a notebook: it has no list of cells", id="cells of another kind"
        ),
        pytest.param({"nbformat": 3}, "not a notebook: it has no list of cells", id="no worksheets"),
        pytest.param(
            {"nbformat": 3, "worksheets": [4]},
            "not a notebook: it has no list of cells",
            id="a worksheet of another kind",
        ),
        pytest.param(notebook(text(), "x"), "not a notebook: cell 2 is not an object", id="a cell of text"),
        pytest.param(
            notebook(text(), code({"a": 1})),
            "not a notebook: the source of cell 2 is not text",
            id="source of another kind",
        ),
        pytest.param(
            notebook(code(["x", None])),
            "not a notebook: the source of cell 1 is not text",
            id="lines of another kind",
        ),
        pytest.param(
            notebook(text("\ud800"), code("x = '\ud800'")),
            "cell 2 contains surrogate characters, which no valid text has",
            id="half a character",
        ),
        pytest.param(
            notebook(nbformat=5),
            "versions 3 and 4 of the notebook format are read, got 5; open and save it in Jupyter",
            id="a later version",
        ),
        pytest.param(
            {"nbformat": "4\n"},
            "versions 3 and 4 of the notebook format are read, got '4\\n'; open and save it in Jupyter",
            id="a version that is text",
        ),
        pytest.param(
            {"nbformat": {"major": 4}},
            "versions 3 and 4 of the notebook format are read, got no number; open and save it in Jupyter",
            id="a version of another kind",
        ),
        pytest.param(
            notebook(code("x"), metadata={"language_info": {"name": "R"}, "kernelspec": {"language": "R"}}),
            "notebooks in Python are read, got one in R",
            id="another language",
        ),
        pytest.param(
            sheets([old("x") | {"language": "julia"}]),
            "notebooks in Python are read, got one in julia",
            id="another language, by its cells",
        ),
        pytest.param(notebook(), "the notebook has no code cells", id="no cell"),
        pytest.param(notebook(text(), text("x", "raw")), "the notebook has no code cells", id="only text"),
        pytest.param(
            notebook(code("\n"), code(None)), "the notebook has nothing in its code cells", id="only space"
        ),
        pytest.param(
            notebook(code(""), code("%matplotlib inline\n!ls"), code("%%bash\nls")),
            "the notebook has only magics in its code cells",
            id="only magics",
        ),
    ],
)
def test_what_is_no_template_is_said_on_one_line(
    content: object, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ReadError) as raised:
        read(tmp_path, content, monkeypatch)
    assert str(raised.value) == f"train.ipynb: {message}"


def test_a_number_that_python_does_not_read_is_no_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(sys, "set_int_max_str_digits"):
        pytest.skip("this Python reads every number")
    with pytest.raises(ReadError, match=r"^train\.ipynb: not a notebook: Exceeds the limit .*$"):
        read(tmp_path, '{"nbformat": ' + "4" * 5000 + "}", monkeypatch)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("none.ipynb", "none.ipynb: no such file", id="a missing file"),
        pytest.param(
            "folder.ipynb",
            "folder.ipynb is a directory; name a file in it; no .py or .ipynb file there contains markers",
            id="a folder",
        ),
        pytest.param("a\0.ipynb", "a\ufffd.ipynb: not a path", id="no path"),
    ],
)
def test_what_is_no_file(name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder.ipynb").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReadError) as raised:
        read_template(name)
    assert str(raised.value) == message


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["code", "python", "x = 1", "%run a\n!ls", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=10,
)


@pytest.mark.property
@given(changes=st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3), new=st.booleans(), cell=VALUES)
def test_a_broken_notebook_is_read_or_refused(changes: dict[str, Any], new: bool, cell: object) -> None:
    kind = code if new else old
    cells = [kind("x") | changes, kind(cell), cell]
    broken = notebook(*cells, **changes) if new else sheets(cells, **changes)
    try:
        read = notebook_source(File("train.ipynb", "/train.ipynb", json.dumps(broken).encode()))
        said = read.dropped
    except ReadError as error:
        said = str(error)
    assert NEWLINE.search(said) is None


def test_what_may_be_missed_is_a_warning_at_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = notebook(
        code("!ls\nx = 1"), text(), code("x = 1\n%run prepare.py\n", 3), code("if x:\n    files = !ls\n")
    )
    result = read(tmp_path, content, monkeypatch)
    assert render_all(result.notes, result.source) == (
        "train.ipynb, cell 3 (In [3]), line 2, column 1: warning HT008: %run prepare.py is left out: the "
        "names that it defines are missing\n"
        "    2 | %run prepare.py\n"
        "      | ^~~~~~~~~~~~~~~\n"
        "      = help: from ... import what the template uses of it\n"
        "train.ipynb, cell 4, line 2, column 5: warning HT008: files = !ls is left out: nothing defines "
        "files\n"
        "    2 |     files = !ls\n"
        "      |     ^~~~~~~~~~~\n"
        "      = help: give it a value in Python"
    )
    assert result.dropped == "left out: 1 shell line (cell 1)"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        pytest.param("rate = {{uniform(0, 1)}}", [], id="beside a template"),
        pytest.param(
            "rate = 1",
            [
                "the cell under %%tune --max-evals 3 is left out: it is a search of its own",
                "run the cell in the notebook",
            ],
            id="beside no marker",
        ),
    ],
)
def test_a_search_of_the_notebook_s_own_is_not_missed(
    cell: str, found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = notebook(code(cell), code("%%tune --max-evals 3\nloss = {{uniform(0, 1)}}"))
    notes = read(tmp_path, content, monkeypatch).notes
    assert [text for note in notes for text in (note.message, note.help)] == found


SEARCHED = "%%tune --max-evals 3\nloss = {{uniform(0, 1)}}"


@pytest.mark.parametrize(
    ("cells", "message", "help"),
    [
        pytest.param(
            ["rate = 1", SEARCHED],
            "the markers are in %%tune cells, which are searches of their own",
            "run these cells in the notebook, or leave %%tune out",
            id="that has all the markers",
        ),
        pytest.param(
            [
                SEARCHED,
                "study.best_params",
                "rate = study.best_params['uniform']",
                "loss = rate * {{uniform(0, 1)}}",
            ],
            "'study' is the result of a %%tune cell, which is a search of its own and left out",
            "write the value that it found, such as rate = 0.1",
            id="whose result a template needs",
        ),
    ],
)
def test_a_search_of_the_notebook_s_own_is_told_from_the_template(
    cells: list[str], message: str, help: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = read(tmp_path, notebook(*map(code, cells)), monkeypatch).source
    with pytest.raises(CompileError) as caught:
        compile_source(source)
    assert [(one.message, one.help) for one in caught.value.diagnostics] == [(message, help)]


@pytest.mark.parametrize(
    ("cells", "dropped"),
    [
        pytest.param(["x"], "", id="nothing"),
        pytest.param(["x\n%who"], "left out: 1 magic (cell 1)", id="one magic"),
        pytest.param(
            ["!a\n%b", "x", "!c\n%d\n%e"],
            "left out: 3 magics and 2 shell lines (cells 1, 3)",
            id="two kinds in two cells",
        ),
        pytest.param(
            ["x?", "%%bash\nls", "!a\n%b\nx??", "%%html"],
            "left out: 1 magic, 1 shell line, 2 help lines and 2 whole cells (cells 1, 2, 3, 4)",
            id="every kind",
        ),
        pytest.param(
            ["!a"] * 10, "left out: 10 shell lines (cells 1, 2, 3, 4, 5, 6, 7, 8, 2 more)", id="many cells"
        ),
        pytest.param(
            ["x = {{uniform(0, 1)}}", "%%tune 3\nloss = {{uniform(0, 1)}}"],
            "left out: 1 %%tune cell (cell 2)",
            id="a search of the notebook's own",
        ),
        pytest.param(["%run a", "x = !b"], "", id="only what is warned about"),
        pytest.param(["%env A=1", "%cd b", "%time x"], "", id="what is kept"),
    ],
)
def test_what_is_not_missed_is_counted(
    cells: list[str], dropped: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = notebook(*map(code, cells), code("x"))
    assert read(tmp_path, content, monkeypatch).dropped == dropped


@pytest.mark.parametrize(
    ("data", "notebook", "python"),
    [
        pytest.param(b'{"cells": []}', True, False, id="a notebook"),
        pytest.param(b'\xef\xbb\xbf \n{"worksheets": []}', True, False, id="an old one after space"),
        pytest.param(b'{"cells": [', True, False, id="a notebook cut short"),
        pytest.param(b'{"a": 1}', False, False, id="another object"),
        pytest.param(b'x = {"cells": 1}\n', False, True, id="an assignment"),
        pytest.param(b"# c\n\nimport keras\n", False, True, id="an import"),
        pytest.param(b"from keras.layers import Dense", False, True, id="an import from"),
        pytest.param(b"@d\r\ndef model():\n", False, True, id="a function"),
        pytest.param(b"a, b.c = f()", False, True, id="an assignment of two"),
        pytest.param(b"<script>\nx = 1\n", False, False, id="a web page"),
        pytest.param(b"[1]\nx = 1", False, False, id="a list"),
        pytest.param(b"a == b\nHello.", False, False, id="text"),
        pytest.param(b"", False, False, id="nothing"),
    ],
)
def test_what_a_file_looks_like(data: bytes, notebook: bool, python: bool) -> None:
    assert (looks_like_notebook(data), looks_like_python(data)) == (notebook, python)
