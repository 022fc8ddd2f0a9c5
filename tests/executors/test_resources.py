"""What workers may take of a machine, and what they have taken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hypertemplate.executors.resources import (
    auto_workers,
    crowded,
    peak_memory,
    resident_memory,
    thread_settings,
)

GB = 10**9


@pytest.mark.parametrize(
    ("cores", "memory", "first", "workers"),
    [
        pytest.param(4, 64 * GB, GB, 4, id="one for each core"),
        pytest.param(64, 640 * GB, GB, 8, id="never more than eight"),
        pytest.param(8, 10 * GB, 2 * GB, 4, id="no more than memory allows, with a fifth left free"),
        pytest.param(8, GB, 2 * GB, 1, id="one, however little memory there is"),
        pytest.param(1, 64 * GB, GB, 1, id="one core"),
        pytest.param(4, None, GB, 4, id="memory that is not known"),
        pytest.param(4, 64 * GB, None, 4, id="before the first trial"),
    ],
)
def test_the_number_of_workers(cores: int, memory: int | None, first: int | None, workers: int) -> None:
    assert auto_workers(cores, memory, first) == workers


@pytest.mark.parametrize(
    ("workers", "cores", "notes"),
    [
        pytest.param(1, 1, (), id="one"),
        pytest.param(16, 2, (), id="eight for each core"),
        pytest.param(
            17,
            2,
            (
                "17 workers share 2 cores: more than one for each seldom makes a search faster, and each takes memory "
                "of its own",
            ),
            id="more than eight for each core",
        ),
        pytest.param(
            300,
            1,
            (
                "300 workers share 1 core: more than one for each seldom makes a search faster, and each takes memory "
                "of its own",
            ),
            id="one core",
        ),
    ],
)
def test_too_many_workers(workers: int, cores: int, notes: tuple[str, ...]) -> None:
    assert crowded(workers, cores) == notes


def machine(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_memory_of_a_process(tmp_path: Path) -> None:
    root = machine(tmp_path, {"proc/7/status": "Name:\tpython\nVmHWM:\t    2000 kB\nVmRSS:\t    1000 kB\n"})
    assert (resident_memory(7, root), peak_memory(7, root)) == (1_024_000, 2_048_000)
    assert resident_memory(8, root) is None
    machine(tmp_path, {"proc/9/status": "Name:\tended\nState:\tZ (zombie)\n"})
    assert resident_memory(9, root) is None


def test_this_process_has_memory() -> None:
    assert 0 < (resident_memory(os.getpid()) or 0) <= (peak_memory(os.getpid()) or 0)


def test_threads_are_said_in_the_words_of_each_library() -> None:
    assert thread_settings(3) == {
        "OMP_NUM_THREADS": "3",
        "OPENBLAS_NUM_THREADS": "3",
        "MKL_NUM_THREADS": "3",
        "NUMEXPR_NUM_THREADS": "3",
        "VECLIB_MAXIMUM_THREADS": "3",
        "TF_NUM_INTRAOP_THREADS": "3",
        "TF_NUM_INTEROP_THREADS": "3",
    }
