"""Every library finds what this trial has written, and else what the user has."""

from __future__ import annotations

import contextlib
import csv
import errno
import glob
import gzip
import io
import json
import logging
import os
import pickle
import shutil
import tempfile
import zipfile
from builtins import open as opened_by_name
from collections.abc import Callable, Iterator
from os.path import exists
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest

from hypertemplate.runtime.files import current_view, file_doors
from hypertemplate.runtime.files.trial_files import running

Action = Callable[[], Any]


@contextlib.contextmanager
def file_doors_closed() -> Iterator[None]:
    """What a person does meanwhile, in another process."""
    with current_view.behind():
        yield


def write(path: Any, text: str = "mine") -> None:
    with open(path, "w") as file:
        file.write(text)


def linked() -> str:
    write("source")
    return os.path.abspath("source")


def named_temporary_file() -> str:
    with tempfile.NamedTemporaryFile(dir=".", delete=False) as file:
        return file.name


def read(path: Any) -> str:
    with open(path) as file:
        return file.read()


def opened(path: str, mode: str, write: Callable[[Any], Any]) -> None:
    with opened_by_name(path, mode) as file:
        write(file)


WRITES: dict[str, Callable[[str], Any]] = {
    "open": lambda name: write(name, "1"),
    "open for both": lambda name: open(name, "w+").close(),
    "open exclusively": lambda name: open(name, "x").close(),
    "open, in bytes": lambda name: write(os.fsencode(name), "1"),
    "open, imported by name": lambda name: opened_by_name(name, "w").close(),
    "os.open": lambda name: os.close(os.open(name, os.O_WRONLY | os.O_CREAT)),
    "io.FileIO": lambda name: io.FileIO(name, "w").close(),
    "io.FileIO for both": lambda name: io.FileIO(file=name, mode="xb+").close(),
    "a class of io.FileIO's": lambda name: type("Log", (io.FileIO,), {})(name, "w").close(),
    "pathlib": lambda name: Path(name).write_text("1"),
    "touch": lambda name: Path(name).touch(),
    "csv": lambda name: opened(name, "w", lambda file: csv.writer(file).writerow([1])),
    "json": lambda name: opened(name, "w", lambda file: json.dump(1, file)),
    "pickle": lambda name: opened(name, "wb", lambda file: pickle.dump(1, file)),
    "gzip": lambda name: gzip.open(name, "wb").close(),
    "zipfile": lambda name: zipfile.ZipFile(name, "w").close(),
    "a log written anew": lambda name: logging.FileHandler(name, "w").close(),
    "NumPy": lambda name: opened(name, "wb", lambda file: np.savez(file, x=np.zeros(1))),
    "NumPy's bytes": lambda name: np.zeros(1).tofile(name),
    "NumPy's map": lambda name: np.memmap(name, "float32", "w+", shape=1),
    "pandas": lambda name: pd.DataFrame({"x": [1]}).to_csv(name),
    "joblib": lambda name: joblib.dump(1, name),
    "an absolute path": lambda name: write(os.path.abspath(name)),
    "from the working directory": lambda name: write(Path.cwd() / name),
    "a copy": lambda name: shutil.copy2(linked(), name),
    "a move": lambda name: shutil.move(linked(), name),
    "a temporary file, renamed": lambda name: os.replace(tempfile.mkstemp(dir=".")[1], name),
    "a named temporary file": lambda name: os.replace(named_temporary_file(), name),
    "a temporary file from elsewhere": lambda name: shutil.move(tempfile.mkstemp()[1], name),
    "a link": lambda name: os.symlink(linked(), name),
    "a second name": lambda name: os.link(linked(), name),
}

