"""`report`: the page that it writes, once and while a search runs, and what it refuses."""

from __future__ import annotations

import importlib
import os
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from tests.cli.conftest import Cli
from tests.cli.test_show import study
from tests.search.storage.test_contract import STUDY, done

LATE = importlib.import_module("hypertemplate.cli.commands.report")


def test_a_study_has_its_page_in_its_folder(cli: Cli) -> None:
    study(Path("model.study"), 2.0, None, 1.0).close()
    ran = cli("report", "model.study")
    assert ran == (0, "model.study/report.html\n", "")
    page = Path("model.study", "report.html").read_text("utf-8")
    assert "3 of 3 trials: 2 complete, 1 failed, 1 running" in page
    assert "data-refresh=" not in page
    assert cli("report", "model.study/study.db", "-o", "page.html") == (0, "page.html\n", "")
    assert Path("page.html").read_text("utf-8") == page


@pytest.mark.parametrize(
    ("output", "message"),
    [
        pytest.param(
            "other.txt",
            "--output other.txt exists and is not a page of hypertemplate; name another file",
            id="a file of the user's",
        ),
        pytest.param("model.study", "--output model.study is a folder; name a file in it", id="a folder"),
        pytest.param(
            "gone/page.html",
            "gone/page.html: cannot be written: No such file or directory",
            id="a folder that does not exist",
        ),
        pytest.param(
            "other.txt/page.html",
            "other.txt/page.html: cannot be written: Not a directory",
            id="a file as a folder",
        ),
    ],
)
def test_what_cannot_be_written_is_an_error(cli: Cli, output: str, message: str) -> None:
    study(Path("model.study"), 2.0).close()
    Path("other.txt").write_text("mine")
    assert cli("report", "model.study", "-o", output) == (2, "", f"error: {message}\n")
    assert Path("other.txt").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_rights_is_an_error(cli: Cli) -> None:
    study(Path("model.study"), 2.0).close()
    Path("model.study").chmod(0o555)
    ran = cli("report", "model.study")
    Path("model.study").chmod(0o755)
    assert ran == (2, "", "error: model.study/report.html: cannot be written: Permission denied\n")


def test_a_folder_that_is_no_study_is_an_error(cli: Cli) -> None:
    assert cli("report", "model.study") == (2, "", "error: model.study: no such study\n")


def test_a_study_without_trials_has_a_page(cli: Cli) -> None:
    with closing(SqliteStorage(Path("model.study"))) as storage:
        storage.create(STUDY)
    ran = cli("report", "model.study", "--live")
    assert ran == (
        0,
        "model.study/report.html\n",
        "note: no search of this study is running, so the page is final\n",
    )
    assert "No trial has ended yet" in Path("model.study", "report.html").read_text("utf-8")


def test_a_live_page_follows_the_search_to_its_end(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = study(Path("model.study"), 2.0)
    pages: list[str] = []
    now_s = [0.0]

    def sleep(seconds: float) -> None:
        pages.append(Path("model.study", "report.html").read_text("utf-8"))
        now_s[0] += 2 * LATE.REFRESH_S
        if len(pages) == 1:
            storage.add(done(1, 1.0, rate=0.25, opt=1))
        else:
            storage.close()

    monkeypatch.setattr(LATE, "time", SimpleNamespace(monotonic=lambda: now_s[0], sleep=sleep))
    with closing(storage):
        assert cli("report", "model.study", "--live") == (0, "model.study/report.html\n", "")
    assert all("data-refresh=" in page and "updated 20" in page for page in pages)
    final = Path("model.study", "report.html").read_text("utf-8")
    assert "2 of 3 trials: 2 complete" in final
    assert "data-refresh=" not in final


def test_an_interrupt_leaves_a_page_that_does_not_load_itself_again(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(LATE, "time", SimpleNamespace(monotonic=time.monotonic, sleep=sleep))
    with closing(study(Path("model.study"), 2.0)):
        assert cli("report", "model.study", "--live") == (130, "model.study/report.html\n", "")
    assert "data-refresh=" not in Path("model.study", "report.html").read_text("utf-8")
