"""What every storage does: one class of tests, run on each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hypertemplate.origin import Origin
from hypertemplate.search.storage.base import MemoryStorage, Storage
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Confirmation, Curve, Report, Study, Trial, TrialRun, TrialState
from tests.search.fakes import fitted
from tests.search.spaces import EVERY_DISTRIBUTION, chosen, numeric

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
    files={"src/größe.py": "d2"},
    objective="val_loss",
)


def done(number: int, loss: float | None = 1.0, **params: float) -> Trial:
    state = TrialState.FAILED if loss is None else TrialState.COMPLETE
    return Trial(
        number, state, params or {"rate": 0.5}, loss, duration_s=2.0, started_at="2026-01-02T03:04:05Z"
    )


def runs(number: int, **params: float) -> Trial:
    return Trial(number, TrialState.RUNNING, params or {"rate": 0.5}, started_at="2026-01-02T03:04:05Z")


ANY_TEXT = st.text(st.characters(exclude_categories=()))
NUMBERS = st.one_of(st.floats(), st.integers())
METRICS = st.dictionaries(ANY_TEXT, NUMBERS, max_size=3)
PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "rate": NUMBERS,
        "opt": st.sampled_from([0, 1, 2]),
        "size": st.sampled_from([0.0, 1.0, 2.0, 3.0]),
        "no \ud800 such": NUMBERS,
    },
)
SECONDS = st.none() | st.floats(0, 1e6)


def by_fit(curves: list[Curve]) -> tuple[Curve, ...]:
    return tuple(sorted(curves, key=lambda curve: curve.fit))


def in_steps(reports: list[tuple[int, dict[str, float], float | None]]) -> tuple[Report, ...]:
    return tuple(Report(step, *report) for step, report in enumerate(reports))


CURVES = st.builds(
    Curve,
    st.integers(0, 9),
    st.none() | st.integers(1, 99),
    st.lists(st.tuples(st.integers(0, 99), METRICS, SECONDS), max_size=3).map(in_steps),
)
ORIGINS = st.builds(
    Origin,
    ANY_TEXT,
    st.sampled_from(["", "returned", "variable", "fit"]),
    st.none() | st.integers(1, 9),
    st.none() | st.integers(1, 9),
)
LOSSES = st.lists(st.floats(allow_nan=False), max_size=3).map(tuple)
RUNS = st.builds(
    TrialRun,
    st.integers(0, 9),
    st.none() | st.floats(allow_nan=False),
    METRICS,
    LOSSES,
    st.lists(ANY_TEXT, max_size=2).map(tuple),
    ORIGINS,
    SECONDS,
    st.none() | ANY_TEXT,
    st.none() | ANY_TEXT,
)


def by_run(runs: list[TrialRun]) -> tuple[TrialRun, ...]:
    return tuple(sorted(runs, key=lambda run: run.number))


TRIALS = st.builds(
    Trial,
    st.integers(0, 2**40),
    st.sampled_from([TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAILED]),
    PARAMS,
    st.none() | st.floats(allow_nan=False),
    METRICS,
    st.lists(CURVES, max_size=2, unique_by=lambda curve: curve.fit).map(by_fit),
    ANY_TEXT,
    st.none() | st.floats(allow_nan=False),
    st.integers(0, 99),
    st.none() | ANY_TEXT,
    ANY_TEXT,
    st.lists(ANY_TEXT, max_size=3).map(tuple),
    st.none() | ANY_TEXT,
    st.lists(ANY_TEXT, max_size=3).map(tuple),
    ORIGINS,
    equal_to=st.none() | st.integers(0, 99),
    repeats=st.integers(1, 9),
    runs=st.lists(RUNS, max_size=2, unique_by=lambda run: run.number).map(by_run),
    folds=LOSSES,
)


class StorageContract:
    """A subclass says how a storage is made, and how what it keeps is read back."""

    def make(self, folder: Path) -> Storage:
        raise NotImplementedError

    def again(self, storage: Storage) -> Storage:
        """The storage after its search has ended and another goes on."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def closing(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """Close what a test has opened."""
        opened: list[Storage] = []
        for name in ("make", "again"):
            make = getattr(self, name)

            def noted(of: object, make: Callable[[object], Storage] = make) -> Storage:
                opened.append(make(of))
                return opened[-1]

            monkeypatch.setattr(self, name, noted)
        yield
        for storage in opened:
            storage.close()

    @pytest.fixture
    def storage(self, tmp_path: Path) -> Storage:
        return self.make(tmp_path)

    def test_a_new_study_has_nothing(self, storage: Storage) -> None:
        before = storage.exists
        storage.create(STUDY)
        assert (before, storage.exists) == (False, True)
        storage.check()
        assert storage.study == STUDY
        assert storage.running == ()
        assert storage.sampler_state == ""
        assert storage.models == {}
        assert storage.deaths(0) == 0

    def test_a_study_is_read_back_with_everything(self, storage: Storage) -> None:
        odd = replace(numeric("odd", "uniform", low=-math.inf, high=1), integral=True)
        study = replace(
            STUDY,
            name="\ud800",
            template="größe.py",
            space=(*EVERY_DISTRIBUTION, odd),
            maximize=True,
            algorithm="anneal",
            objective=None,
        )
        storage.create(study)
        assert self.again(storage).study == study

    def test_an_added_trial_is_kept(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.add(done(0, 2.0))
        storage.add(done(1, 1.0))
        assert storage.study.trials == (done(0, 2.0), done(1, 1.0))
        assert storage.study.best == done(1, 1.0)
        assert self.again(storage).study == replace(STUDY, trials=(done(0, 2.0), done(1, 1.0)))

    def test_trials_are_in_the_order_of_their_numbers(self, storage: Storage) -> None:
        storage.create(STUDY)
        for number in (2, 0, 1):
            storage.add(done(number))
            storage.propose(runs(number + 5), "")
        for kept in (storage, self.again(storage)):
            assert [trial.number for trial in kept.study.trials] == [0, 1, 2]
            assert [trial.number for trial in kept.running] == [5, 6, 7]

    def test_a_number_is_kept_once(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.add(done(0, 1.0))
        with pytest.raises(ValueError, match=r"^trial 0 is kept already$"):
            storage.add(done(0, 2.0))
        with pytest.raises(ValueError, match=r"^trial 0 is kept already$"):
            storage.propose(runs(0), "2")
        storage.propose(runs(1), "1")
        with pytest.raises(ValueError, match=r"^trial 1 is proposed already$"):
            storage.propose(runs(1), "2")
        for kept in (storage, self.again(storage)):
            assert kept.study.trials == (done(0, 1.0),)
            assert kept.sampler_state == "1"

    def test_a_proposal_comes_with_the_samplers_state(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.propose(runs(0, rate=0.25), '["a"]')
        storage.propose(runs(1, rate=0.75, opt=1), '["b"]')
        for kept in (storage, self.again(storage)):
            assert kept.running == (runs(0, rate=0.25), runs(1, rate=0.75, opt=1))
            assert kept.sampler_state == '["b"]'
            assert kept.study.trials == ()

    def test_a_trial_that_ends_runs_no_more(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.propose(runs(0), "1")
        storage.propose(runs(1), "2")
        storage.handed(0)
        storage.add(done(0))
        for kept in (storage, self.again(storage)):
            assert kept.running == (runs(1),)
            assert kept.study.trials == (done(0),)
            assert kept.sampler_state == "2"

    def test_the_path_of_a_model_is_kept_with_its_trial(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.add(done(0), "models/trial-0000.keras")
        storage.add(done(1))
        storage.add(done(2), "models/größe \ud800.keras")
        models = {0: "models/trial-0000.keras", 2: "models/größe \ud800.keras"}
        assert storage.models == models
        again = self.again(storage)
        assert again.models == models
        again.drop_model(0)
        with pytest.raises(ValueError, match=r"^trial 0 has no model$"):
            again.drop_model(0)
        assert again.models == self.again(again).models == {2: "models/größe \ud800.keras"}

    def test_a_failed_trial_can_run_again(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.propose(runs(0, rate=0.25), "1")
        failed = replace(done(0, None, rate=0.25), error="no", traceback="T", curves=fitted({"loss": 1.0}))
        storage.add(replace(failed, frozen=("rate",)))
        storage.add(done(1))
        storage.reopen(0)
        waiting = (Trial(0, TrialState.RUNNING, {"rate": 0.25}, frozen=("rate",)),)
        assert storage.running == waiting
        again = self.again(storage)
        assert again.running == waiting
        assert again.study.trials == (done(1),)
        again.handed(0)
        again.add(replace(done(0, rate=0.25), curves=fitted({"loss": 2.0})))
        assert self.again(again).study.trials == (
            replace(done(0, rate=0.25), curves=fitted({"loss": 2.0})),
            done(1),
        )

    def test_trials_are_judged_again_once_the_direction_is_known(self, storage: Storage) -> None:
        storage.create(replace(STUDY, maximize=None))
        curve = ({"kappa": 0.25}, {"kappa": 0.75}, {"kappa": 0.5})
        first = replace(done(0, 0.5), curves=fitted(*curve), origin=Origin("kappa", "fit", 3, 3))
        storage.add(first)
        storage.add(replace(done(1, 0.9), origin=Origin("kappa", "variable")))
        storage.add(done(2, None))
        assert (storage.study.maximize, storage.study.best) == (None, None)
        storage.decide(True)
        assert storage.study.maximize is True
        judged, second, failed = storage.study.trials
        assert judged == replace(
            first, loss=-0.75, metrics={"kappa": 0.75}, origin=Origin("kappa", "fit", 2, 3)
        )
        assert (second.loss, failed.loss) == (-0.9, None)
        assert storage.study.best == second

    def test_only_a_failed_trial_can(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.add(done(0))
        storage.propose(runs(1), "")
        for number in (0, 1, 2):
            with pytest.raises(ValueError, match=f"^trial {number} has not failed$"):
                storage.reopen(number)

    def test_only_a_running_trial_is_handed_out(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.add(done(0))
        for number in (0, 1):
            with pytest.raises(ValueError, match=f"^trial {number} is not running$"):
                storage.handed(number)
            with pytest.raises(ValueError, match=f"^trial {number} is not running$"):
                storage.put_back(number)

    def test_a_study_that_goes_on_takes_new_settings_and_keeps_the_rest(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.add(done(0), "m")
        storage.propose(runs(1), "s")
        more = replace(STUDY, max_evals=9, versions={"keras": "4"}, digest="d2", frozen=())
        again = self.again(storage)
        again.create(more)
        for kept in (again, self.again(again)):
            assert kept.study == replace(more, trials=(done(0),))
            assert kept.running == (runs(1),)
            assert kept.sampler_state == "s"
            assert kept.models == {0: "m"}

    def test_the_runs_of_a_trial_are_kept_as_they_end(self, storage: Storage) -> None:
        storage.create(replace(STUDY, repeats=3))
        again = replace(runs(0), repeats=3)
        storage.propose(again, "s")
        for number in range(2):
            storage.handed(0)
            run = TrialRun(number, 1.0 + number, {"a": 0.5}, (0.5, 1.5), ("opt",), duration_s=2.0)
            again = replace(again, runs=(*again.runs, run), curves=fitted({"loss": 1.0}))
            storage.ran(again)
            before, storage = storage, self.again(storage)
            for kept in (before, storage):
                assert (kept.running, kept.study.trials, kept.study.repeats) == ((again,), (), 3)
        ended = replace(done(0), repeats=3, runs=again.runs, folds=(1.0, 2.0))
        storage.add(ended)
        with pytest.raises(ValueError, match=r"^trial 0 is not running$"):
            storage.ran(again)
        assert self.again(storage).study.trials == (ended,)

    def test_runs_of_trials_again_are_kept(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.add(done(0))
        first = Confirmation(0, 0, TrialRun(0, 1.0, {"a": 0.5}, (0.5, 1.5), ("opt",), duration_s=2.0))
        second = Confirmation(0, 0, TrialRun(1, None, error="no \ud800", failure="raised"))
        other = Confirmation(0, 1, TrialRun(0, 2.0))
        for one in (second, other, first):
            storage.confirm(one)
        assert storage.study.confirmations == (first, second, other)
        again = self.again(storage)
        again.create(STUDY)
        assert again.study.confirmations == (first, second, other)
        assert [one.losses for one in again.study.confirmed] == [(1.0,)]

    def test_an_orderly_end_is_no_death(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.propose(runs(0), "")
        storage.handed(0)
        storage.put_back(0)
        storage.handed(0)
        assert self.again(storage).deaths(0) == 0

    def test_without_a_study_there_is_nothing_to_add_to(self, storage: Storage) -> None:
        with pytest.raises(ValueError, match="no study has been created"):
            storage.add(done(0))

    def test_closing_twice_is_no_trouble(self, storage: Storage) -> None:
        storage.create(STUDY)
        storage.close()
        storage.close()
        assert storage.study == STUDY


class TestMemoryStorage(StorageContract):
    def make(self, folder: Path) -> Storage:
        return MemoryStorage()

    def again(self, storage: Storage) -> Storage:
        return storage


class TestSqliteStorage(StorageContract):
    def make(self, folder: Path) -> Storage:
        return SqliteStorage(folder / "deep" / "model.study", "x = 1\n", {"workers": 2})

    def again(self, storage: Storage) -> Storage:
        assert isinstance(storage, SqliteStorage)
        storage.close()
        again = SqliteStorage(storage.folder)
        assert again.exists
        return again


@pytest.mark.property
@pytest.mark.parametrize("contract", [TestMemoryStorage, TestSqliteStorage])
@settings(max_examples=50)
@given(trial=TRIALS)
def test_any_trial_is_read_back_as_it_was(contract: type[StorageContract], trial: Trial) -> None:
    with TemporaryDirectory() as folder:
        one = contract()
        storage = one.make(Path(folder))
        storage.create(STUDY)
        storage.propose(replace(trial, state=TrialState.RUNNING, curves=()), trial.traceback)
        storage.add(trial, trial.started_at)
        again = one.again(storage)
        # By what they look like, since NaN is not equal to itself.
        assert repr(again.study.trials) == repr((trial,))
        assert again.models == {trial.number: trial.started_at}
        assert again.sampler_state == trial.traceback
        again.close()


def test_a_study_in_memory_may_have_earlier_trials() -> None:
    given: list[object] = []

    def earlier(space: object) -> tuple[Trial, ...]:
        given.append(space)
        return (done(0),)

    storage = MemoryStorage(earlier)
    storage.create(STUDY)
    assert storage.study.trials == (done(0),)
    assert given == [SPACE]