LOOKS: dict[str, Callable[[str], Any]] = {
    "exists": lambda name: exists(name),
    "pathlib": lambda name: Path(name).exists() and Path(name).is_file(),
    "access": lambda name: os.access(name, os.R_OK),
    "size": lambda name: os.path.getsize(name) >= 0,
    "list": lambda name: os.path.basename(name) in os.listdir(os.path.dirname(name) or "."),
    "list, without a path": lambda name: name.split("/")[0] in os.listdir(),
    "list of bytes": lambda name: (
        os.fsencode(os.path.basename(name)) in os.listdir(os.fsencode(os.path.dirname(name) or "."))
    ),
    "scandir": lambda name: (
        os.path.basename(name) in [one.name for one in os.scandir(os.path.dirname(name) or ".")]
    ),
    "list of the working directory": lambda name: name.split("/")[0] in os.listdir(os.getcwd()),
    "recursive glob": lambda name: glob.glob("**/x.*", recursive=True) == [name],
    "glob": lambda name: glob.glob(name[:-1] + "*") == [name],
    "pathlib's glob": lambda name: Path(name) in Path(os.path.dirname(name)).glob("*"),
    "walk": lambda name: [
        1
        for folder, _, files in os.walk(".")
        if os.path.normpath(os.path.join(folder, name.split("/")[-1])) == name
    ],
    "real path": lambda name: exists(os.path.realpath(name)),
}


@pytest.mark.parametrize("folder", ["", "logs/"], ids=["here", "in a folder"])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_is_written_is_found_and_the_users_folder_stays(
    write: Callable[[str], Any], folder: str, here: Path, own: Path
) -> None:
    name = f"{folder}x.out"
    if folder:
        os.makedirs(folder)
    assert not exists(name)
    write(name)
    missed = [how for how, look in LOOKS.items() if not look(name)]
    assert missed == []
    open(name).close()
    assert (own / name).exists()
    with file_doors_closed():
        assert [path.name for path in here.iterdir()] == ["model.study"]


def test_what_the_trial_has_not_written_is_read_where_it_always_was(here: Path, own: Path) -> None:
    with file_doors_closed():
        (here / "data").mkdir()
        (here / "data" / "x.csv").write_text("theirs")
        (here / "data" / "y.csv").write_text("theirs")
    assert read("data/x.csv") == "theirs"
    write("data/x.csv")
    write("data/z.csv")
    assert [read(f"data/{name}.csv") for name in "xyz"] == ["mine", "theirs", "mine"]
    assert sorted(glob.glob("data/*")) == ["data/x.csv", "data/y.csv", "data/z.csv"]
    assert sorted(os.listdir("data")) == ["x.csv", "y.csv", "z.csv"]
    assert [one.stat().st_size for one in sorted(os.scandir("data"), key=lambda one: one.name)] == [4, 6, 4]
    assert sorted(path.name for path in Path("data").iterdir() if path.is_file()) == [
        "x.csv",
        "y.csv",
        "z.csv",
    ]
    shutil.copytree("data", "copied")
    assert sorted(os.listdir("copied")) == ["x.csv", "y.csv", "z.csv"]
    with file_doors_closed():
        assert (here / "data" / "x.csv").read_text() == "theirs"
        assert sorted(os.listdir(here / "data")) == ["x.csv", "y.csv"]
        assert sorted(os.listdir(here)) == ["data", "model.study"]


def test_what_is_changed_in_place_is_a_copy(here: Path, own: Path) -> None:
    with file_doors_closed():
        (here / "x.txt").write_text("theirs")
        np.zeros(3, "uint8").tofile(here / "x.bin")
    with open("x.txt", "r+") as file:
        file.write("mine")
    mapped = np.memmap("x.bin", "uint8", "r+", shape=3)
    mapped[0] = 7
    mapped.flush()
    os.truncate("x.txt", 5)
    assert read("x.txt") == "miner"
    assert np.fromfile("x.bin", "uint8").tolist() == [7, 0, 0]
    with file_doors_closed():
        assert (here / "x.txt").read_text() == "theirs"
        assert np.fromfile(here / "x.bin", "uint8").tolist() == [0, 0, 0]


