"""Interrupts at the moments at which Python itself breaks an import, or loses them."""

import itertools
import os
import signal
import sys
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from hypertemplate.runtime.process.interrupts import Interrupts, raise_swallowed

INTERRUPT = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(0.05)\n"
NAMES = map("interrupted_module_{}".format, itertools.count())


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.05)


def wait() -> None:
    """Wait until an interrupt ends it."""
    time.sleep(30)


@pytest.fixture
def name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a module that is interrupted while it is imported."""
    monkeypatch.syspath_prepend(tmp_path)
    name = next(NAMES)
    (tmp_path / f"{name}.py").write_text(f"{INTERRUPT}complete = True\n")
    return name


def test_an_import_is_completed_before_the_interrupt_is_raised(name: str) -> None:
    def search() -> None:
        with Interrupts():
            assert __import__(name).complete
            wait()

    with pytest.raises(KeyboardInterrupt):
        search()
    assert sys.modules[name].complete


def test_an_interrupt_that_waits_for_an_import_is_raised_at_the_end_at_the_latest(name: str) -> None:
    with pytest.raises(KeyboardInterrupt), Interrupts():
        __import__(name)
    assert sys.modules[name].complete


def test_a_second_interrupt_is_raised_at_once(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.py").write_text(INTERRUPT + INTERRUPT + "complete = True\n")
    with pytest.raises(KeyboardInterrupt), Interrupts():
        __import__(name)
    assert name not in sys.modules


def test_a_search_that_an_import_starts_can_be_interrupted(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.py").write_text(
        "import signal\nfrom hypertemplate.runtime.process.interrupts import Interrupts\n"
        "with Interrupts():\n    signal.raise_signal(signal.SIGINT)\n    raise AssertionError\n"
    )
    with pytest.raises(KeyboardInterrupt):
        __import__(name)


class Deleted:
    """Is interrupted in its destructor."""

    def __del__(self) -> None:
        interrupt()


class Referent:
    """Has weak references with callbacks."""


def delete() -> None:
    Deleted()


def call_back() -> None:
    referent = Referent()
    reference = weakref.ref(referent, lambda _: interrupt())
    del referent
    assert reference() is None


@pytest.mark.parametrize(
    "lose",
    [
        pytest.param(delete, id="in a destructor"),
        pytest.param(call_back, id="in the callback of a weak reference"),
    ],
)
def test_an_interrupt_that_python_would_lose_is_raised_again(
    lose: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def search() -> None:
        with Interrupts():
            lose()
            wait()

    with pytest.raises(KeyboardInterrupt):
        search()
    assert capsys.readouterr().err == ""


def test_an_interrupt_that_code_catches_is_raised_where_the_search_asks() -> None:
    with Interrupts():
        raise_swallowed()
        with pytest.raises(KeyboardInterrupt):
            interrupt()
        with pytest.raises(KeyboardInterrupt):
            raise_swallowed()


def test_the_process_is_left_as_it_was() -> None:
    before = signal.getsignal(signal.SIGINT), sys.unraisablehook
    with Interrupts(), Interrupts():
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == before
    raise_swallowed()


def test_a_handler_of_the_users_own_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    came: list[int] = []
    own = signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        with Interrupts():
            interrupt()
    finally:
        signal.signal(signal.SIGINT, own)
    assert came == [signal.SIGINT]
