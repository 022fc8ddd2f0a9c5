"""Temporary folders of processes that were killed are removed when another search begins, and no others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hypertemplate.runtime.process import temporary_folders
from hypertemplate.runtime.process.temporary_folders import prefix, remove_abandoned

DEAD = 2**22 + 1
"""No process has this id: it is above the largest of Linux."""


def named(pattern: str, process: int) -> str:
    """A folder's name as `prefix` makes it, of another process."""
    _, namespace, _, started, _ = prefix().split("-")
    return pattern.format(namespace=namespace, process=process, started=started)


@pytest.mark.parametrize(
    ("pattern", "process", "stays"),
    [
        pytest.param(
            "hypertemplate-{namespace}-{process}-{started}-abc_1", DEAD, False, id="of a dead process"
        ),
        pytest.param(
            "hypertemplate-{namespace}-{process}-1-abc_1",
            os.getpid(),
            False,
            id="of one that had the same id",
        ),
        pytest.param(
            "hypertemplate-{namespace}-{process}-{started}-abc_1", os.getpid(), True, id="of this one"
        ),
        pytest.param("hypertemplate-7-{process}-1-abc_1", DEAD, True, id="of another container"),
        pytest.param("hypertemplate-abcdefgh", DEAD, True, id="without an owner"),
        pytest.param("other-{namespace}-{process}-1-abc_1", DEAD, True, id="of another program"),
    ],
)
def test_a_folder_is_removed_if_it_belongs_to_no_living_process(
    tmp_path: Path, pattern: str, process: int, stays: bool
) -> None:
    folder = tmp_path / named(pattern, process)
    folder.mkdir()
    (folder / "values").write_text("x")
    remove_abandoned(tmp_path)
    assert folder.exists() == stays


def test_a_link_and_a_file_of_such_a_name_stay(tmp_path: Path) -> None:
    name = named("hypertemplate-{namespace}-{process}-1-", DEAD)
    (tmp_path / "kept").mkdir()
    (tmp_path / f"{name}link").symlink_to(tmp_path / "kept")
    (tmp_path / f"{name}file").write_text("x")
    remove_abandoned(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3


def test_where_the_system_tells_no_times_a_living_process_keeps_its_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(temporary_folders, "_PROCESSES", tmp_path / "proc")
    assert prefix() == f"hypertemplate-0-{os.getpid()}-0-"
    for process in (os.getpid(), 1, DEAD):
        (tmp_path / f"hypertemplate-0-{process}-0-abc").mkdir()
    remove_abandoned(tmp_path)
    left = {int(path.name.split("-")[2]) for path in tmp_path.iterdir()}
    assert left == {os.getpid(), 1}


KILLED = """
import hypertemplate, os, signal, sys
sys.path.insert(0, sys.argv[1])
import template
def data():
    return template.data()
hypertemplate.tune(template.model, workers=1, max_evals=1, verbose=False)
"""


@pytest.mark.long
def test_what_a_killed_search_leaves_behind_is_gone_after_the_next_one_begins(tmp_path: Path) -> None:
    (tmp_path / "template.py").write_text(
        "import os, signal\nDRIVER = os.getpid()\n"
        "def model():\n    if os.environ.get('KILL'):\n        os.kill(DRIVER, signal.SIGKILL)\n"
        "    return {{uniform(0, 1)}}\n"
    )
    (tmp_path / "search.py").write_text(KILLED)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, str(tmp_path / "search.py"), str(tmp_path)]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    killed = subprocess.run(command, env={**environment, "KILL": "1"}, check=False)
    assert killed.returncode == -9
    assert list(temporary.iterdir()) != []
    subprocess.run(command, env=environment, check=True)
    assert list(temporary.iterdir()) == []
