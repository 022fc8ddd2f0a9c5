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
"""Seconds that one server may take to list its sessions."""

Fetch = Callable[[str, Mapping[str, str]], bytes]
"""HTTP GET: takes an address and headers, returns the content, raises OSError."""


class SessionName:
    """The environment variable that gives a kernel of Jupyter's server its notebook's path.

    Args:
        environ: environment variables.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def find(self) -> Document | None:
        """Return the notebook as last saved; None if it has moved since."""
        path = self._environ.get("JPY_SESSION_NAME", "")
        return document_at(Path(path), "JPY_SESSION_NAME") if path.endswith(".ipynb") else None


class VSCode:
    """The variable that gives a kernel of VS Code its notebook's path.

    Args:
        variables: the user's variables.
    """

    def __init__(self, variables: Mapping[str, object]) -> None:
        self._variables = variables

    def find(self) -> Document | None:
        """Return the notebook as last saved; None if it is on another machine."""
        path = self._variables.get("__vsc_ipynb_file__")
        return document_at(Path(path), "VS Code's __vsc_ipynb_file__") if isinstance(path, str) else None


class Sessions:
    """Sessions that this user's Jupyter servers list, each a kernel and its notebook.

    Args:
        environ: environment variables, which may hold a JupyterHub token.
        connection_file: this kernel's connection file; None to get it from ipykernel.
        fetch: HTTP GET.
    """

    def __init__(
        self, environ: Mapping[str, str], connection_file: str | None = None, fetch: Fetch | None = None
    ) -> None:
        self._environ = environ
        self._connection_file = connection_file
        self._fetch = fetch or _get

    def find(self) -> Document | None:
        """Return the notebook as last saved, renamed or not; None if no server here knows the kernel."""
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
        except (OSError, ValueError):  # a killed server leaves its file behind
            return []
        return [_object(session) for session in answer] if isinstance(answer, list) else []


def _servers(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the information files of running and former servers, the newest first."""
    files = [*folder.glob("jpserver-*.json"), *folder.glob("nbserver-*.json")]
    for file in sorted(files, key=lambda file: file.stat().st_mtime, reverse=True):
        try:
            server = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # the server starts or stops right now
            continue
        if isinstance(server, dict) and str(server.get("url", "")).startswith("http"):
            yield server


def _connection_file() -> str:
    """Return the path of this kernel's connection file, or an empty string if there is none."""
    package = sys.modules.get("ipykernel")
    try:
        return "" if package is None else str(package.get_connection_file())
    except RuntimeError:  # ipykernel is loaded, but this is not a kernel
        return ""


def _get(address: str, headers: Mapping[str, str]) -> bytes:
    # A server on this machine is not behind the proxy that the environment may name.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(address, headers=dict(headers)), timeout=TIMEOUT_S) as answer:
        content: bytes = answer.read()
    return content


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
