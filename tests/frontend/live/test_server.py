"""Functions of cells in a kernel that a real Jupyter server started for a notebook."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.frontend.kernels import TIMEOUT_S, Kernel, kernel_environment
from tests.frontend.notebooks import code, notebook, save

pytestmark = pytest.mark.kernel

MODEL = "def model(x):\n    return {{choice([1, 2])}} * x"

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


class Server:
    """A Jupyter server that runs.

    Args:
        folder: its root, in which its own files are too.
    """

    def __init__(self, folder: Path) -> None:
        options = [f"--ServerApp.root_dir={folder}", "--ServerApp.port=0", "--ServerApp.allow_root=True"]
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--no-browser", "--IdentityProvider.token=t", *options],
            env=kernel_environment(folder) | {"JUPYTER_CONFIG_DIR": str(folder / ".config")},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stderr is not None
        addresses = (_ADDRESS.search(line) for line in self._process.stderr)
        self._url = next(found for found in addresses if found is not None).group()
        while not self._listens():
            assert self._process.poll() is None

    @property
    def runtime(self) -> Path:
        """Where it and its kernels say how they are reached."""
        return self._folder / ".runtime"

    def _listens(self) -> bool:
        """Whether it answers; it tells its address a little before."""
        try:
            self.ask("GET", "status")
        except urllib.error.URLError:
            return False
        return True

    def ask(self, method: str, path: str, /, **content: object) -> Any:
        """The answer of its REST interface."""
        request = urllib.request.Request(
            f"{self._url}api/{path}",
            json.dumps(content).encode() if content else None,
            {"Authorization": "token t", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def end(self) -> None:
        """Stop it and wait for its end."""
        self._process.terminate()
        self._process.communicate(timeout=TIMEOUT_S)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.end()


def test_the_notebook_of_a_jupyter_server(server: Server, tmp_path: Path) -> None:
    from jupyter_client.blocking.client import BlockingKernelClient

    save(tmp_path, notebook(code("# nothing"), code(MODEL, 3)))
    kernel_spec = {"name": "python3"}
    session = server.ask(
        "POST", "sessions", path="train.ipynb", name="train.ipynb", type="notebook", kernel=kernel_spec
    )
    client = BlockingKernelClient()
    client.load_connection_file(str(server.runtime / f"kernel-{session['kernel']['id']}.json"))
    # A kernel that starts slowly misses heartbeats, and would count as dead.
    client.start_channels(hb=False)
    try:
        client.wait_for_ready(timeout=TIMEOUT_S)
        kernel = Kernel(client)
        # So that a busy machine does not fail the test.
        kernel.quietly(f"import hypertemplate.frontend.hosts.jupyter as _j; _j.TIMEOUT_S = {TIMEOUT_S}")
        kernel.run(MODEL)
        live = kernel.read("model")
        assert live["parts"] == {"cell 2 (In [1])": MODEL}
        assert live["path"] == str(tmp_path / "train.ipynb")
        assert live["found"] == (
            "model is read from the cells that ran (cell 2 (In [1])); "
            "cells are numbered as in train.ipynb (JPY_SESSION_NAME)"
        )

        kernel.run("def data():\n    return 3")
        assert set(kernel.tune()["losses"]) == {3, 6}

        # A kernel is not told that its notebook has another name now; the server knows.
        server.ask("PATCH", "contents/train.ipynb", path="digits.ipynb")
        server.ask("PATCH", f"sessions/{session['id']}", path="digits.ipynb")
        live = kernel.read("model")
        assert live["path"] == str(tmp_path / "digits.ipynb")
        assert live["found"] == (
            "model is read from the cells that ran (cell 2 (In [1])); "
            "cells are numbered as in digits.ipynb (Jupyter's sessions API)"
        )
    finally:
        client.stop_channels()
        server.ask("DELETE", f"sessions/{session['id']}")
