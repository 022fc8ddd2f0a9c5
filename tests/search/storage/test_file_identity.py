"""Files that a search has open are noticed to be gone from where they were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hypertemplate.search.storage.study_files import first_gone, identities


def replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_text("1")
    other.replace(path)


@pytest.mark.parametrize(
    ("happens", "gone"),
    [
        pytest.param(lambda path: path.write_text("2"), False, id="it is written"),
        pytest.param(lambda path: path.chmod(0o600), False, id="it has another mode"),
        pytest.param(lambda path: path.with_name("c").hardlink_to(path), False, id="it has a second name"),
        pytest.param(lambda path: path.unlink(), True, id="it is removed"),
        pytest.param(lambda path: path.rename(path.with_name("c")), True, id="it is moved"),
        pytest.param(replaced, True, id="another is in its place"),
        pytest.param(lambda path: path.parent.rename(path.parents[1] / "c"), True, id="its folder is moved"),
    ],
)
def test_a_file_is_gone_when_it_is_no_longer_found_by_its_path(
    happens: Callable[[Path], object], gone: bool, tmp_path: Path
) -> None:
    first, second = tmp_path / "here" / "a", tmp_path / "b"
    first.parent.mkdir()
    for path in (first, second):
        path.write_text("1")
    # While a file is open no other one gets its number.
    with open(first, encoding="utf-8"):
        files = identities((second, first))
        assert first_gone(files) is None
        happens(first)
        assert first_gone(files) == (first if gone else None)


@pytest.mark.parametrize(
    ("happens", "gone"),
    [
        pytest.param(replaced, False, id="it has another number"),
        pytest.param(lambda path: path.unlink(), True, id="it is removed"),
    ],
)
def test_where_numbers_are_not_stable_a_file_is_gone_when_none_is_there(
    happens: Callable[[Path], object], gone: bool, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    path.write_text("1")
    with open(path, encoding="utf-8"):
        files = identities((path,), stable=False)
        assert first_gone(files) is None
        happens(path)
        assert first_gone(files) == (path if gone else None)


@pytest.mark.parametrize("stable", [True, False])
def test_what_was_never_there_is_gone(stable: bool, tmp_path: Path) -> None:
    assert first_gone(identities((tmp_path / "no",), stable=stable)) == tmp_path / "no"
