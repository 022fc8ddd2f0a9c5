"""Files of a study's folder are whole at any moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.search.storage.study_files import write_whole


def test_a_file_is_replaced_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    write_whole(path, "# größe\r\n")
    with open(path, encoding="utf-8", newline="") as reader:
        write_whole(path, "'\ud800'\n")
        assert reader.read() == "# größe\r\n", "who had the old file open reads it whole"
    assert path.read_bytes() == b"'\\ud800'\n"
    assert [found.name for found in tmp_path.iterdir()] == ["program.py"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "program.py"
    write_whole(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError) as caught:
        write_whole(path, "new")
    assert str(caught.value) == f"{path}: cannot be written: No space left on device"
    assert path.read_text() == "old"
