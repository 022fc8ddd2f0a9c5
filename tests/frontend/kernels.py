"""Real kernels, in which cells run as a notebook's do, with no file on disk."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypertemplate.errors import ReadError

ROOT = Path(__file__).parents[2]

FRESH = "get_ipython().reset(); getattr(get_ipython().history_manager, 'exceptions', {}).clear()"
"""Forgets variables and history, and counts from 1 again; IPython 9 keeps the errors of cells of these numbers."""

TUNE = """
import json as _json
from hyperopt import Trials as _Trials, tpe as _tpe
from hypertemplate import optim as _optim
_trials = _Trials()
_best, _ = _optim.minimize(model=model, data=data, algo=_tpe.suggest, max_evals=5, trials=_trials{more})
print(_json.dumps({{"best": _best, "losses": _trials.losses()}}))
"""

TIMEOUT_S = 60


class Kernel:
    """A kernel that runs.

    Args:
        client: speaks to it.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._pid = int(self.quietly("import os; print(os.getpid())"))

    def run(self, *cells: str, fails: bool = False) -> str:
        """Run cells one after another; what they print."""
        printed = ""
        for cell in cells:
            text, error = self._execute(cell, store=True)
            assert (error != "") == fails, error
            printed += text
        return printed

    def error_of(self, cell: str) -> str:
        """What a cell raises."""
        return self._execute(cell, store=True)[1]

    def displays(self, cell: str) -> list[tuple[float, str, str]]:
        """Run a cell; when each display came or changed, on a clock in seconds, and its HTML and its text."""
        shown: list[tuple[float, str, str]] = []

        def take(message: dict[str, Any]) -> None:
            if message["msg_type"] in ("display_data", "update_display_data"):
                data = message["content"]["data"]
                shown.append((time.monotonic(), data["text/html"], data["text/plain"]))

        assert self._execute(cell, store=True, hook=take)[1] == ""
        return shown

    def quietly(self, code: str) -> str:
        """Run code that leaves no trace in the history; what it prints."""
        printed, error = self._execute(code, store=False)
        assert error == "", error
        return printed

    def read(self, arguments: str) -> dict[str, Any]:
        """What `read_live` makes of arguments, as plain data."""
        code = f"from tests.frontend.kernels import show as _show\n_show({arguments})"
        shown: dict[str, Any] = json.loads(self.quietly(code).splitlines()[-1])
        return shown

    def tune(self, more: str = "") -> dict[str, Any]:
        """Search `model` over `data` as Hyperas's users do: the best run, and the losses of five trials."""
        code = TUNE.format(more=f", {more}" if more else "")
        # Notes on stderr may arrive after what was printed.
        lines = [line for line in self.quietly(code).splitlines() if line.startswith("{")]
        found: dict[str, Any] = json.loads(lines[-1])
        return found

    def begin(self, cell: str) -> None:
        """Start to run a cell, and do not wait for it."""
        self._client.execute(cell, allow_stdin=False)

    def kill(self) -> None:
        """Let the kernel die at once, as a machine that is taken away does."""
        os.kill(self._pid, signal.SIGKILL)

    def fresh(self) -> None:
        """Forget everything."""
        self.quietly(FRESH)

    def _execute(
        self, code: str, *, store: bool, hook: Callable[[dict[str, Any]], None] | None = None
    ) -> tuple[str, str]:
        printed: list[str] = []

        def take(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        reply = self._client.execute_interactive(
            code, store_history=store, allow_stdin=False, timeout=TIMEOUT_S, output_hook=hook or take
        )
        content = reply["content"]
        # IPython 7 does not name the error of a cell that does not parse.
        named = f"{content.get('ename', 'an error')}: {content.get('evalue', '')}"
        error = "" if content["status"] == "ok" else named
        return "".join(printed), error


@contextmanager
def started(folder: Path, *, python: str = sys.executable, **environ: str) -> Iterator[Kernel]:
    """A kernel of an interpreter, whose working directory and whose own files are a folder."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    # The installed specification may name another interpreter.
    manager._kernel_spec = KernelSpec(argv=[python, "-m", "ipykernel_launcher", "-f", "{connection_file}"])
    manager.start_kernel(cwd=str(folder), env=kernel_environment(folder) | environ)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT_S)
        yield Kernel(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def kernel_environment(folder: Path) -> dict[str, str]:
    """An environment in which a kernel finds this project and leaves nothing outside a folder."""
    path = os.pathsep.join(filter(None, (str(ROOT), str(folder), os.environ.get("PYTHONPATH"))))
    own = {"PYTHONPATH": path, "IPYTHONDIR": str(folder / ".ipython")}
    return dict(os.environ) | own | {"JUPYTER_RUNTIME_DIR": str(folder / ".runtime")}


def show(*arguments: object, **more: object) -> None:
    """Print what `read_live` says, in a kernel."""
    from hypertemplate.frontend.live.live_template import read_live

    try:
        live = read_live(*arguments, **more)  # type: ignore[arg-type]
    except ReadError as error:
        print(json.dumps({"error": str(error)}))
        return
    source = live.read.source
    shown = {
        "parts": {part.name: part.text for part in source.parts},
        "kinds": [part.kind for part in source.parts],
        "cells": [part.cell for part in source.parts],
        "modules": [part.module for part in source.parts],
        "path": source.path,
        "shown": source.shown,
        "notes": [[note.message, source.parts[note.span.part].name] for note in live.read.notes if note.span],
        "model": live.model,
        "data": live.data,
        "values": {name: repr(value)[:40] for name, value in live.values.items() if name != "_show"},
        "found": live.found,
    }
    print(json.dumps(shown))
