"""Storages keep a study: one contract for all of them, then what is particular to each."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.search.storage import JsonStorage, MemoryStorage, Storage, check_room
from hypertemplate.search.study import Study, Trial, TrialState
from tests.search.spaces import chosen, numeric

SPACE = (
    numeric("rate", "uniform", low=0, high=1),
    chosen("opt", "'sgd'", "Adam(1e-3)", "(1, 2)", literal=False),
    chosen("size", "'größe'", "None", "'\\ud800'", "(1, 2)"),
)
STUDY = Study(
    "model",
    "d1",
    1337,
    SPACE,
    template="src/model.py",
    max_evals=3,
    frozen=("size",),
    versions={"keras": "3"},
    objective="val_loss",
)


def done(number: int, loss: float | None = 1.0, **params: float) -> Trial:
    state = TrialState.FAILED if loss is None else TrialState.COMPLETE
    return Trial(
        number, state, params or {"rate": 0.5}, loss, duration_s=2.0, started_at="2026-01-02T03:04:05Z"
    )


Make = Callable[[], Storage]


class StorageContract:
    """What every storage does; a subclass provides `storage`."""

    @pytest.fixture
    def storage(self, tmp_path: Path) -> Iterator[Storage]:
        raise NotImplementedError

    def test_a_new_study_has_no_trials(self, storage: Storage) -> None:
        storage.create(STUDY)
        assert storage.study == STUDY

    def test_an_added_trial_is_kept(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.add(done(0, 2.0))
        storage.add(done(1, 1.0))
        assert storage.study.trials == (done(0, 2.0), done(1, 1.0))
        assert storage.study.best == done(1, 1.0)

    def test_trials_are_in_the_order_of_their_numbers(self, storage: Storage) -> None:
        storage.create(STUDY)
        for number in (2, 0, 1):
            storage.add(done(number))
        assert [trial.number for trial in storage.study.trials] == [0, 1, 2]

    def test_a_number_is_kept_once(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.add(done(0, 1.0))
        with pytest.raises(ValueError, match="trial 0 is kept already"):
            storage.add(done(0, 2.0))
        assert storage.study.trials == (done(0, 1.0),)

    def test_without_a_study_there_is_nothing_to_add_to(self, storage: Storage) -> None:
        with pytest.raises(ValueError, match="no study has been created"):
            storage.add(done(0))

    def test_closing_twice_is_no_trouble(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.close()
        storage.close()
        assert storage.study == STUDY


class TestMemoryStorage(StorageContract):
    @pytest.fixture
    def storage(self) -> Storage:
        return MemoryStorage()


class TestJsonStorage(StorageContract):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> Iterator[Storage]:
        storage = JsonStorage(tmp_path / "deep" / "model.study", "x = 1\n")
        yield storage
        storage.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "model.study"


@pytest.fixture
def created(folder: Path) -> Iterator[JsonStorage]:
    storage = JsonStorage(folder, "# größe\r\nx = 1\r\n")
    storage.create(STUDY)
    yield storage
    storage.close()


def read(folder: Path) -> dict[str, object]:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    text = (folder / "trials.json").read_text(encoding="utf-8")
    data: dict[str, object] = json.loads(text, parse_constant=refuse)
    return data


def test_the_file_says_everything_as_values(folder: Path, created: JsonStorage) -> None:
    created.add(replace(done(0, 0.25, rate=0.5, opt=1, size=0), unused=("size",)))
    trial = {
        "number": 0,
        "state": "COMPLETE",
        "loss": 0.25,
        "params": {"rate": 0.5, "opt": "Adam(1e-3)", "size": "größe"},
        "unused": ["size"],
        "metrics": {},
        "started_at": "2026-01-02T03:04:05Z",
        "duration_s": 2.0,
        "worker": 0,
        "error": None,
    }
    assert read(folder) == {
        "study": {
            "name": "model",
            "template": "src/model.py",
            "digest": "d1",
            "seed": 1337,
            "algorithm": "tpe",
            "max_evals": 3,
            "objective": "val_loss",
            "direction": "minimize",
            "set": ["size"],
            "versions": {"keras": "3"},
        },
        "best": trial,
        "trials": [trial],
    }


def test_a_study_without_a_complete_trial_has_no_best(folder: Path, created: JsonStorage) -> None:
    created.add(done(0, None))
    assert read(folder)["best"] is None


def test_values_that_json_has_are_values_and_others_are_source_text(
    folder: Path, created: JsonStorage
) -> None:
    created.add(done(0, 1.0, opt=2, size=1))
    created.add(done(1, 1.0, opt=0, size=3))
    trials = read(folder)["trials"]
    assert isinstance(trials, list)
    assert [trial["params"] for trial in trials] == [
        {"opt": "(1, 2)", "size": None},
        {"opt": "'sgd'", "size": "(1, 2)"},
    ]


def test_a_lone_surrogate_is_written_as_its_escape(folder: Path, created: JsonStorage) -> None:
    created.add(done(0, 1.0, size=2))
    best = read(folder)["best"]
    assert isinstance(best, dict)
    assert best["params"] == {"size": "\ud800"}


def test_there_is_never_a_number_that_json_does_not_have(folder: Path, created: JsonStorage) -> None:
    trial = Trial(0, TrialState.COMPLETE, {"rate": math.inf}, 1.0, {"a": math.nan, "b": -math.inf, "c": 1.5})
    created.add(trial)
    best = read(folder)["best"]
    assert isinstance(best, dict)
    assert best["params"] == {"rate": None}
    assert best["metrics"] == {"a": None, "b": None, "c": 1.5}


def test_the_direction_is_said_where_the_user_maximises(folder: Path) -> None:
    storage = JsonStorage(folder, "")
    storage.create(Study("m", "d", 1, SPACE, maximize=True))
    storage.close()
    study = read(folder)["study"]
    assert isinstance(study, dict)
    assert study["direction"] == "maximize"


def test_the_program_is_written_as_it_is(folder: Path, created: JsonStorage) -> None:
    assert (folder / "program.py").read_bytes() == "# größe\r\nx = 1\r\n".encode()


def test_nothing_else_is_left_in_the_folder(folder: Path, created: JsonStorage) -> None:
    created.add(done(0))
    assert sorted(path.name for path in folder.iterdir()) == ["program.py", "trials.json"]


def test_the_file_is_replaced_and_never_written_over(folder: Path, created: JsonStorage) -> None:
    with open(folder / "trials.json", encoding="utf-8") as reader:
        created.add(done(0))
        assert json.load(reader)["trials"] == [], "who had the old file open reads it whole"
    assert len(read(folder)["trials"]) == 1  # type: ignore[arg-type]


def test_a_write_that_fails_leaves_the_old_file(
    folder: Path, created: JsonStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    created.add(done(0))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError) as caught:
        created.add(done(1))
    assert str(caught.value) == f"{folder}/trials.json: cannot be written: No space left on device"
    assert [trial.number for trial in created.study.trials] == [0]
    assert len(read(folder)["trials"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "kept"),
    [
        pytest.param(lambda path: path.mkdir(), None, id="an empty folder"),
        pytest.param(
            lambda path: (path.mkdir(), (path / "a").write_text("old")), "a", id="a folder with files"
        ),
        pytest.param(lambda path: path.write_text("old"), "", id="a file"),
        pytest.param(lambda path: path.symlink_to("nowhere"), None, id="a link to nowhere"),
    ],
)
def test_what_is_there_already_is_moved_aside(
    folder: Path, make: Callable[[Path], object], kept: str | None
) -> None:
    make(folder)
    storage = JsonStorage(folder, "")
    storage.create(STUDY)
    storage.close()
    aside = folder.with_name("model.study.1")
    assert storage.moved_to == aside
    assert os.path.lexists(aside)
    if kept is not None:
        assert (aside / kept).read_text() == "old"
    assert read(folder)["trials"] == []


def test_the_first_free_name_is_taken(folder: Path) -> None:
    for number in range(4):
        storage = JsonStorage(folder, f"# {number}\n")
        storage.create(STUDY)
        storage.close()
        assert storage.moved_to == (folder.with_name(f"model.study.{number}") if number else None)
    names = ["model.study.1", "model.study.2", "model.study.3", "model.study"]
    texts = [(folder.with_name(name) / "program.py").read_text() for name in names]
    assert texts == ["# 0\n", "# 1\n", "# 2\n", "# 3\n"]


def test_two_searches_in_one_folder_do_not_mix(folder: Path) -> None:
    first, second = JsonStorage(folder, ""), JsonStorage(folder, "")
    first.create(STUDY)
    second.create(STUDY)
    first.add(done(0, 5.0))
    second.add(done(0, 6.0))
    first.close()
    second.close()
    losses = [read(path)["best"]["loss"] for path in (folder.with_name("model.study.1"), folder)]  # type: ignore[index]
    assert losses == [5.0, 6.0]


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    storage = JsonStorage(tmp_path / "file" / "study", "")
    with pytest.raises(UsageError) as caught:
        storage.create(STUDY)
    assert str(caught.value) == f"{tmp_path}/file/study: cannot be written: Not a directory"


class TestRoom:
    """`check_room` finds what would go wrong seconds later."""

    @pytest.fixture(autouse=True)
    def here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "here" / "src").mkdir(parents=True)
        (tmp_path / "here" / "src" / "model.py").write_text("")
        (tmp_path / "here" / "file").write_text("")
        for folder, file in (("held", "trials.json"), ("full", "data.csv"), ("full.study", "data.csv")):
            (tmp_path / "here" / folder).mkdir()
            (tmp_path / "here" / folder / file).write_text("")
        (tmp_path / "here" / "empty").mkdir()
        monkeypatch.chdir(tmp_path / "here")

    @pytest.mark.parametrize(
        "folder", ["model.study", "new/deep/study", "src/study", "empty", "held", "full.study"]
    )
    def test_room(self, folder: str) -> None:
        check_room(Path(folder), Path("src/model.py"))

    @pytest.mark.parametrize(
        ("folder", "message"),
        [
            pytest.param(".", "holds the working folder, and a study's folder must be its own", id="here"),
            pytest.param("..", "holds the working folder, and a study's folder must be its own", id="above"),
            pytest.param(
                "src", "holds the template, and a study's folder must be its own", id="the template's"
            ),
            pytest.param(
                "src/model.py", "holds the template, and a study's folder must be its own", id="the template"
            ),
            pytest.param(
                "full", "is there already, and is no study; name another one", id="a folder of data"
            ),
            pytest.param("file", "is there already, and is no study; name another one", id="a file"),
            pytest.param("file/study", "cannot be written: {}/here/file is a file", id="below a file"),
        ],
    )
    def test_no_room(self, folder: str, message: str, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as caught:
            check_room(Path(folder), Path("src/model.py"))
        assert str(caught.value).startswith(f"{folder}: {message.format(tmp_path)}")

    def test_a_folder_that_is_not_ours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # Root, as which tests may run, may write anywhere.
        monkeypatch.setattr("os.access", lambda path, mode: False)
        with pytest.raises(UsageError) as caught:
            check_room(Path("model.study"), Path("src/model.py"))
        assert str(caught.value) == "model.study: cannot be written: Permission denied"
