"""What every test stands on; it imports nothing that the light environments of other Pythons lack."""

from __future__ import annotations

import gc
import os
import runpy
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

# Shared machines pause at any time, so how long an example took says nothing about the code.
# Each run takes the same examples: a change is judged by what it changes. New ones are for `make test-all`.
settings.register_profile("default", deadline=None, derandomize=True, max_examples=50)
# What differs from Python to Python shows in few of them: the others take the first ones.
settings.register_profile("brief", deadline=None, derandomize=True, max_examples=15)
settings.register_profile("explore", deadline=None, max_examples=3000)
settings.load_profile("default")

INSTALLED = Path(__file__).parent / "dist-packages"
"""What every process of a test imports when it starts, see there."""

MAY_START: str = runpy.run_path(str(INSTALLED / "sitecustomize.py"))["MAY_START"]

PROCESSES_MEASURED = frozenset(
    Path(__file__).parent / folder
    for folder in ("compiler", "executors", "frontend", Path("runtime", "process"))
)
"""Folders whose tests run processes with coverage: it costs half a second each, and these reach the lines."""

TESTS = f"{Path(__file__).parent}{os.sep}"

GIVEN_INSTALLED: dict[ModuleType, tuple[str, ...]] = {}
"""The parts of paths by which the module that recognises own code knows installed ones, once it is loaded."""

BEGUN_FILE = pytest.StashKey[Path]()
"""The file of the test that ran last."""

PROCESS_CONFIG = "COVERAGE_PROCESS_CONFIG"
"""The environment variable by which coverage measures processes."""

GIVEN_CONFIG = pytest.StashKey[str | None]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add an option that keeps the tests of ``make quick`` short."""
    parser.addoption(
        "--cpu-limit",
        type=float,
        metavar="SECONDS",
        help="fail a test that takes more processor time than this, together with its processes",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let no test start what its marks do not say; outside of tests nothing may be started."""
    config.stash[GIVEN_CONFIG] = os.environ.get(PROCESS_CONFIG)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(INSTALLED), os.environ.get("PYTHONPATH"))))
    os.environ[MAY_START] = ""
    os.environ["HYPERTEMPLATE_STUDIES"] = "off"  # no search of a test writes into the user's cache


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let it start what its marks say, and measure its processes where its folder has them measured."""
    if item.config.stash.get(BEGUN_FILE, None) != item.path:
        item.config.stash[BEGUN_FILE] = item.path
        _begin_file(item)
    os.environ[MAY_START] = " ".join(mark.name for mark in item.iter_markers())
    given = item.config.stash[GIVEN_CONFIG]
    if given is not None and not PROCESSES_MEASURED.isdisjoint(item.path.parents):
        os.environ[PROCESS_CONFIG] = given
    else:
        os.environ.pop(PROCESS_CONFIG, None)


def _begin_file(item: pytest.Item) -> None:
    """Let what this file does not use count as nothing that a search in this process looks at.

    The modules of all tests are loaded in each process, and a search looks at what own modules may change
    before and after each trial, and once at all that is not frozen: ten times what the trials take. Not before
    each test: the frozen ones are counted one by one.
    """
    if not gc.get_freeze_count():
        gc.freeze()
    own_code: Any = sys.modules.get("hypertemplate.runtime.own_code")
    if own_code is None:
        return
    given = GIVEN_INSTALLED.setdefault(own_code, own_code.INSTALLED)
    files = {str(getattr(module, "__file__", None)) for module in [*sys.modules.values()]}
    others = {file for file in files if file.startswith(TESTS)} - {str(item.path), *_used_files(item)}
    own_code.INSTALLED = (*given, *sorted(others))
    own_code._is_own_path.cache_clear()


def _used_files(item: pytest.Item) -> Iterator[str]:
    """Yield the files of the modules of which this test's module has something."""
    for value in vars(item.getparent(pytest.Module).obj).values():  # type: ignore[union-attr]
        module = value if isinstance(value, ModuleType) else sys.modules.get(getattr(value, "__module__", ""))
        yield str(getattr(module, "__file__", None))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Hold a test to the limit: processor time, since on a busy machine all else takes long."""
    before = sum(os.times()[:4])
    result = yield
    took_s = sum(os.times()[:4]) - before
    limit_s: float | None = item.config.getoption("--cpu-limit")
    if limit_s is not None and took_s > limit_s:
        pytest.fail(
            f"it takes {took_s:.1f} s of processor time: mark it with pytest.mark.long", pytrace=False
        )
    return result
