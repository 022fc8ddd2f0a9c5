"""Where a kernel's notebook is found; what answers are stand-ins that answer as the real ends do."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hypertemplate.frontend.hosts.colab import Colab
from hypertemplate.frontend.hosts.document import Document, Place, Unanswered, document_of
from hypertemplate.frontend.hosts.jupyter import SessionName, Sessions, VSCode
from hypertemplate.frontend.hosts.kaggle import Kaggle
from hypertemplate.frontend.hosts.places import find_document
from hypertemplate.frontend.notebook.ipynb import CodeCell
from tests.frontend.notebooks import code, notebook, save

NOTEBOOK = notebook(code("x = 1", 7))
CELLS = (CodeCell(1, 7, "x = 1"),)
LINES = notebook(code(["x = 1\n", "y = 2"]), metadata={"colab": {"name": "digits.ipynb"}})


class Fixed:
    def __init__(self, answer: Document | Unanswered | None) -> None:
        self._answer = answer

    def find(self) -> Document | None:
        if isinstance(self._answer, Unanswered):
            raise self._answer
        return self._answer


def test_the_first_that_has_it_counts_and_failures_are_told() -> None:
    one, two = Document("one", "", True, ()), Document("two", "", True, ())
    places: list[Place] = [Fixed(None), Fixed(Unanswered("asleep")), Fixed(one), Fixed(two)]
    assert find_document(places) == (one, ("asleep",))
    assert find_document(places[:2]) == (None, ("asleep",))
    assert find_document([]) == (None, ())


def test_what_is_no_notebook_is_no_answer() -> None:
    with pytest.raises(Unanswered) as raised:
        document_of({"cells": []}, "notebook", "Somewhere")
    assert str(raised.value) == 'Somewhere: notebook: not a notebook: its JSON has no "nbformat"'


class MessageError(Exception):
    pass


def colab(monkeypatch: pytest.MonkeyPatch, answer: Callable[[], object]) -> list[tuple[object, ...]]:
    """Put a stand-in for Colab's kernel package in place; what it is asked."""
    asked: list[tuple[object, ...]] = []

    def blocking_request(kind: str, request: str = "", timeout_sec: int | None = 5) -> object:
        asked.append((kind, request, timeout_sec))
        return answer()

    message = ModuleType("google.colab._message")
    vars(message).update(blocking_request=blocking_request, MessageError=MessageError)
    package = ModuleType("google.colab")
    vars(package).update(_message=message)
    monkeypatch.setitem(sys.modules, "google.colab", package)
    monkeypatch.setitem(sys.modules, "google.colab._message", message)
    return asked


def raising(error: Exception) -> Callable[[], object]:
    def answer() -> object:
        raise error

    return answer


def test_colab_hands_over_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = colab(monkeypatch, lambda: {"ipynb": LINES})
    cells = (CodeCell(1, None, "x = 1\ny = 2"),)
    assert Colab().find() == Document("digits.ipynb", "Colab's live document", True, cells)
    assert asked == [("get_ipynb", "", 5)]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(lambda: None, "no answer within 5 s", id="a closed page"),
        pytest.param(lambda: {}, "no answer within 5 s", id="an answer without a notebook"),
        pytest.param(raising(MessageError("refused")), "refused", id="an error"),
        pytest.param(lambda: {"ipynb": {}}, 'notebook: not a notebook: its JSON has no "nbformat"', id="no notebook"),
    ],
)  # fmt: skip
def test_colab_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[], object], reason: str
) -> None:
    colab(monkeypatch, answer)
    with pytest.raises(Unanswered) as raised:
        Colab().find()
    assert str(raised.value) == f"Colab's live document: {reason}"


def test_elsewhere_colab_is_not_asked() -> None:
    assert Colab().find() is None


def test_only_the_main_thread_asks_colab(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = colab(monkeypatch, lambda: {"ipynb": LINES})
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(Colab().find()))
    thread.start()
    thread.join()
    assert (found, asked) == ([None], [])


def kaggle(monkeypatch: pytest.MonkeyPatch, answer: Callable[[], object]) -> None:
    class UserSessionClient:
        def get_exportable_ipynb(self) -> object:
            return answer()

    package = ModuleType("kaggle_session")
    vars(package).update(UserSessionClient=UserSessionClient)
    monkeypatch.setitem(sys.modules, "kaggle_session", package)


ON_KAGGLE = {"KAGGLE_KERNEL_RUN_TYPE": "Interactive"}


@pytest.mark.parametrize("key", ["source", "sourceNullable"])
def test_kaggle_hands_over_its_draft(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    kaggle(monkeypatch, lambda: {key: json.dumps(NOTEBOOK)})
    assert Kaggle(ON_KAGGLE).find() == Document("notebook", "Kaggle's live document", True, CELLS)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(lambda: {}, "the answer holds no notebook", id="an empty answer"),
        pytest.param(raising(ConnectionError("no route")), "no route", id="no network"),
    ],
)
def test_kaggle_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, answer: Callable[[], object], reason: str
) -> None:
    kaggle(monkeypatch, answer)
    with pytest.raises(Unanswered) as raised:
        Kaggle(ON_KAGGLE).find()
    assert str(raised.value) == f"Kaggle's live document: {reason}"


