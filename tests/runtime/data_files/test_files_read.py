"""Files that count as the data of a program, of all that are opened while it runs."""

from __future__ import annotations

import io
import linecache
import os
import sys
import warnings
from pathlib import Path

import pytest

from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.runtime.data_files import files_read
from hypertemplate.runtime.data_files.files_read import FilesRead, note_read, note_written
from hypertemplate.runtime.files import file_doors
from hypertemplate.runtime.protocol import DataFile


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in (
        "data.csv",
        "model.py",
        "helper.py",
        "lines.txt",
        "shown.txt",
        "descriptor.bin",
        "unbuffered.bin",
    ):
        (tmp_path / name).write_text("1\n")
    return tmp_path


@pytest.fixture
def files(here: Path) -> FilesRead:
    return FilesRead(
        Source((Part("file", "model.py", "", path=str(here / "model.py")),), str(here / "model.py"))
    )


def names(found: tuple[DataFile, ...]) -> dict[str, bool]:
    """Names of files, and whether they have a digest."""
    return {file.name: bool(file.digest) for file in found}


def test_what_setup_opens(here: Path, files: FilesRead) -> None:
    restore = file_doors.install()
    try:
        with files.of_setup() as used:
            open(file="data.csv").close()
            (here / "helper.py").read_text()
            open("cache", "w").close()
            open("cache").close()
            os.close(os.open("data.csv", os.O_RDONLY))
            os.close(os.open("descriptor.bin", os.O_RDONLY))
            io.FileIO("unbuffered.bin").close()
            io.FileIO("made.bin", "w").close()
            linecache.checkcache()
            linecache.getline("lines.txt", 1)
            warnings.formatwarning("", UserWarning, "shown.txt", 1)
        open("model.py").close()
    finally:
        restore()
    assert names(files.new(used.read, used.made)) == {
        "data.csv": True,
        "helper.py": True,
        "lines.txt": True,
        "descriptor.bin": True,
        "unbuffered.bin": True,
        "cache": False,
        "made.bin": False,
    }
    assert files.new(used.read) == (), "each is told once"


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        pytest.param("data.csv", True, id="a relative path"),
        pytest.param("./data.csv", True, id="another spelling"),
        pytest.param("model.py", False, id="the template"),
        pytest.param("helper.py", False, id="a module"),
        pytest.param("gone.csv", False, id="a file that is not there"),
        pytest.param(".cache/data.csv", False, id="a hidden folder"),
        pytest.param("model.study/data.csv", False, id="a study"),
        pytest.param("/etc/hosts", False, id="a file of the system"),
        pytest.param(os.__file__, False, id="what is installed"),
        pytest.param("__pycache__/helper.pyc", False, id="what Python has compiled"),
        pytest.param("https://data.csv", False, id="an address"),
        pytest.param(0, False, id="a descriptor"),
    ],
)
def test_which_files_count(
    here: Path, files: FilesRead, monkeypatch: pytest.MonkeyPatch, path: object, counts: bool
) -> None:
    for name in (".cache/data.csv", "model.study/data.csv", "__pycache__/helper.pyc"):
        (here / name).parent.mkdir()
        (here / name).write_text("1\n")
    module = type(sys)("helper")
    module.__file__ = str(here / "helper.py")
    monkeypatch.setitem(sys.modules, "helper", module)
    with files.of_setup() as used:
        note_read(path)
    found = files.new(used.read)
    assert [(file.name, file.place) for file in found] == (
        [("data.csv", str(here / "data.csv"))] if counts else []
    )


def test_a_program_in_memory_has_the_working_folder_alone(here: Path) -> None:
    files = FilesRead(Source((Part("cell", "", "", cell=1),)))
    with files.of_setup() as used:
        note_read(str(here / "data.csv"))
    (found,) = files.new(used.read)
    assert (found.name, found.place, found.digest) == ("data.csv", str(here / "data.csv"), "2-6751fc53")
    assert (found.is_relative, found.mtime_ns) == (False, (here / "data.csv").stat().st_mtime_ns)


def test_the_number_of_files_is_limited(
    monkeypatch: pytest.MonkeyPatch, here: Path, files: FilesRead
) -> None:
    monkeypatch.setattr(files_read, "MOST", 1)
    note_read("data.csv")
    note_written("made")
    with files.of_setup() as used:
        for name in (os.__file__, "/etc/hosts", "__pycache__/helper.pyc"):
            note_read(name)
            note_written(name)
        assert (used.read, used.made) == ({}, {}), "files that are not the user's leave room for those"
        for name in ("data.csv", "model.py"):
            note_read(name)
            note_written(f"made {name}")
    assert [len(used.read), len(used.made)] == [1, 1]


def test_large_files_are_read_as_a_whole_as_long_as_there_are_few(
    monkeypatch: pytest.MonkeyPatch, here: Path, files: FilesRead
) -> None:
    monkeypatch.setattr(files_read, "_WHOLE_BYTES", 3)
    (here / "more.csv").write_text("2\n")
    files = FilesRead(Source((Part("file", "model.py", ""),), str(here / "model.py")))
    found = files.new({str(here / name): name for name in ("data.csv", "more.csv")})
    assert [file.digest[1] for file in found] == ["-", "~"]


def test_which_folders_count(here: Path, files: FilesRead) -> None:
    for name in ("folder", "study.study", ".hidden"):
        (here / name).mkdir()
    restore = file_doors.install()
    try:
        with files.of_setup() as used:
            for path in (".", "..", "folder", "study.study", ".hidden", Path(os.__file__).parent):
                [*Path(path).iterdir()]
            with os.scandir():
                pass
            [*os.walk("gone")]
    finally:
        restore()
    before = files.folders(used.listed)
    assert [*before] == ["folder"]
    (here / "folder" / ".hidden").touch()
    assert files.folders(used.listed) == before
    (here / "folder" / "a.txt").touch()
    assert files.folders(used.listed) != before
