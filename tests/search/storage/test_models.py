"""Which models a search keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hypertemplate.errors import UsageError
from hypertemplate.runtime.protocol import Complete, Failed, Finished, Keep, Run, Saved, SaveFailed
from hypertemplate.search.loop import search
from hypertemplate.search.samplers.base import DefaultSampler
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.storage.models import BestModels, FolderModels
from hypertemplate.search.study import Study, Trial, TrialState
from tests.search.fakes import DIED, FakeExecutor, Recorder, Said
from tests.search.spaces import numeric

SPACE = (numeric("rate", "uniform", low=0, high=1),)


class Searched:
    """A search over trials with models, by their losses."""

    def __init__(
        self,
        *losses: float | None,
        count: int = 1,
        unsaved: tuple[int, ...] = (),
        died: int = -1,
    ) -> None:
        self.discarded: list[str] = []
        self.models = BestModels(
            count, lambda number: f"model-{number}", self.discarded.append, Study("m", "d", 1, ()).counts
        )
        self.observer = Recorder()

        def trial(run: Run) -> Said:
            loss = losses[run.number]
            outcome = Failed("no loss", "none") if loss is None else Complete(loss)
            answer = yield Finished(outcome, {}, has_model=loss is not None)
            if isinstance(answer, Keep) and run.number == died:
                yield DIED
            elif isinstance(answer, Keep):
                lost = run.number in unsaved
                yield SaveFailed("disk full") if lost else Saved(answer.path)

        self.executor = FakeExecutor(SPACE, trial)
        search(
            Study("model", "d1", 1337, (), max_evals=len(losses)),
            self.executor,
            sampler=DefaultSampler,
            storage=MemoryStorage(),
            observer=self.observer,
            models=self.models,
        )

    @property
    def sent(self) -> list[str]:
        return [type(message).__name__ for message in self.executor.answers()]

    @property
    def kept(self) -> list[str]:
        return [place for _, place in self.models.kept]


@pytest.mark.parametrize(
    ("losses", "count", "sent", "kept", "discarded"),
    [
        pytest.param((3, 1, 2), 1, ["Keep", "Keep", "Drop"], ["model-1"], ["model-0"], id="the best one"),
        pytest.param((1, 1), 1, ["Keep", "Drop"], ["model-0"], [], id="of equals the earliest"),
        pytest.param(
            (3, 1, 2),
            2,
            ["Keep", "Keep", "Keep"],
            ["model-1", "model-2"],
            ["model-0"],
            id="the best two, in order",
        ),
        pytest.param((None, 2), 1, ["Keep"], ["model-1"], [], id="none of a trial that failed"),
    ],
)
def test_the_best_models_are_kept(
    losses: tuple[float | None, ...], count: int, sent: list[str], kept: list[str], discarded: list[str]
) -> None:
    one = Searched(*losses, count=count)
    assert (one.sent, one.kept, one.discarded) == (sent, kept, discarded)


def test_a_model_that_cannot_be_saved_is_said_and_the_search_goes_on() -> None:
    one = Searched(1, 2, unsaved=(0,))
    assert one.kept == ["model-1"]
    assert "note the model of trial 0 could not be saved: disk full" in one.observer.lines


def test_a_reason_is_said_of_the_first_trial_alone() -> None:
    one = Searched(3, 2, 1, unsaved=(0, 1, 2))
    notes = [line for line in one.observer.lines if line.startswith("note")]
    assert notes == ["note the model of trial 0 could not be saved: disk full"]


def test_a_worker_that_dies_while_it_saves_is_replaced() -> None:
    one = Searched(1, 2, died=0)
    assert one.kept == ["model-1"]
    assert one.executor.restarted == [0]
    (said,) = [line for line in one.observer.lines if line.startswith("note")]
    assert said.startswith("note the model of trial 0 could not be saved: ")


def test_a_study_goes_on_from_its_earlier_trials() -> None:
    earlier = Trial(0, TrialState.COMPLETE, {"rate": 0.5}, loss=0.1)

    def trial(run: Run) -> Said:
        yield Finished(Complete(float(run.number)), {})

    study = search(
        Study("model", "d1", 1337, (), max_evals=3),
        FakeExecutor(SPACE, trial),
        sampler=DefaultSampler,
        storage=MemoryStorage(lambda space: (earlier,)),
        observer=Recorder(),
    )
    assert [(t.number, t.loss) for t in study.trials] == [(0, 0.1), (1, 1.0), (2, 2.0)]


def complete(number: int, loss: float | None) -> Trial:
    return Trial(number, TrialState.FAILED if loss is None else TrialState.COMPLETE, {"rate": 0.5}, loss)


class Folder:
    """A study's folder with models of trials, which are saved as a worker saves them."""

    def __init__(self, path: Path, count: int = 1) -> None:
        self.path = path
        self.storage = MemoryStorage()
        self.storage.create(Study("model", "d1", 1337, SPACE))
        self.models = FolderModels(count, path, self.storage)

    def end(self, number: int, loss: float | None, suffix: str = ".keras") -> None:
        """A trial ends with a model, which is saved and committed if it is wanted."""
        trial = complete(number, loss)
        place = self.models.place(trial)
        if place is None:
            self.storage.add(trial)
            return
        saved = Path(place).with_suffix(suffix)
        saved.parent.mkdir(exist_ok=True)
        saved.write_text(f"model {number}")
        self.storage.add(trial, str(saved.relative_to(self.path)))
        self.models.saved(trial, str(saved))

    def again(self, count: int = 1) -> None:
        """The study goes on in another process."""
        self.models = FolderModels(count, self.path, self.storage)
        self.models.take_over()

    @property
    def files(self) -> dict[str, str]:
        """What every file holds, by its path in the folder."""
        found = (path for path in self.path.rglob("*") if path.is_file())
        return {path.relative_to(self.path).as_posix(): path.read_text() for path in sorted(found)}


