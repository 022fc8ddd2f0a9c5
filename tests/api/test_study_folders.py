"""``study=``: a study of code in memory in a folder, resumed as the command line's is, and by it."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hyperopt import Trials
from IPython.core.interactiveshell import InteractiveShell

import hypertemplate
from hypertemplate import optim
from hypertemplate.cli import main
from hypertemplate.errors import NoModelError, NoTrialError, UsageError
from hypertemplate.runtime.kept_models.checkpoint import UntrustedError
from hypertemplate.search.storage import study_place
from hypertemplate.search.storage.lock import lock
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.stored_options import last_request
from tests.api.support import Modules, modules
from tests.shells import run, started

__all__ = ["modules"]

PROGRAM = """
    import math

    scale = 2

    def shifted(x):
        return x - 0.3

    def data():
        return [1, 2, 3]

    def model(numbers):
        x = {{uniform(0, 1)}}
        n = {{choice([1, 2, 3])}}
        return {'loss': scale * shifted(x) ** 2 * n + math.fsum(numbers), 'n': n, 'model': [x]}
"""

Ran = list[tuple[int, dict[str, float], float | None]]


def trials_in(folder: Path) -> Ran:
    kept = read_study(folder)
    assert (kept.damage, kept.running) == ("", ())
    return [(trial.number, dict(trial.params), trial.loss) for trial in kept.study.trials]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def tune(modules: Modules) -> Callable[..., Any]:
    """`tune` of a program that has just been loaded, as in a process of its own."""

    def call(text: str = PROGRAM, **given: Any) -> Any:
        loaded = modules(text)
        asked = {"algo": "random", "study": "m.study", "max_evals": 4, "data": loaded.data, **given}
        return hypertemplate.tune(loaded.model, **asked)

    return call


@pytest.mark.parametrize("algo", ["random", "tpe", "grid"])
def test_the_trials_are_those_of_a_search_that_was_not_interrupted(
    tune: Callable[..., Any], algo: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PROGRAM.replace("uniform(0, 1)", "quniform(0, 1, 0.05)")
    most = 30 if algo == "tpe" else 9
    tune(text, study="whole.study", max_evals=most, algo=algo)
    for done in (5, 8, most):
        tune(text, max_evals=done, algo=algo)
    assert trials_in(Path("m.study")) == trials_in(Path("whole.study"))
    assert f"note: resuming: 8 of {most} trials are there\n" in capsys.readouterr().err


def test_every_face_resumes_what_the_others_began(
    modules: Modules, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "model.py").write_text(dedent(PROGRAM))

    def command_line(study: str, max_evals: int) -> None:
        options = ["--study", study, "--max-evals", str(max_evals), "--algo", "random"]
        assert main(["run", "model.py", *options]) == 0

    def functions(study: str, max_evals: int) -> None:
        loaded = modules(PROGRAM)
        hypertemplate.tune(
            loaded.model, data=loaded.data, study=study, max_evals=max_evals, algo="random", verbose=False
        )

    def minimize(study: str, max_evals: int) -> None:
        loaded, trials = modules(PROGRAM), Trials()
        optim.minimize(loaded.model, loaded.data, "random", max_evals, trials, study=study, verbose=False)
        assert [trial["tid"] for trial in trials.trials] == [*range(max_evals)]
        assert trials.losses() == [loss for _, _, loss in trials_in(Path(study))]

    command_line("whole.study", 6)
    functions("begun-in-python.study", 2)
    command_line("begun-in-python.study", 4)
    minimize("begun-in-python.study", 6)
    command_line("begun-there.study", 2)
    minimize("begun-there.study", 4)
    command_line("begun-there.study", 6)
    whole = trials_in(Path("whole.study"))
    assert trials_in(Path("begun-in-python.study")) == trials_in(Path("begun-there.study")) == whole
    assert hypertemplate.load_study("begun-there.study").best_loss == min(
        loss for _, _, loss in whole if loss
    )
    capsys.readouterr()


def test_a_cell_is_resumed_in_another_kernel(here: Path) -> None:
    cell = "%%tune --study m.study --algo random --objective loss --max-evals {}\nloss = offset + {{{{uniform(0, 1)}}}}"
    found = []
    for counts in ((5,), (2, 5)):
        for count in counts:
            with started(here) as shell:
                assert run(shell, "%load_ext hypertemplate").success
                assert run(shell, "offset = 3").success
                assert run(shell, cell.format(count)).success
                assert isinstance(shell, InteractiveShell)
        found.append(trials_in(Path("m.study")))
        Path("m.study").rename(f"{len(found)}.study")
    assert found[0] == found[1]
    assert [number for number, *_ in found[0]] == [0, 1, 2, 3, 4]


def test_the_documents_are_filled_also_where_nothing_is_left_to_run(modules: Modules) -> None:
    loaded = modules(PROGRAM)
    for trials in (Trials(), Trials()):
        optim.minimize(loaded.model, loaded.data, "random", 3, trials, study="m.study", verbose=False)
        assert trials.losses() == [loss for _, _, loss in trials_in(Path("m.study"))]
        assert [document["result"]["n"] in (1, 2, 3) for document in trials.trials] == [True] * 3
        assert trials.best_trial["result"]["loss"] == min(trials.losses())


def test_a_study_of_python_says_so_to_the_command_line(
    tune: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    tune(verbose=False)
    with pytest.raises(
        UsageError, match=r"its code was in memory: resume it with study='m.study' in the call"
    ):
        hypertemplate.load_study("m.study").resume()
    fails = PROGRAM.replace("n = {{", "raise ValueError(x)\n        n = {{")
    with pytest.raises(NoTrialError):
        tune(fails, study="failed.study", max_evals=1, verbose=False)
    assert main(["retry", "failed.study", "0"]) == 2
    assert (
        "the code of this study was in the memory of Python or a notebook; resume it with study='failed.study' "
        "in the call of tune or minimize, or in a file: hypertemplate run FILE --study failed.study"
    ) in capsys.readouterr().err


def test_a_model_of_an_earlier_process_is_loaded_by_those_who_trust_it(
    tune: Callable[..., Any], modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    first = tune()
    assert first.best_model() == [first.best_params["x"]]
    again = tune()
    with pytest.raises(UntrustedError, match="if you know who made it, pass trust=True"):
        again.best_model()
    assert again.best_model(trust=True) == [first.best_params["x"]]
    with pytest.raises(NoModelError, match=r"was not kept: only the best one is"):
        again.model((again.best_trial.number + 1) % 4)
    loaded = modules(PROGRAM)
    best, found = optim.minimize(loaded.model, loaded.data, "random", 4, Trials(), study="m.study")
    assert (best, found) == (first.best_params, None)
    number = first.best_trial.number
    assert (
        "note: the best model is None: an earlier process has pickled it, and loading a pickle can run any code: "
        f"hypertemplate.load_study('m.study').model({number}, trust=True) does\n"
    ) in capsys.readouterr().err
    longer = tune(max_evals=40)
    assert longer.best_trial.number > 4
    assert longer.best_model() == [longer.best_params["x"]]


def test_more_models_than_one_stay(modules: Modules) -> None:
    loaded = modules(PROGRAM)
    options: dict[str, Any] = {"study": "m.study", "verbose": False}
    hypertemplate.tune(loaded.model, data=loaded.data, max_evals=4, algo="random", keep_models=3, **options)
    optim.minimize(loaded.model, loaded.data, "random", 6, Trials(), **options)
    assert len(read_study(Path("m.study")).models) == 3


DATA = """
    import numpy

    {}

    def data():
        return table.sum(), 0

    def model(a, b):
        return {{{{uniform(0, 1)}}}} * a
