"""What is around this process, and the commands that it may run."""

from __future__ import annotations

import os
import select
from pathlib import Path

import pytest

from hypertemplate.accelerators.detect import host
from hypertemplate.accelerators.detect.host import (
    CommandError,
    CommandFailedError,
    here,
    lines,
    number,
    run,
)


def script(folder: Path, text: str) -> str:
    path = folder / "command"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_what_a_command_prints(tmp_path: Path) -> None:
    assert run((script(tmp_path, 'echo "one $1"; echo two; echo aside >&2'), "more")) == "one more\ntwo\n"


def test_what_is_no_text_is_marked(tmp_path: Path) -> None:
    assert run((script(tmp_path, r"printf 'a\377b'"),)) == "a\ufffdb"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("echo why; echo not >&2; exit 9", "not", id="the last line of its complaint"),
        pytest.param(
            "echo one; echo why; exit 6", "why", id="of what it printed, where it complains of nothing"
        ),
        pytest.param("exit 3", "status 3", id="its status, where it says nothing"),
        pytest.param("kill -9 $$", "status -9", id="it was killed"),
    ],
)
def test_a_command_that_fails(text: str, reason: str, tmp_path: Path) -> None:
    command = script(tmp_path, text)
    with pytest.raises(CommandFailedError) as caught:
        run((command,))
    assert str(caught.value) == f"{command} failed: {reason}"


def test_a_command_that_hangs_ends_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = tmp_path / "ids"
    os.mkfifo(ids)
    reading = os.open(ids, os.O_RDONLY | os.O_NONBLOCK)
    monkeypatch.setattr(host, "COMMAND_S", 0.5)
    command = script(tmp_path, f"exec 3> {ids}\nsleep 86400 &\nwait")
    with pytest.raises(CommandError) as caught:
        run((command,))
    assert str(caught.value) == f"{command} gave no answer in 0.5 s"
    assert not isinstance(caught.value, CommandFailedError)
    # The end of the pipe is there as soon as nobody has its other side open, the sleeping child included.
    assert select.select([reading], [], [], 30)[0]
    assert os.read(reading, 1) == b""
    os.close(reading)


def test_a_command_that_is_not_there() -> None:
    with pytest.raises(CommandError) as caught:
        run(("no-such-command-of-ours", "--version"))
    assert str(caught.value) == "there is no no-such-command-of-ours"


def test_a_command_that_cannot_be_run(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        run((str(tmp_path),))
    assert str(caught.value) == f"{tmp_path} cannot be run: Permission denied"


def test_here() -> None:
    found = here()
    assert found.process == os.getpid()
    assert found.affinity >= 1
    assert found.root == Path("/")
    assert found.run is run


def test_a_system_without_affinity_has_all_its_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 5)
    assert here().affinity == 5


def test_affinity_goes_before_all_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 3}, raising=False)
    assert here().affinity == 2


def test_lines_of_files(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"one\ntw\xff\n")
    assert lines(tmp_path / "file") == ["one", "tw\ufffd"]
    assert lines(tmp_path) == lines(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("12", 12, id="a number"),
        pytest.param("  12\n", 12, id="with blanks"),
        pytest.param("", None, id="nothing"),
        pytest.param("-1", None, id="less than nothing"),
        pytest.param("max", None, id="a word"),
        pytest.param("\u0661", None, id="digits of other scripts"),
        pytest.param("9" * 21, None, id="past all sense"),
    ],
)
def test_numbers(text: str, value: int | None) -> None:
    assert number(text) == value
