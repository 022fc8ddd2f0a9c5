"""A search without ``study=`` is copied to the cache, from which another process resumes it."""

from __future__ import annotations

import itertools
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hyperopt import Trials

import hypertemplate
from hypertemplate import optim
from hypertemplate.errors import UsageError
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.studies_cache import VARIABLE
from tests.api.support import Modules, modules

__all__ = ["modules"]

TEXT = """
    def model():
        x = {{uniform(0, 1)}}
        if x > 0.95:
            raise ValueError('too wide')
        return x
"""

KEPT = re.compile(
    r"^note: kept in the cache: study='(.*)' resumes this search in another process$", re.MULTILINE
)

Ran = list[tuple[int, dict[str, float], float | None]]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "caches"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def trials_in(folder: Path) -> Ran:
    kept = read_study(folder)
    assert (kept.damage, kept.running) == ("", ())
    return [(trial.number, dict(trial.params), trial.loss) for trial in kept.study.trials]


def ran(study: Any) -> Ran:
    return [(trial.number, trial.params, trial.loss) for trial in study.trials]


def only(cache: Path) -> Path:
    (folder,) = cache.iterdir()
    return folder


def test_what_a_search_has_found_is_there_and_is_resumed(
    cache: Path, modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded = modules(TEXT)
    found = hypertemplate.tune(loaded.model, max_evals=4, algo="random")
    (said,) = KEPT.findall(capsys.readouterr().err)
    assert Path(said) == only(cache)
    assert trials_in(Path(said)) == ran(found)
    longer = hypertemplate.tune(modules(TEXT).model, max_evals=7, algo="random", study=said)
    assert "note: resuming: 4 of 7 trials are there\n" in capsys.readouterr().err
    whole = hypertemplate.tune(loaded.model, max_evals=7, algo="random", verbose=False)
    assert ran(longer) == ran(whole)
    assert len([*cache.iterdir()]) == 2


def test_each_search_begins_anew_and_the_newest_five_stay(cache: Path, modules: Modules) -> None:
    loaded = modules(TEXT)
    for _ in range(8):
        trials = Trials()
        optim.minimize(loaded.model, None, "random", 2, trials, verbose=False)
        assert len(trials) == 2
    assert len([*cache.iterdir()]) == 5


def test_a_search_that_is_resumed_here_is_one_study(cache: Path, modules: Modules) -> None:
    study = hypertemplate.tune(modules(TEXT).model, max_evals=3, algo="random", verbose=False)
    study = study.resume(5)
    assert trials_in(only(cache)) == ran(study)
    shutil.rmtree(only(cache))
    study = study.resume(6)
    assert trials_in(only(cache)) == ran(study)
    assert len(study.trials) == 6


def test_a_search_that_was_interrupted_is_resumed_here_and_there(
    cache: Path, modules: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "ran", itertools.count(1).__next__, raising=False)
    text = TEXT.replace("    def model():", "    import sys\n    def model():").replace(
        "        return x",
        "        if sys.ran() == 3:\n            raise KeyboardInterrupt\n        return x",
    )
    loaded = modules(text)
    study = hypertemplate.tune(loaded.model, max_evals=5, algo="random", verbose=False)
    assert len(study.trials) == 2
    assert [trial.number for trial in read_study(only(cache)).running] == [2]
    study = study.resume()
    assert trials_in(only(cache)) == ran(study)
    assert len(study.trials) == 5


def test_trials_that_were_given_are_in_it(cache: Path, modules: Modules) -> None:
    loaded, trials = modules(TEXT), Trials()
    optim.minimize(loaded.model, None, "tpe", 3, trials, verbose=False)
    optim.minimize(loaded.model, None, "tpe", 5, trials, verbose=False)
    first, second = sorted(cache.iterdir(), key=lambda folder: len(read_study(folder).study.trials))
    assert [loss for _, _, loss in trials_in(second)] == trials.losses()
    assert trials_in(second)[:3] == trials_in(first)


READING = """
    from pathlib import Path
    scale = float(Path('scale.txt').read_text())
    def data():
        return [float(line) for line in Path('rows.csv').read_text().split()]
    def model(rows):
        x = {{uniform(0, 1)}}
        return scale * x + sum(rows) + len(Path('more.txt').read_text())
"""
FILES = {"rows.csv": "1\n2\n", "more.txt": "abc", "scale.txt": "2"}


@pytest.fixture
def files(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("workers", [pytest.param(None, id="this process"), pytest.param(1, id="a worker")])
@pytest.mark.parametrize("name", ["rows.csv", "more.txt"])
def test_files_that_trials_read_are_compared_as_those_of_a_named_study(
    name: str, workers: int | None, cache: Path, modules: Modules
) -> None:
    loaded = modules(READING)
    settings: Any = {"data": loaded.data, "algo": "random", "workers": workers, "verbose": False}
    found = hypertemplate.tune(loaded.model, max_evals=2, **settings)
    place = only(cache)
    record: Any = read_study(place).options["data_files"]
    assert {"rows.csv", "more.txt"} <= record.keys()
    longer = hypertemplate.tune(loaded.model, max_evals=3, study=place, **settings)
    assert ran(longer)[:2] == ran(found)
    Path(name).write_text("7")
    with pytest.raises(UsageError, match=rf"{name} has changed since trial 2"):
        hypertemplate.tune(loaded.model, max_evals=4, study=place, **settings)


@pytest.mark.usefixtures("files")
def test_files_that_changed_while_a_search_in_memory_rested_are_known(
    cache: Path, modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded = modules(READING)
    study = hypertemplate.tune(loaded.model, data=loaded.data, max_evals=2, algo="random")
    Path("rows.csv").write_text("7")
    study = study.resume(3)
    assert "note: the trials so far read other contents of rows.csv\n" in capsys.readouterr().err
    options = read_study(only(cache)).options
    assert [one[:2] for one in options["data_before"]] == [["0", "rows.csv"]]  # type: ignore[attr-defined]
    assert options["data_version"] == 1
    assert "circumstances" not in options
    Path("rows.csv").write_text("8")
    with pytest.raises(UsageError, match=r"rows\.csv has changed since trial 2"):
        hypertemplate.tune(loaded.model, data=loaded.data, max_evals=5, algo="random", study=only(cache))


def test_equal_trials_of_a_search_in_the_cache_are_answered_from_it(cache: Path, modules: Modules) -> None:
    text = "def model():\n    return {{choice([1, 2, 3])}}\n"
    found = hypertemplate.tune(modules(text).model, max_evals=2, algo="random", verbose=False)
    place = only(cache)
    hypertemplate.tune(modules(text).model, max_evals=9, algo="random", study=place, verbose=False)
    trials = read_study(place).study.trials
    assert [trial.number for trial in trials if trial.equal_to is None][:2] == [0, 1]
    assert len(found.trials) == 2
    assert sum(trial.equal_to is None for trial in trials) == 3


def test_nothing_is_written_where_the_cache_is_off(
    cache: Path, modules: Modules, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    hypertemplate.tune(modules(TEXT).model, max_evals=2, algo="random")
    assert not cache.exists()
    assert "cache" not in capsys.readouterr().err


def test_a_cache_that_cannot_be_written_ends_no_search(
    cache: Path, modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    cache.write_text("a file")
    assert len(hypertemplate.tune(modules(TEXT).model, max_evals=2, algo="random").trials) == 2
    said = [line for line in capsys.readouterr().err.splitlines() if "memory alone" in line]
    assert len(said) == 1
    assert said[0].startswith(f"note: this search is now kept in memory alone: cannot create {cache}/")
    assert said[0].endswith(f"({VARIABLE} can name another folder, or be off)")


def test_a_copy_that_goes_away_ends_no_search(
    cache: Path, modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"""
        import shutil
        def model():
            x = {{{{uniform(0, 1)}}}}
            shutil.rmtree({str(cache)!r}, ignore_errors=True)
            return x
    """
    assert len(hypertemplate.tune(modules(text).model, max_evals=4, algo="random").trials) == 4
    said = [line for line in capsys.readouterr().err.splitlines() if "memory alone" in line]
    assert len(said) == 1
    assert "was removed, moved or replaced" in said[0]


SCRIPT = """
import os, signal, sys
import hypertemplate

def model():
    x = {{uniform(0, 1)}}
    if os.path.exists('deadly') and x > 0.5:
        os.kill(os.getpid(), signal.SIGKILL)
    return x

hypertemplate.tune(model, max_evals=8, algo='random', **({'study': sys.argv[1]} if sys.argv[1:] else {}))
"""


@pytest.mark.long
def test_a_process_that_died_is_resumed_from_the_cache(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(SCRIPT)
    (tmp_path / "deadly").touch()
    command = [sys.executable, "program.py"]
    died = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert died.returncode == -signal.SIGKILL
    (said,) = KEPT.findall(died.stderr)
    kept = read_study(Path(said))
    assert [trial.number for trial in kept.running] == [len(kept.study.trials)]
    assert kept.study.trials
    (tmp_path / "deadly").unlink()
    for more in ([said], []):
        subprocess.run([*command, *more], cwd=tmp_path, capture_output=True, text=True, check=True)
    (fresh,) = set(cache.iterdir()) - {Path(said)}
    assert trials_in(Path(said)) == trials_in(fresh)
    assert read_study(Path(said)).study.trials[: len(kept.study.trials)] == kept.study.trials