def test_what_the_trial_removes_is_gone_for_it_and_stays_the_users(here: Path, own: Path) -> None:
    with file_doors_closed():
        for name in ("a.txt", "b.txt", "old/c.txt", "old/d/e.txt", "kept/f.txt", "moved.txt"):
            (here / name).parent.mkdir(exist_ok=True, parents=True)
            (here / name).write_text("theirs")
    write("b.txt")
    write("new.txt")
    for name in ("a.txt", "b.txt", "new.txt"):
        os.remove(name)
        assert not exists(name)
        with pytest.raises(FileNotFoundError, match=f"'{name}'"):
            read(name)
        with pytest.raises(FileNotFoundError, match=f"'{name}'"):
            os.unlink(name)
    write("old/g.txt")
    with pytest.raises(OSError, match="not empty"):
        os.rmdir("old")
    shutil.rmtree("old")
    assert not exists("old/c.txt")
    os.makedirs("old")
    assert os.listdir("old") == []
    os.rename("moved.txt", "kept/f.txt")
    assert (exists("moved.txt"), read("kept/f.txt")) == (False, "theirs")
    os.rename("kept", "old/kept")
    assert sorted(glob.glob("[!m]*/**", recursive=True)) == ["old/", "old/kept", "old/kept/f.txt"]
    with file_doors_closed():
        assert sorted(
            str(path.relative_to(here)) for path in here.rglob("*.txt") if "study" not in str(path)
        ) == [*("a.txt", "b.txt", "kept/f.txt", "moved.txt", "old/c.txt", "old/d/e.txt")]


def test_errors_are_those_of_a_plain_run_and_name_the_path_as_given(here: Path, own: Path) -> None:
    with file_doors_closed():
        (here / "theirs").mkdir()
        (here / "theirs.txt").write_text("")
    write("mine.txt")
    os.mkdir("mine")
    failures: list[tuple[Action, int]] = [
        (lambda: write("missing/x.txt"), errno.ENOENT),
        (lambda: read("missing.txt"), errno.ENOENT),
        (lambda: open("missing.txt", "r+"), errno.ENOENT),
        (lambda: open("mine.txt", "x"), errno.EEXIST),
        (lambda: open("theirs.txt", "x"), errno.EEXIST),
        (lambda: os.open("theirs.txt", os.O_CREAT | os.O_EXCL | os.O_WRONLY), errno.EEXIST),
        (lambda: os.mkdir("mine"), errno.EEXIST),
        (lambda: os.mkdir("theirs"), errno.EEXIST),
        (lambda: os.mkdir("missing/x"), errno.ENOENT),
        (lambda: os.remove("theirs"), errno.EISDIR),
        (lambda: os.rmdir("missing"), errno.ENOENT),
        (lambda: os.listdir("missing"), errno.ENOENT),
        (lambda: os.rename("missing", "x"), errno.ENOENT),
        (lambda: os.rename("mine.txt", "theirs"), errno.EISDIR),
        (lambda: os.symlink("x", "theirs.txt"), errno.EEXIST),
        (lambda: os.link("mine.txt", "theirs.txt"), errno.EEXIST),
        (lambda: os.stat("missing"), errno.ENOENT),
        (lambda: os.truncate("missing", 0), errno.ENOENT),
        (lambda: shutil.rmtree("missing"), errno.ENOENT),
    ]
    for number, (action, expected) in enumerate(failures):
        with pytest.raises(OSError) as caught:
            action()
        assert (number, caught.value.errno) == (number, expected)
        assert not str(caught.value.filename).startswith("/"), number


def test_what_lies_elsewhere_stays_where_it_is(
    tmp_path: Path, here: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "outside.txt")
    assert (tmp_path / "outside.txt").exists()
    write("../above.txt")
    assert read("../above.txt") == read(own / "above" / "above.txt") == "mine"
    assert not (tmp_path / "above.txt").exists()
    assert "above.txt" in os.listdir("..")
    hidden = here / ".cache"
    hidden.mkdir()
    write(hidden / "x")
    with file_doors_closed():
        assert (here / ".cache" / "x").exists()


def test_the_study_is_not_listed(here: Path, own: Path, study: Path) -> None:
    with file_doors_closed():
        (study / "0001").mkdir(parents=True)
        (study / "0001" / "best.txt").write_text("another trial's")
        (study.parent / "study.db").write_text("")
    assert os.listdir() == []
    write("best.txt")
    assert glob.glob("**/*", recursive=True) == [str(path) for path in Path().rglob("*")] == ["best.txt"]
    assert (study / "0001" / "best.txt").exists()


def test_names_that_we_use_are_free_for_the_user(here: Path, own: Path) -> None:
    for name in ("output.log", "output.log_", "above"):
        write(name, name)
    write("../above", "higher")
    assert [read(name) for name in ("output.log", "output.log_", "above", "../above")] == [
        *("output.log", "output.log_", "above", "higher")
    ]
    assert sorted(os.listdir()) == ["above", "output.log", "output.log_"]


