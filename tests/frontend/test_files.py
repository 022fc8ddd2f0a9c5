from __future__ import annotations

import os
from pathlib import Path

import pytest

from hypertemplate.errors import ReadError
from hypertemplate.frontend import read_template
from hypertemplate.frontend.files import open_file


def read(folder: Path, data: bytes) -> str:
    """The text of a file with these bytes."""
    (folder / "model.py").write_bytes(data)
    return read_template(str(folder / "model.py")).source.parts[0].text


def refused(folder: Path, data: bytes) -> str:
    """What is said of a file with these bytes, after its path."""
    with pytest.raises(ReadError) as caught:
        read(folder, data)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{folder / 'model.py'}: ")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"x = 1\n", "x = 1\n", id="ASCII"),
        pytest.param("x = 'é日😀'\n".encode(), "x = 'é日😀'\n", id="UTF-8"),
        pytest.param(b"\xef\xbb\xbfx = 1\n", "x = 1\n", id="the byte order mark is taken off"),
        pytest.param(b"x = 1\r\ny = 2\r\n", "x = 1\r\ny = 2\r\n", id="CR LF stays"),
        pytest.param(b"x = 1\ry = 2\r", "x = 1\ry = 2\r", id="a lone CR stays"),
        pytest.param(b"if 1:\n\tx = 1\n", "if 1:\n\tx = 1\n", id="tabs stay"),
        pytest.param(b"x = 1\x0c\n", "x = 1\x0c\n", id="a form feed stays"),
        pytest.param(b"x = 1", "x = 1", id="no line end at the end"),
        pytest.param(
            "# coding: latin-1\nx = 'é'\n".encode("latin-1"),
            "# coding: latin-1\nx = 'é'\n",
            id="a declared encoding",
        ),
        pytest.param(
            "#!/bin/python\n# vim: fileencoding=cp1252 :\nx = '€'\n".encode("cp1252"),
            "#!/bin/python\n# vim: fileencoding=cp1252 :\nx = '€'\n",
            id="declared in the second line",
        ),
        pytest.param(
            "# coding: utf-8\nx = 'é'\n".encode("utf-8-sig"),
            "# coding: utf-8\nx = 'é'\n",
            id="declared beside a byte order mark",
        ),
        pytest.param(
            "# -*- coding: gbk -*-\nx = '日'\n".encode("gbk"),
            "# -*- coding: gbk -*-\nx = '日'\n",
            id="an encoding of several bytes",
        ),
        pytest.param(
            "# -*- coding: koi8-r -*-\r\nx = 'ы'\r\n".encode("koi8-r"),
            "# -*- coding: koi8-r -*-\r\nx = 'ы'\r\n",
            id="declared above CR LF",
        ),
    ],
)
def test_the_text_of_a_file(tmp_path: Path, data: bytes, text: str) -> None:
    assert read(tmp_path, data) == text


def test_a_source_names_the_path_as_it_was_written_and_knows_the_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text("x = 1\n")
    source = read_template("./model.py").source
    assert [(part.kind, part.name) for part in source.parts] == [("file", "./model.py")]
    assert source.path == str(tmp_path.resolve() / "model.py")