def test_elsewhere_kaggle_is_not_asked() -> None:
    assert Kaggle({}).find() is None


def on_disk(path: str, place: str) -> Document:
    return Document(Path(path).name, place, False, CELLS, path)


def test_jupyter_leaves_the_path_in_the_environment(tmp_path: Path) -> None:
    path = save(tmp_path, NOTEBOOK)
    assert SessionName({"JPY_SESSION_NAME": path}).find() == on_disk(path, "JPY_SESSION_NAME")
    assert SessionName({"JPY_SESSION_NAME": f"{tmp_path}/moved.ipynb"}).find() is None
    assert SessionName({"JPY_SESSION_NAME": str(tmp_path)}).find() is None
    assert SessionName({}).find() is None


def test_a_broken_file_is_said(tmp_path: Path) -> None:
    path = save(tmp_path, "{")
    with pytest.raises(Unanswered) as raised:
        SessionName({"JPY_SESSION_NAME": path}).find()
    assert str(raised.value) == (
        f"JPY_SESSION_NAME: {path}: not a notebook: its JSON breaks off at line 1, column 2"
    )


def test_vs_code_leaves_the_path_in_a_variable(tmp_path: Path) -> None:
    path = save(tmp_path, NOTEBOOK)
    assert VSCode({"__vsc_ipynb_file__": path}).find() == on_disk(path, "VS Code's __vsc_ipynb_file__")
    assert VSCode({"__vsc_ipynb_file__": "/home/me/on my laptop.ipynb"}).find() is None
    assert VSCode({}).find() is None


SESSIONS: list[Any] = [
    {"path": "other.ipynb", "kernel": {"id": "2"}},
    {"path": "train.ipynb", "kernel": {"id": "1-2-3"}},
]


class Servers:
    """Jupyter servers that answer by their address."""

    def __init__(self, answers: Mapping[str, object]) -> None:
        self._answers = answers
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def __call__(self, address: str, headers: Mapping[str, str]) -> bytes:
        self.asked.append((address, headers))
        answer = self._answers[address]
        if isinstance(answer, Exception):
            raise answer
        return json.dumps(answer).encode()


def server(folder: Path, name: str, **facts: object) -> None:
    save(folder, facts, f"{name}.json")


@pytest.fixture
def kernel(tmp_path: Path) -> str:
    """The connection file of a kernel with the id 1-2-3."""
    (tmp_path / "runtime").mkdir()
    return str(tmp_path / "runtime" / "kernel-1-2-3.json")


def test_jupyter_lists_its_sessions(tmp_path: Path, kernel: str) -> None:
    path = save(tmp_path, NOTEBOOK)
    server(tmp_path / "runtime", "jpserver-1", url="http://a/", token="t", root_dir=str(tmp_path))
    servers = Servers({"http://a/api/sessions": SESSIONS})
    assert Sessions({}, kernel, servers).find() == on_disk(path, "Jupyter's sessions API")
    assert servers.asked == [("http://a/api/sessions", {"Authorization": "token t"})]


def test_an_old_server_says_it_in_its_own_way(tmp_path: Path, kernel: str) -> None:
    path = save(tmp_path, NOTEBOOK)
    server(tmp_path / "runtime", "nbserver-1", url="http://a/", notebook_dir=str(tmp_path))
    servers = Servers(
        {"http://a/api/sessions": [{"notebook": {"path": "train.ipynb"}, "kernel": {"id": "1-2-3"}}]}
    )
    assert Sessions({}, kernel, servers).find() == on_disk(path, "Jupyter's sessions API")
    assert servers.asked == [("http://a/api/sessions", {})]


def test_a_hub_gives_the_token(tmp_path: Path, kernel: str) -> None:
    server(tmp_path / "runtime", "jpserver-1", url="http://a/", token="", root_dir=str(tmp_path))
    servers = Servers({"http://a/api/sessions": SESSIONS[:1]})
    assert Sessions({"JUPYTERHUB_API_TOKEN": "h"}, kernel, servers).find() is None
    assert servers.asked == [("http://a/api/sessions", {"Authorization": "token h"})]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(OSError("refused"), id="a server that has ended"),
        pytest.param({"message": "forbidden"}, id="a server that wants a password"),
        pytest.param([3, {"kernel": None}], id="an answer of another shape"),
        pytest.param(SESSIONS[1:], id="a notebook that is not on this disk"),
    ],
)
def test_servers_that_do_not_help(tmp_path: Path, kernel: str, answer: object) -> None:
    server(tmp_path / "runtime", "jpserver-1", url="http://a/", root_dir=str(tmp_path))
    server(tmp_path / "runtime", "jpserver-2", url="unix:///socket")
    save(tmp_path / "runtime", "{", "jpserver-3.json")
    save(tmp_path / "runtime", "[]", "jpserver-4.json")
    servers = Servers({"http://a/api/sessions": answer})
    assert Sessions({}, kernel, servers).find() is None
    assert len(servers.asked) == 1


def test_outside_of_a_kernel_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    servers = Servers({})
    assert Sessions({}, None, servers).find() is None
    package = ModuleType("ipykernel")
    vars(package)["get_connection_file"] = raising(RuntimeError("no kernel"))
    monkeypatch.setitem(sys.modules, "ipykernel", package)
    assert Sessions({}, None, servers).find() is None
    assert servers.asked == []
