"""A study whose data have changed: it is not resumed with them by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from hypertemplate.search.storage.sqlite.reader import read_study
from tests.cli.conftest import Cli, Template

pytestmark = pytest.mark.long

TEMPLATE = """\
from pathlib import Path

def data():
    return [float(Path(__file__).with_name(name).read_text()) for name in sorted(NAMES)]

NAMES = [path.name for path in Path("values").parent.glob("*.csv")]

def model(values):
    x = {{quniform(0, 4, 1)}}
    return x + sum(values) + float(open("more.txt").read())
"""

CHANGED = "has changed since trial 0, so losses could not be compared"


def losses(folder: str) -> list[tuple[int, float | None]]:
    """Generation and loss of each trial."""
    return [(trial.generation, trial.loss) for trial in read_study(Path(folder)).study.trials]


@pytest.fixture
def files(template: Template, here: Path) -> Path:
    template(TEMPLATE)
    (here / "a.csv").write_text("10")
    (here / "more.txt").write_text("100")
    return here


@pytest.mark.parametrize("name", ["a.csv", "more.txt"])
def test_a_study_is_not_resumed_with_other_data(cli: Cli, files: Path, name: str) -> None:
    cli("run", "model.py", "--max-evals", "2", "--set", "x=1")
    before = (files / name).read_text()
    (files / name).write_text("1000")
    ran = cli("run", "model.py", "--max-evals", "3")
    assert (ran.status, ran.err) == (
        2,
        f"error: model.study: {name} {CHANGED}\n"
        "  --keep-trials resumes it and keeps the trials so far; --fresh starts a new study\n",
    )
    ran = cli("run", "model.py", "--max-evals", "3", "--study", "other", "--from", "model.study")
    assert ran.err.splitlines()[-1] == (
        "  --keep-trials keeps the trials all the same; --as-hints takes only their points"
    )
    ran = cli("confirm", "model.study", "--top", "1", "--repeats", "1")
    assert ran.err == (
        f"error: {name} has changed since the search: runs with other data would confirm nothing\n"
    )
    ran = cli("run", "model.py", "--max-evals", "3", "--keep-trials")
    assert (ran.status, ran.err.splitlines()[3]) == (
        0,
        f"note: the trials so far read other contents of {name}",
    )
    # With one point no second trial runs but one that reads other data: it is equal to none of the others.
    assert losses("model.study") == [(0, 111.0), (1, 1111.0 - float(before))]
    assert "every point of the search space has been tried" in cli("run", "model.py", "--max-evals", "4").err


def test_files_that_were_not_read_before_draw_a_note(cli: Cli, files: Path) -> None:
    cli("run", "model.py", "--max-evals", "1")
    (files / "b.csv").write_text("20")
    ran = cli("run", "model.py", "--max-evals", "2")
    assert "\nnote: setup reads b.csv, which earlier trials did without\n" in ran.err
    assert "setup reads" not in cli("run", "model.py", "--max-evals", "3").err


def test_a_study_moves_with_its_data(cli: Cli, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("run", "model.py", "--max-evals", "1")
    moved = files / "moved"
    moved.mkdir()
    for path in (files / "model.study", files / "model.py", files / "a.csv", files / "more.txt"):
        path.rename(moved / path.name)
    (files / "a.csv").write_text("30")
    monkeypatch.chdir(moved)
    assert cli("run", "model.py", "--max-evals", "2").status == 0
    (moved / "a.csv").write_text("20")
    assert "a.csv has changed" in cli("run", "model.py", "--max-evals", "3").err