def test_a_link_leads_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("x = 1\n")
    (tmp_path / "link.py").symlink_to("model.py")
    assert read_template(str(tmp_path / "link.py")).source.path == str(tmp_path.resolve() / "model.py")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "the file is empty", id="nothing"),
        pytest.param(b" \r\n\t\n", "the file is empty", id="blanks"),
        pytest.param(b"\xef\xbb\xbf", "the file is empty", id="a byte order mark alone"),
        pytest.param(
            b"\x89PNG\r\n\x1a\n\x00\x00", "a binary file, not the text of a program", id="a picture"
        ),
        pytest.param("x = 1\n".encode("utf-16"), "a binary file, not the text of a program", id="UTF-16"),
        pytest.param(
            b"# coding: no-such\nx = 1\n", "unknown encoding: no-such", id="an encoding that does not exist"
        ),
        pytest.param(
            b"# coding: rot13\nk = 1\n",
            "'rot13' is not a text encoding; use codecs.decode() to handle arbitrary codecs",
            id="an encoding of text to text",
        ),
        pytest.param(
            b"\xef\xbb\xbf# coding: latin-1\nx = 1\n",
            "encoding problem: utf-8",
            id="an encoding that the byte order mark contradicts",
        ),
        pytest.param(
            b"a = 1\nb = 2\nx = '\xe9'\n",
            "line 3 is not utf-8 text; save the file as UTF-8, or declare its encoding on the first line: # -*- coding: latin-1 -*-",
            id="Latin-1 that is not declared",
        ),
        pytest.param(
            b"# coding: ascii\na = 1\nx = '\xe9'\n",
            "line 3 is not ascii text; save the file as UTF-8, or declare its encoding on the first line: # -*- coding: latin-1 -*-",
            id="other letters than declared",
        ),
        pytest.param(
            b"# coding: unicode_escape\nx = '\\ud800'\n",
            "contains surrogate characters, which no valid text has; save the file as UTF-8",
            id="surrogates",
        ),
    ],
)
def test_what_is_not_the_text_of_a_program(tmp_path: Path, data: bytes, said: str) -> None:
    assert refused(tmp_path, data) == said


def test_latin_1_in_the_first_line_is_told_as_in_the_third(tmp_path: Path) -> None:
    assert refused(tmp_path, b"# \xe9\nx = 1\n").startswith(
        "line 1 is not utf-8 text; save the file as UTF-8"
    )


def test_the_encoding_that_decodes_nothing(tmp_path: Path) -> None:
    refused(tmp_path, b"# coding: undefined\nx = 1\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("missing.py", "missing.py: no such file", id="a file that is not there"),
        pytest.param(
            "no/such/folder.py", "no/such/folder.py: no such file", id="in a folder that is not there"
        ),
        pytest.param(
            "folder",
            "folder is a directory; name a file in it; no .py or .ipynb file there contains markers",
            id="a folder",
        ),
        pytest.param("file.py/x.py", "file.py/x.py: Not a directory", id="a file taken for a folder"),
        pytest.param("loop.py", "loop.py: Too many levels of symbolic links", id="a link to itself"),
        pytest.param("a\0b.py", "a\N{REPLACEMENT CHARACTER}b.py: not a path", id="a null character"),
        pytest.param(
            "a\nb\x1b[31m.py",
            "a b\N{REPLACEMENT CHARACTER}[31m.py: no such file",
            id="a name that a terminal would obey",
        ),
        pytest.param("\udcff.py", "?.py: no such file", id="a name that is not UTF-8"),
    ],
)
def test_a_path_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("file.py").write_text("x = 1\n")
    Path("loop.py").symlink_to("loop.py")
    with pytest.raises(ReadError) as caught:
        read_template(name)
    assert str(caught.value) == said


def test_a_folder_names_the_files_in_it_that_hold_markers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("below").mkdir()
    texts = {
        "setup.py": "x = {{1}}",
        "train.py": "x = {{ uniform(0, 1) }}",
        "old.ipynb": "<<choice([1])>>",
        "x.txt": "{{f()}}",
    }
    for name, text in texts.items():
        Path("below", name).write_text(text)
    with pytest.raises(ReadError) as caught:
        read_template("below/")
    assert str(caught.value) == "below/ is a directory; did you mean below/old.ipynb or below/train.py?"


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_file_without_the_right_to_read_it(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("x = 1\n")
    (tmp_path / "model.py").chmod(0)
    with pytest.raises(ReadError, match="Permission denied"):
        read_template(str(tmp_path / "model.py"))


def test_a_path_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="File name too long"):
        read_template("a" * 5000 + ".py")


def test_an_empty_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as caught:
        read_template("")
    assert not str(caught.value).startswith(":")


def test_a_path_without_its_suffix_says_which_file_is_meant(tmp_path: Path) -> None:
    for name in ("digits.ipynb", "both.py", "both.ipynb"):
        (tmp_path / name).write_text("x")
    for name, meant in (("digits", "digits.ipynb"), ("both", "both.py or both.ipynb")):
        with pytest.raises(ReadError, match=rf"{name}: no such file; did you mean {meant}\?$"):
            open_file(str(tmp_path / name))
