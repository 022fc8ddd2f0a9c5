"""Digests of files: what makes a difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.runtime.data_files import file_digest as digests
from hypertemplate.runtime.data_files.file_digest import SAMPLE, WHOLE, file_digest, is_unchanged


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data.csv"


def test_contents_count_and_no_times(file: Path) -> None:
    file.write_bytes(b"1\n2\n")
    first = file_digest(str(file))
    file.unlink()
    file.write_bytes(b"1\n2\n")
    assert file_digest(str(file)) == first
    file.write_bytes(b"1\n3\n")
    assert file_digest(str(file)) not in (None, first)


def test_only_ordinary_files_have_one(file: Path) -> None:
    assert file_digest(str(file)) is None
    assert file_digest(str(file.parent)) is None
    file.write_bytes(b"")
    assert file_digest(str(file)) == "0-00000000"


@pytest.mark.parametrize(
    ("at", "sign", "is_same"),
    [
        pytest.param(0, SAMPLE, False, id="the beginning"),
        pytest.param(399, SAMPLE, False, id="the end"),
        pytest.param(120, SAMPLE, False, id="a block between them"),
        pytest.param(60, SAMPLE, True, id="what lies between the blocks of a sample"),
        pytest.param(60, WHOLE, False, id="all of it"),
    ],
)
def test_what_counts_of_a_large_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, at: int, sign: str, is_same: bool
) -> None:
    for name, size in (("_BLOCK", 50), ("_BLOCKS", 4)):
        monkeypatch.setattr(digests, name, size)
    content = bytearray(range(200)) * 2
    file.write_bytes(content)
    first = file_digest(str(file), sign)
    assert first is not None
    content[at] ^= 1
    file.write_bytes(content)
    assert is_unchanged(str(file), first) is is_same
    file.unlink()
    assert is_unchanged(str(file), first)
