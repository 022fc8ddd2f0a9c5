from __future__ import annotations

import json
from pathlib import Path

import pytest

from hypertemplate.compiler.diagnostics.diagnostic import render_all
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import ReadError
from hypertemplate.frontend import Read, read_template
from tests.frontend.notebooks import code, notebook, save

MODEL = "def model():\n    return {{uniform(0, 1)}}\n"


def test_a_file_of_python_is_read_as_it_is(tmp_path: Path) -> None:
    path = save(tmp_path, "\ufeff# %time\r\nx = 1\r", "model.py")
    source = Source((Part("file", path, "# %time\r\nx = 1\r"),), path)
    assert read_template(path) == Read(source)


@pytest.mark.parametrize("name", ["train.ipynb", "TRAIN.IPYNB"])
def test_a_notebook_is_read_by_its_name(name: str, tmp_path: Path) -> None:
    path = save(tmp_path, notebook(code("%pwd\n" + MODEL)), name)
    part = Part("cell", f"{path}, cell 1", "\n" + MODEL, 1, original="%pwd\n" + MODEL)
    source = Source((part,), path, path)
    assert read_template(path) == Read(source, dropped="left out: 1 magic (cell 1)")


@pytest.mark.parametrize(
    ("content", "name", "warnings"),
    [
        pytest.param(
            MODEL,
            "train.ipynb",
            "train.ipynb: warning HT009: train.ipynb holds Python text, and is read as such\n"
            "      = help: rename it to train.py",
            id="Python named like a notebook",
        ),
        pytest.param(
            json.dumps(notebook(code(MODEL), code("%run a"))),
            "model.py",
            "model.py: warning HT009: model.py holds a notebook, and is read as such\n"
            "      = help: rename it to model.ipynb\n"
            "model.py, cell 2, line 1, column 1: warning HT008: %run a is left out: the names that it "
            "defines are missing\n"
            "    1 | %run a\n"
            "      | ^~~~~~\n"
            "      = help: from ... import what the template uses of it",
            id="a notebook named like Python",
        ),
    ],
)
def test_a_file_that_is_not_what_its_name_says(
    content: str, name: str, warnings: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, content, name)
    monkeypatch.chdir(tmp_path)
    result = read_template(name)
    assert render_all(result.notes, result.source) == warnings
    assert [p.label for p in compile_source(result.source).space.parameters] == ["uniform"]


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        pytest.param(
            "Not found", "a.ipynb", "not a notebook: not JSON at line 1, column 1: Expecting value", id="text"
        ),
        pytest.param(
            '{"cells": [', "a.py", "not a notebook: its JSON breaks off at line 1, column 12", id="cut short"
        ),
        pytest.param("", "a.py", "the file is empty", id="an empty file"),
        pytest.param("\ufeff\n", "a.py", "the file is empty", id="an empty file with a byte order mark"),
        pytest.param(
            b"\n\nx = '\xe9'",
            "a.py",
            "line 3 is not utf-8 text; save the file as UTF-8, or declare its encoding on the first line: "
            "# -*- coding: latin-1 -*-",
            id="another encoding",
        ),
        pytest.param(b"x\0", "a.py", "a binary file, not the text of a program", id="a binary file"),
        pytest.param(
            "# coding: none", "a.py", "unknown encoding: none", id="an encoding that Python does not know"
        ),
        pytest.param(
            b"# coding: utf-7\nx = '+2AA-'",
            "a.py",
            "contains surrogate characters, which no valid text has; save the file as UTF-8",
            id="half a character",
        ),
    ],
)
def test_what_is_no_template_is_said_on_one_line(
    content: str | bytes, name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, content, name)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReadError) as raised:
        read_template(name)
    assert str(raised.value) == f"{name}: {message}"


@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
def test_a_file_that_may_not_be_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    save(tmp_path, "x", name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ReadError) as raised:
        read_template(name)
    assert str(raised.value) == f"{name}: Permission denied"
