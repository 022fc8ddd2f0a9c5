"""`Study.report`: the page of a study, written by the user's own code."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import hypertemplate
from hypertemplate.api.tune import tune_text
from hypertemplate.errors import UsageError
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from tests.results.studies import SOURCE, digits


def write(folder: Path, trials: int) -> None:
    study = digits(trials)
    with closing(SqliteStorage(folder, source=SOURCE)) as storage:
        storage.create(replace(study, trials=()))
        for trial in study.trials:
            storage.add(trial)


def test_a_study_writes_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("digits.study"), 5)
    study = hypertemplate.load_study("digits.study")
    assert study.report() == Path("digits.study/report.html")
    page = Path("digits.study/report.html").read_text("utf-8")
    assert "5 of 5 trials" in page
    assert "<mark>{{uniform(0, 0.5)}}</mark>" in page
    assert study.report("page.html") == Path("page.html")
    Path("notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"output notes\.txt exists and is not a page of hypertemplate"):
        study.report(output="notes.txt")
    with pytest.raises(UsageError, match="output must be a path, got 3"):
        study.report(output=3)  # type: ignore[arg-type]


def test_a_study_without_a_folder_writes_its_page_beside_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text("def model():\n    return {{uniform(0, 1, name='rate')}}\n")
    study = hypertemplate.tune("model.py", max_evals=2, verbose=False)
    assert study.report() == Path("model-report.html")
    kept = hypertemplate.tune("model.py", max_evals=2, verbose=False, study="kept.study")
    assert kept.report().resolve() == Path("kept.study/report.html").resolve()
    page = Path("model-report.html").read_text("utf-8")
    assert "2 of 2 trials: 2 complete" in page
    assert "name=&#39;rate&#39;" in page


@pytest.mark.parametrize(
    ("name", "file"),
    [
        pytest.param("In [7]", "In-7-report.html", id="a cell"),
        pytest.param("the notebook", "notebook-report.html", id="a notebook without a name"),
        pytest.param("wine.ipynb", "wine-report.html", id="a notebook with a name"),
    ],
)
def test_a_study_in_memory_writes_its_page_under_a_plain_name(
    name: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "loss = {{uniform(0, 1)}}"
    study = tune_text(text, name=name, values={}, max_evals=1, objective="loss")
    assert study.report() == Path(file)