"""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param(
            "table = numpy.arange(10.0)",
            "table = numpy.arange(10.0); table[3] = 0",
            "table has other contents: float64 array (10,)",
            id="one number of an array",
        ),
        pytest.param(
            "table = numpy.zeros((10, 2))",
            "table = numpy.zeros((12, 2))",
            "table is now float64 array (12, 2), and was float64 array (10, 2)",
            id="the shape of an array",
        ),
        pytest.param(
            "import pandas; table = pandas.DataFrame({'a': [1, 2], 'b': ['x', 'y']}).a",
            "import pandas; table = pandas.DataFrame({'a': [1, 3], 'b': ['x', 'y']}).a",
            "table has other contents: Series (2,)",
            id="a series",
        ),
        pytest.param(
            "import scipy.sparse; table = scipy.sparse.csr_matrix(numpy.eye(3))",
            "import scipy.sparse; table = scipy.sparse.csr_matrix(numpy.ones((3, 3)))",
            "table has other contents: float64 csr_matrix (3, 3)",
            id="a sparse matrix",
        ),
        pytest.param(
            "class Table:\n        def sum(self): return 1\n    table = Table()",
            "class Table:\n        def sum(self): return 2\n    table = 3 * numpy.ones(2)",
            "table is now float64 array (2,), and was ",
            id="an object of another kind",
        ),
        pytest.param(
            "def of(n): return numpy.ones(n)\n    table = of(3)",
            "def of(n): return numpy.ones(n)\n    table = of(4)",
            "table is now float64 array (4,), and was float64 array (3,)",
            id="what a function has made",
        ),
    ],
)
def test_other_data_are_refused_by_name(
    tune: Callable[..., Any], before: str, after: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tune(DATA.format(before), max_evals=2)
    tune(DATA.format(before), max_evals=3)
    capsys.readouterr()
    changed = DATA.format(after)
    with pytest.raises(UsageError) as caught:
        tune(changed)
    first, second, *_, last = str(caught.value).splitlines()
    assert first == "m.study: values in memory are not those that the trials of this study ran with"
    assert second.startswith(f"  {said}")
    assert last == "  keep_trials=True resumes it and keeps the trials so far; fresh=True starts a new study"
    assert len(trials_in(Path("m.study"))) == 3
    tune(changed, keep_trials=True)
    assert f"note: the trials so far ran with other values: {said}" in capsys.readouterr().err
    assert len(trials_in(Path("m.study"))) == 4
    tune(changed, fresh=True, max_evals=1)
    assert len(trials_in(Path("m.study"))) == 1


def test_a_trial_with_other_values_answers_none(tune: Callable[..., Any]) -> None:
    text = """
    scale = 2

    def data():
        return scale

    def model(number):
        return number * {{choice([1, 2], name='n')}}
    """
    tune(text, max_evals=9)
    count = len(trials_in(Path("m.study")))
    tune(text.replace("2\n", "20\n"), max_evals=9, keep_trials=True)
    found = {(params["n"], loss) for _, params, loss in trials_in(Path("m.study"))[count:]}
    assert found == {(0, 20), (1, 40)}


def test_what_trials_add_to_is_only_named(
    modules: Modules, tune: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    text = PROGRAM.replace("scale = 2", "scale = 2\n    history = []").replace(
        "    x = {{", "    history.append(len('x'))\n        x = {{"
    )
    loaded = modules(text)
    for max_evals in (2, 3):
        hypertemplate.tune(
            loaded.model, data=loaded.data, study="m.study", max_evals=max_evals, algo="random"
        )
    assert len(trials_in(Path("m.study"))) == 3
    assert "note: history had other contents when this study was last run\n" in capsys.readouterr().err
    with pytest.raises(UsageError, match=r"\n  line 5 changed: all 3 trials are left out\n"):
        tune(text.replace("history = []", "history = [7]"), max_evals=4)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"study": ""}, "study must be the path of a folder, such as 'model.study', got ''", id="no name"),
        pytest.param({"study": 3}, "study must be the path of a folder, such as 'model.study', got 3", id="a number"),
        pytest.param({"study": "file.txt"}, "file.txt is a file, and a study is a folder", id="a file"),
        pytest.param(
            {"study": "own"}, "own exists and is not a study; name another folder with study", id="another folder"
        ),
        pytest.param(
            {"study": "m.study", "fresh": 1}, "fresh must be True or False, got 1", id="a number for a switch"
        ),
        pytest.param(
            {"study": "/content/drive/MyDrive/m.study"},
            "/content/drive/MyDrive/m.study: Google Drive is not mounted, so the study would be gone with this "
            "machine; run first: from google.colab import drive; drive.mount('/content/drive')",
            id="Drive that is not mounted",
        ),
        pytest.param(
            {"study": "m.study", "trials": "filled"},
            "trials has 2 trials, but those of a study come from its folder: pass trials=Trials() with study",
            id="documents with trials",
        ),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_meant(
    tune: Callable[..., Any], here: Path, given: dict[str, Any], said: str
) -> None:
    (here / "own").mkdir()
    (here / "own" / "thesis.txt").touch()
    (here / "file.txt").touch()
    if "trials" in given:
        given = {**given, "trials": Trials()}
        tune(study=None, max_evals=2, trials=given["trials"], verbose=False)
    with pytest.raises(UsageError) as caught:
        tune(**given)
    assert str(caught.value) == said
    assert not Path("m.study").exists()


def test_a_drive_that_is_mounted_is_a_place(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study_place, "DRIVE", here / "drive")
    with pytest.raises(UsageError, match=r"drive.mount\("):
        study_place.study_folder(here / "drive" / "MyDrive" / "m.study")
    monkeypatch.setattr(Path, "is_mount", lambda path: path == here / "drive")
    assert study_place.study_folder(here / "drive" / "m.study") == here / "drive" / "m.study"
    assert study_place.study_folder(Path("~/m.study")) == Path.home() / "m.study"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB of its own."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk_ends_the_search_and_what_was_reported_stays(
    tune: Callable[..., Any],
    small: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    filler, folder = small / "filler", small / "m.study"
    monkeypatch.setattr(sys, "filled", lambda: fill(filler) if filler.exists() else None, raising=False)
    filling = PROGRAM.replace("import math", "import math, sys").replace(
        "        n = {{", "        sys.filled()\n        n = {{"
    )
    tune(filling, study=folder, max_evals=2)
    filler.touch()
    with pytest.raises(UsageError, match="database or disk is full; what it held before is safe"):
        tune(filling, study=folder, max_evals=200)
    found = trials_in_part(folder)
    said = [line.split() for line in capsys.readouterr().err.splitlines() if re.match(r" +\d+ +\d", line)]
    assert [number for number, *_ in found] == [int(words[0]) for words in said]
    filler.unlink()
    tune(filling, study=folder, max_evals=len(found) + 2)
    assert trials_in(folder)[: len(found)] == found


def fill(path: Path) -> None:
    """Fill a file system, as another program does."""
    with contextlib.suppress(OSError), open(path, "ab", 0) as file:
        while True:
            file.write(bytes(4096))


def trials_in_part(folder: Path) -> Ran:
    kept = read_study(folder)
    assert kept.damage == ""
    return [(trial.number, dict(trial.params), trial.loss) for trial in kept.study.trials]


def test_a_folder_that_is_read_only_is_read_and_not_searched(tune: Callable[..., Any], small: Path) -> None:
    folder = small / "m.study"
    tune(study=folder, max_evals=2, verbose=False)
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    assert len(hypertemplate.load_study(folder).trials) == 2
    with pytest.raises(UsageError, match="Read-only file system; it can be read: hypertemplate show"):
        tune(study=folder, max_evals=3)


def test_a_study_in_use_says_by_whom(tune: Callable[..., Any]) -> None:
    tune(max_evals=1, verbose=False)
    held = lock(Path("m.study"))
    with pytest.raises(UsageError) as caught:
        tune(max_evals=2)
    held.release()
    said = rf"m.study: a search is running there already \(process {os.getpid()} since [-\d: ]+\); wait until"
    assert re.match(said, str(caught.value))
    assert str(caught.value).endswith("or name another folder with study")


def test_a_study_of_a_newer_version(tune: Callable[..., Any]) -> None:
    tune(max_evals=1, verbose=False)
    with contextlib.closing(sqlite3.connect("m.study/study.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(UsageError, match="was written by a newer version of hypertemplate"):
        tune(max_evals=2)


def test_a_database_that_was_cut_off_is_left_as_it_is(tune: Callable[..., Any]) -> None:
    tune(max_evals=4, verbose=False)
    path = Path("m.study/study.db")
    cut = path.read_bytes()[:5000]
    path.write_bytes(cut)
    with pytest.raises(UsageError, match=r"is damaged .*fresh=True moves it aside and starts a new study"):
        tune(max_evals=5)
    assert path.read_bytes() == cut
    assert len(tune(max_evals=1, fresh=True, verbose=False).trials) == 1


@pytest.mark.long
def test_a_journal_that_was_cut_off_by_a_dying_machine_opens(here: Path, tune: Callable[..., Any]) -> None:
    """Whatever length of the log has come to the disk: a study with the trials up to there."""
    tune(max_evals=1, study="whole.study", verbose=False)
    with contextlib.closing(SqliteStorage(Path("whole.study"))) as storage:
        storage.create(storage.study)
        for number in range(1, 4):
            storage.add(replace(storage.study.trials[0], number=number))
        files = {
            name: Path("whole.study", name).read_bytes() for name in ("study.db", "study.db-wal", "lock")
        }
    log = files["study.db-wal"]
    counts = []
    for length in (*range(0, len(log), len(log) // 5), len(log) - 7, len(log)):
        folder = here / f"cut-{length}.study"
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data[:length] if name == "study.db-wal" else data)
        counts.append(len(read_study(folder).study.trials))
        resumed = tune(study=folder, max_evals=counts[-1] + 1, verbose=False)
        assert len(resumed.trials) == counts[-1] + 1
    assert counts == sorted(counts)
    assert counts[-1] == 4


def test_two_programs_of_one_name(tune: Callable[..., Any]) -> None:
    tune(max_evals=2, verbose=False)
    other = PROGRAM.replace("x = {{uniform(0, 1)}}", "x = {{uniform(5, 6)}}")
    with pytest.raises(UsageError, match=r"(?s)fresh=True"):
        tune(other)
    assert len(trials_in(Path("m.study"))) == 2


def test_a_template_that_is_gone_is_not_needed_by_code_in_memory(
    tune: Callable[..., Any], here: Path
) -> None:
    (here / "model.py").write_text(dedent(PROGRAM))
    assert main(["run", "model.py", "--study", "m.study", "--algo", "random", "--max-evals", "2"]) == 0
    (here / "model.py").unlink()
    assert len(tune(verbose=False).trials) == 4
    with pytest.raises(
        UsageError, match=r"the template of this study no longer exists: .*/model.py; put it back"
    ):
        last_request(read_study(Path("m.study")).options, Path("m.study"))
