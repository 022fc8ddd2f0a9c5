"""What is asked of IPython."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from hypertemplate.frontend import ipython
from tests.shells import run, started


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[InteractiveShell]:
    with started(tmp_path) as running:
        yield running


def test_a_python_without_ipython_loads_none() -> None:
    program = (
        "import sys\nfrom hypertemplate.frontend import ipython\n"
        "print(ipython.shell(), ipython.shows_html(), 'IPython' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "None False False\n"


def test_ipython_that_is_only_imported_is_no_shell() -> None:
    InteractiveShell.clear_instance()
    assert ipython.shell() is None
    assert not ipython.shows_html()


def test_the_shell_is_found(shell: InteractiveShell) -> None:
    assert ipython.shell() is shell


def test_html_is_for_kernels(shell: Any) -> None:
    assert not ipython.shows_html()
    shell.kernel = object()
    assert ipython.shows_html()


def test_a_cell_knows_its_number(shell: InteractiveShell) -> None:
    run(shell, "from hypertemplate.frontend.ipython import cell_name")
    run(shell, "named = cell_name(get_ipython())")
    assert shell.user_ns["named"] == "In [2]"


def test_the_users_values_are_less_than_the_namespace(shell: InteractiveShell) -> None:
    run(shell, "x = 1\n_y = 2\nexit = 3")
    values = ipython.user_values(shell)
    assert values["x"] == 1
    assert values["_y"] == 2
    assert values["exit"] == 3, "a name of IPython's that the user took"
    assert {"In", "Out", "get_ipython", "quit"} & set(values) == set()


def test_an_output_is_changed_in_place(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[dict[str, str], dict[str, Any], bool]] = []

    def publish(
        data: dict[str, str], *, transient: dict[str, Any], update: bool = False, **more: Any
    ) -> None:
        sent.append((data, transient, update))

    monkeypatch.setattr(shell.display_pub, "publish", publish)
    shown = ipython.show_html("<b>1</b>", "one")
    shown.update("<b>2</b>", "two")
    [(first, where, new), (second, same, changed)] = sent
    assert first == {"text/html": "<b>1</b>", "text/plain": "one"}
    assert second == {"text/html": "<b>2</b>", "text/plain": "two"}
    assert where == same
    assert (new, changed) == (False, True)


def test_a_usage_error_is_one_line(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "from hypertemplate.frontend.ipython import usage_error\nraise usage_error('no such option')")
    assert capsys.readouterr().err == "UsageError: no such option\n"