def test_where_the_trial_goes_its_paths_follow(here: Path, own: Path) -> None:
    with file_doors_closed():
        (here / "data.csv").write_text("theirs")
    os.mkdir("run")
    os.chdir("run")
    write("x.txt")
    assert (read("x.txt"), read("../run/x.txt"), read("../data.csv")) == ("mine", "mine", "theirs")
    os.chdir(here)
    assert (read("run/x.txt"), os.getcwd()) == ("mine", str(here))


def test_a_second_trial_sees_nothing_of_the_first(here: Path, doors: None, study: Path) -> None:
    for number in range(2):
        with running(number, str(study / f"{number:04}"), {}):
            assert not exists("x.txt")
            write("x.txt", str(number))
            assert read("x.txt") == str(number)
    assert not exists("x.txt")


@pytest.mark.parametrize("derived", [False, True], ids=["io.FileIO", "a class of its own"])
@pytest.mark.parametrize("mode", ["a+", "ab", "r+", "w"])
def test_trials_do_not_see_what_others_write_without_a_buffer(
    mode: str, derived: bool, here: Path, doors: None, study: Path
) -> None:
    (here / "log.bin").write_bytes(b"old ")
    for number in range(2):
        with running(number, str(study / f"{number:04}"), {}):
            kind = type("Log", (io.FileIO,), {}) if derived else io.FileIO
            with kind("log.bin", mode) as file:
                file.seek(0, io.SEEK_END)
                file.write(b"mine")
            with kind("log.bin") as file:
                assert file.read() == (b"mine" if mode == "w" else b"old mine")
    shared = mode in ("a+", "ab") and not derived
    assert (here / "log.bin").read_bytes() == (b"old minemine" if shared else b"old ")


def test_a_file_without_a_buffer_is_what_it_was(here: Path, doors: None) -> None:
    (here / "x.bin").write_bytes(b"1")
    for file in (io.FileIO("x.bin"), open("x.bin", "rb", 0), type("Log", (io.FileIO,), {})("x.bin")):
        assert isinstance(file, io.FileIO)
        assert isinstance(file, io.RawIOBase)
        file.close()
    assert not isinstance(io.BytesIO(), io.FileIO)
    assert issubclass(type("Log", (io.FileIO,), {}), io.FileIO)
    log = type("Log", (io.FileIO,), {})
    assert issubclass(log, log)
    with open("x.bin", "rb", 0) as file:
        assert not isinstance(file, log)
    assert io.FileIO.__name__ == "FileIO"
    with pytest.raises(ValueError, match="invalid mode"):
        io.FileIO("x.bin", "rt")
    with pytest.raises(FileNotFoundError) as raised:
        io.FileIO("gone.bin")
    assert raised.value.filename == "gone.bin"


def test_doors_are_what_they_stand_for(doors: None) -> None:
    for function in (open, os.open, os.stat, os.listdir, shutil.rmtree):
        assert pickle.loads(pickle.dumps(function)) is function
    assert repr(open) == "<built-in function open>"
    assert open.__name__ == "open"
    assert isinstance(shutil.rmtree.avoids_symlink_attacks, bool)
    assert os.stat in os.supports_follow_symlinks
    kind: Any = type("Kind", (), {"look": os.stat})
    assert kind().look(".")


def test_what_is_replaced_is_put_back(here: Path) -> None:
    before = (open, os.stat, exists("x"), {*os.supports_dir_fd}, opened_by_name)
    restore = file_doors.install()
    assert open is not before[0]
    restore()
    assert (open, os.stat, exists("x"), {*os.supports_dir_fd}, opened_by_name) == before


@pytest.mark.parametrize(
    "write_into",
    [
        pytest.param(lambda: write("pipe"), id="open"),
        pytest.param(
            lambda: os.write(os.open("pipe", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), b"mine"), id="os.open"
        ),
    ],
)
def test_what_a_trial_writes_into_a_pipe_of_the_users_arrives(own: Path, write_into: Action) -> None:
    with file_doors_closed():
        os.mkfifo("pipe")
        pipe = os.open("pipe", os.O_RDWR | os.O_NONBLOCK)
    write_into()
    assert os.read(pipe, 10) == b"mine"
    os.close(pipe)
