"""Notebooks on the disk of a Jupyter server or of VS Code, found from within their kernels."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hypertemplate.frontend.hosts.document import Document, document_at

TIMEOUT_S = 0.5
"""How long one server may take to list its sessions."""

Fetch = Callable[[str, Mapping[str, str]], bytes]
"""An HTTP GET: address and headers to content; raises OSError."""


class SessionName:
    """The environment variable in which Jupyter's server leaves a kernel its notebook's path.

    Args:
        environ: the environment.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def find(self) -> Document | None:
        """The notebook as it was saved last; None if it has moved since."""
        path = self._environ.get("JPY_SESSION_NAME", "")
        return document_at(Path(path), "JPY_SESSION_NAME") if path.endswith(".ipynb") else None


class VSCode:
    """The variable in which VS Code leaves a kernel its notebook's path.

    Args:
        variables: the user's variables.
    """

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._variables = variables

    def find(self) -> Document | None:
        """The notebook as it was saved last; None if it is on another machine."""
        path = self._variables.get("__vsc_ipynb_file__")
        return document_at(Path(path), "VS Code's __vsc_ipynb_file__") if isinstance(path, str) else None


class Sessions:
    """The sessions that the Jupyter servers of this user list, each a kernel and its notebook.

    Args:
        environ: the environment, which may hold a token of JupyterHub's.
        connection_file: this kernel's, if it is known; else ipykernel is asked.
        fetch: gets an address.
    """

    def __init__(
        self, environ: Mapping[str, str], connection_file: str | None = None, fetch: Fetch | None = None
    ) -> None:
        self._environ = environ
        self._connection_file = connection_file
        self._fetch = fetch or _get

    def find(self) -> Document | None:
        """The notebook as it was saved last, renamed or not; None if no server here knows the kernel."""
        file = self._connection_file or _connection_file()
        if not file:
            return None
        kernel = Path(file).stem.removeprefix("kernel-")
        for server in _servers(Path(file).parent):
            for session in self._sessions(server):
                if _object(session.get("kernel")).get("id") == kernel:
                    root = str(server.get("root_dir") or server.get("notebook_dir") or "")
                    path = str(session.get("path") or _object(session.get("notebook")).get("path") or "")
                    return document_at(Path(root, path), "Jupyter's sessions API")
        return None

    def _sessions(self, server: Mapping[str, Any]) -> list[dict[str, Any]]:
        token = server.get("token") or self._environ.get("JUPYTERHUB_API_TOKEN")
        headers = {"Authorization": f"token {token}"} if token else {}
        try:
            answer = json.loads(self._fetch(f"{server['url']}api/sessions", headers))
        except (OSError, ValueError):  # a server that was killed leaves its file behind
            return []
        return [_object(session) for session in answer] if isinstance(answer, list) else []


def _servers(folder: Path) -> Iterator[dict[str, Any]]:
    """What the servers that run, or ran, have written down of themselves; the newest first."""
    files = [*folder.glob("jpserver-*.json"), *folder.glob("nbserver-*.json")]
    for file in sorted(files, key=lambda file: file.stat().st_mtime, reverse=True):
        try:
            server = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # it ends, or begins, at this moment
            continue
        if isinstance(server, dict) and str(server.get("url", "")).startswith("http"):
            yield server


def _connection_file() -> str:
    """The file that tells how to reach this kernel, or an empty string where none is."""
    package = sys.modules.get("ipykernel")
    try:
        return "" if package is None else str(package.get_connection_file())
    except RuntimeError:  # ipykernel is loaded, and this is no kernel
        return ""


def _get(address: str, headers: Mapping[str, str]) -> bytes:
    # A server of one's own machine is not behind the proxy that the environment may name.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(address, headers=dict(headers)), timeout=TIMEOUT_S) as answer:
        content: bytes = answer.read()
    return content


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
