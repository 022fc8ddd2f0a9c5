"""An IPython in this process, as in a terminal."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from traitlets.config import Config


@contextmanager
def started(folder: Path) -> Iterator[InteractiveShell]:
    """A shell that writes nothing but into a folder, and that leaves this process as it was."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.ipython_dir = str(folder)
    InteractiveShell.clear_instance()
    shell: Any = InteractiveShell.instance(config=config)
    try:
        yield shell
    finally:
        shell.atexit_operations()
        atexit.unregister(shell.atexit_operations)
        shell.restore_sys_module_state()
        InteractiveShell.clear_instance()


def run(shell: Any, cell: str) -> ExecutionResult:
    """Run a cell as if it were typed."""
    result: ExecutionResult = shell.run_cell(cell, store_history=True)
    return result