@pytest.fixture
def kept(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_the_best_model_is_in_the_folder_twice_and_takes_its_room_once(kept: Folder) -> None:
    for number, loss in enumerate((3.0, 1.0, None, 2.0)):
        kept.end(number, loss)
    assert kept.files == {"best.keras": "model 1", "models/trial-0001.keras": "model 1"}
    assert (kept.path / "best.keras").samefile(kept.path / "models" / "trial-0001.keras")
    assert kept.storage.models == {1: "models/trial-0001.keras"}


def test_the_best_two(tmp_path: Path) -> None:
    kept = Folder(tmp_path, 2)
    for number, loss in enumerate((3.0, 1.0, 4.0, 2.0)):
        kept.end(number, loss)
    assert list(kept.files) == ["best.keras", "models/trial-0001.keras", "models/trial-0003.keras"]
    kept.again()
    assert kept.files == {"best.keras": "model 1", "models/trial-0001.keras": "model 1"}
    assert kept.storage.models == {1: "models/trial-0001.keras"}


def test_a_best_model_of_another_kind_takes_the_place_of_the_first(kept: Folder) -> None:
    kept.end(0, 2.0)
    kept.end(1, 1.0, ".pickle")
    assert kept.files == {"best.pickle": "model 1", "models/trial-0001.pickle": "model 1"}


def test_a_study_that_goes_on_knows_its_models(kept: Folder) -> None:
    kept.end(0, 1.0)
    kept.again()
    kept.end(1, 2.0)
    assert kept.files == {"best.keras": "model 0", "models/trial-0000.keras": "model 0"}
    kept.end(2, 0.5)
    assert kept.files == {"best.keras": "model 2", "models/trial-0002.keras": "model 2"}


def test_a_study_without_models_goes_on_too(kept: Folder) -> None:
    kept.again()
    assert kept.files == {}


def unsaved(kept: Folder, number: int, loss: float) -> None:
    """A trial ends whose model is wanted and cannot be saved."""
    assert kept.models.place(complete(number, loss)) is not None
    kept.models.unsaved(number, "disk full")
    kept.storage.add(complete(number, loss))
    kept.models.lost(complete(number, loss))


def test_without_the_model_of_the_best_trial_there_is_no_best_model(kept: Folder) -> None:
    kept.end(0, 2.0)
    assert kept.models.note == ""
    unsaved(kept, 1, 0.5)
    assert kept.files == {"models/trial-0000.keras": "model 0"}
    kept.end(2, 1.0)
    kept.models.lost(complete(3, None))
    assert kept.files == {"models/trial-0002.keras": "model 2"}
    note = (
        "there is no best.keras: the model of trial 1, the best, was not saved; the best saved model is that of "
        "trial 2, models/trial-0002.keras"
    )
    assert kept.models.note == note
    kept.again()
    assert (kept.models.note, kept.files) == (note, {"models/trial-0002.keras": "model 2"})
    kept.end(4, 0.25)
    assert kept.files == {"best.keras": "model 4", "models/trial-0004.keras": "model 4"}
    assert kept.models.note == ""


def test_where_no_model_could_be_saved_that_is_said_of_the_best(kept: Folder) -> None:
    assert kept.models.note == ""
    unsaved(kept, 0, 1.0)
    assert kept.models.note == "the model of trial 0, the best, could not be saved: disk full"


def test_where_trials_return_no_models_there_is_nothing_to_say(kept: Folder) -> None:
    kept.storage.add(complete(0, 1.0))
    kept.models.lost(complete(0, 1.0))
    assert (kept.models.note, kept.files) == ("", {})


def before_it_is_kept(kept: Folder) -> None:
    (kept.path / "models" / "trial-0001.keras").write_text("model 1")


def before_the_best_one_is_renewed(kept: Folder) -> None:
    before_it_is_kept(kept)
    kept.storage.add(complete(1, 0.5), "models/trial-0001.keras")


def while_it_is_renewed(kept: Folder) -> None:
    before_the_best_one_is_renewed(kept)
    (kept.path / ".best.keras.new").write_text("model 1")


def while_it_is_saved(kept: Folder) -> None:
    (kept.path / "models" / ".trial-0001.77.partial.keras").write_text("mod")


def while_the_one_that_lost_is_removed(kept: Folder) -> None:
    before_the_best_one_is_renewed(kept)
    kept.storage.drop_model(0)


@pytest.mark.parametrize(
    ("death", "best"),
    [
        (while_it_is_saved, 0),
        (before_it_is_kept, 0),
        (before_the_best_one_is_renewed, 1),
        (while_it_is_renewed, 1),
        (while_the_one_that_lost_is_removed, 1),
    ],
)
def test_what_a_death_leaves_is_put_right(kept: Folder, death: Callable[[Folder], None], best: int) -> None:
    kept.end(0, 1.0)
    death(kept)
    kept.again()
    assert kept.files == {"best.keras": f"model {best}", f"models/trial-000{best}.keras": f"model {best}"}
    assert kept.storage.models == {best: f"models/trial-000{best}.keras"}


def test_a_model_that_is_a_folder(kept: Folder) -> None:
    for number, loss in ((0, 2.0), (1, 1.0)):
        place = kept.models.place(complete(number, loss))
        assert place is not None
        Path(place).mkdir(parents=True)
        (Path(place) / "weights").write_text(str(number))
        kept.storage.add(complete(number, loss), f"models/trial-000{number}.keras")
        kept.models.saved(complete(number, loss), place)
    assert kept.files == {"best.keras/weights": "1", "models/trial-0001.keras/weights": "1"}


def no_links(source: Path, target: Path) -> None:
    raise OSError(1, "Operation not permitted")


def test_a_file_system_without_links(kept: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.link", no_links)
    kept.end(0, 2.0)
    assert kept.files == {"best.keras": "model 0", "models/trial-0000.keras": "model 0"}


def test_no_room_for_the_best_model_is_one_line(kept: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.link", no_links)
    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(UsageError) as caught:
        kept.end(0, 2.0)
    assert str(caught.value) == f"{kept.path}/best.keras: cannot be written: No space left on device"
    monkeypatch.undo()
    kept.again()
    assert kept.files == {"best.keras": "model 0", "models/trial-0000.keras": "model 0"}
