"""The contract of edits, run for real: a study in a folder, its template edited, and a fresh search beside it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.api.options import as_argument
from hypertemplate.api.prepared import from_path
from hypertemplate.api.python_interface import PreparedSource, PythonInterface
from hypertemplate.compiler.markers.grammar import CHOICES
from hypertemplate.errors import UsageError
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.service.session import Session
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.study import Study, Trial, TrialState
from tests.compiler.support import compiled
from tests.edit_contract import CASES, EditCase, Point

pytestmark = pytest.mark.long


def points(text: str, drawn: Sequence[Point | None]) -> list[dict[str, Any]]:
    """Points as the user gives them: a choice by the number of its option."""
    choices = {p.label for p in compiled(text).space.parameters if p.distribution in CHOICES}
    return [
        {label: f"#{int(value)}" if label in choices else value for label, value in (point or {}).items()}
        for point in drawn
    ]


def searched(folder: str, text: str, max_evals: int, drawn: Sequence[Point | None] = ()) -> Study:
    """The study after a search of a template in this process."""
    Path("model.py").write_text(text, encoding="utf-8")
    given = tuple(map(json.dumps, points(text, drawn)))
    objective = "loss" if compiled(text).model is None else None
    request = SearchRequest(
        max_evals=max_evals,
        algorithm="random",
        points=given,
        objective=objective,
        default_trial=False,
        in_process=True,
        folder=Path(folder),
    )
    session = Session(request, PreparedSource(from_path("model.py", None, None)))
    session.run(PythonInterface(as_argument, "", verbose=False, in_process=True))
    return read_study(Path(folder)).study


def result(trial: Trial) -> tuple[object, ...]:
    return trial.state, trial.loss, (trial.error or "").partition("\n")[0]


def check(case: EditCase, number: int) -> str:
    """Run a case; say whether trials count, the search is refused, or all trials have failed."""
    count = len(case.points)
    folder = f"study-{number}"
    before = searched(folder, case.before, count, case.points)
    ran = {trial.number: result(trial) for trial in before.trials}
    assert [dict(trial.params) for trial in before.trials] == [dict(point) for point in case.points]
    if all(trial.state is TrialState.FAILED for trial in before.trials):
        return "failed"
    kept = {place: point for place, point in enumerate(case.kept) if point is not None}
    if all(before.trials[place].state is TrialState.FAILED for place in kept):
        with pytest.raises(UsageError, match=r"would (not )?count any more"):
            searched(folder, case.after, count + 1)
        assert read_study(Path(folder)).study.trials == before.trials
        return "refused"
    after = searched(folder, case.after, count + 1)
    earlier = [trial for trial in after.trials if trial.number < count]
    assert {trial.number: dict(trial.params) for trial in earlier} == {n: dict(p) for n, p in kept.items()}
    assert [trial.number for trial in after.left_out] == [n for n in range(count) if n not in kept]
    assert {t.number: result(t) for t in (*earlier, *after.left_out)} == ran
    fresh = searched(f"fresh-{number}", case.after, count, case.kept)
    assert {t.number: result(t) for t in fresh.trials if t.number in kept} == {n: ran[n] for n in kept}
    return "kept"


PAIRS = [(number, case) for number, case in enumerate(CASES) if case.points]


def check_all(cases: Sequence[tuple[int, EditCase]], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Run cases; each study is in memory if the system has files there, as nothing here is to last."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        monkeypatch.chdir(folder)
        said = {check(case, number) for number, case in cases}
        monkeypatch.undo()
    return said


def test_some_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whose trials all fail, as some are to, may be among them.
    assert check_all(PAIRS[::25], monkeypatch) - {"failed"} == {"kept", "refused"}


@pytest.mark.slow
def test_every_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_all(PAIRS, monkeypatch) == {"kept", "refused", "failed"}
