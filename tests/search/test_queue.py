"""Which trial runs next."""

from __future__ import annotations

from hypertemplate.search.fixed_params import FixedParam, fixed_space
from hypertemplate.search.queue import Proposals
from hypertemplate.search.running_trial import RunningTrial
from hypertemplate.search.samplers.base import DefaultSampler
from hypertemplate.search.samplers.grid import GridSampler
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.study import Study, Trial, TrialState
from tests.search.spaces import numeric

SPACE = (numeric("rate", "uniform", low=0, high=1),)


class DyingStorage(MemoryStorage):
    """Counts deaths as if the driver had died."""

    def __init__(self, deaths: dict[int, int]) -> None:
        super().__init__()
        self.told: list[str] = []
        self._deaths = deaths

    def deaths(self, number: int) -> int:
        return self._deaths.get(number, 0)

    def propose(self, trial: Trial, sampler_state: str) -> None:
        self.told.append(f"propose {trial.number}")
        super().propose(trial, sampler_state)

    def handed(self, number: int) -> None:
        self.told.append(f"handed {number}")
        super().handed(number)


def begun(*running: Trial, deaths: dict[int, int] | None = None, ended: int = 0) -> DyingStorage:
    storage = DyingStorage(deaths or {})
    storage.create(Study("model", "d1", 1, SPACE))
    for number in range(ended):
        storage.add(Trial(number, TrialState.COMPLETE, {"rate": 0.0}, loss=1.0))
    for trial in running:
        storage.propose(trial, "")
    storage.told.clear()
    return storage


def proposals(storage: MemoryStorage, max_evals: int) -> Proposals:
    return Proposals(DefaultSampler(SPACE), fixed_space((), SPACE), storage, max_evals)


def following(left: Proposals, worker: int, now_s: float) -> RunningTrial:
    running = left.next(worker, now_s)
    assert running is not None
    return running


def test_a_new_study_proposes_from_0_and_the_storage_hears_it_first() -> None:
    storage = begun()
    left = proposals(storage, 2)
    assert [following(left, 0, 1.0).number, following(left, 1, 2.0).number] == [0, 1]
    assert not left.left
    assert storage.told == ["propose 0", "handed 0", "propose 1", "handed 1"]
    assert left.given_up == ()


def test_numbers_begin_after_trials_that_are_left_out_which_count_no_more() -> None:
    left_out = Trial(4, TrialState.COMPLETE, {"rate": 0.0}, loss=1.0, left_out="line 3 changed")
    equal = Trial(1, TrialState.COMPLETE, {"rate": 0.0}, loss=1.0, equal_to=0)
    study = Study("model", "d1", 1, SPACE, left_out=(left_out,), generation=2)
    storage = MemoryStorage(lambda _: (Trial(0, TrialState.COMPLETE, {"rate": 0.0}, loss=1.0), equal))
    storage.create(study)
    left = proposals(storage, 3)
    assert left.total == 3
    assert [following(left, 0, 1.0).number, following(left, 1, 2.0).number] == [5, 6]
    assert not left.left
    assert [trial.generation for trial in storage.running] == [2, 2]


def test_what_was_running_runs_first_with_the_same_values() -> None:
    storage = begun(Trial(3, TrialState.RUNNING, {"rate": 0.25}), deaths={3: 1}, ended=3)
    left = proposals(storage, 5)
    again = following(left, 2, 7.0)
    assert (again.number, again.trial.params, again.trial.worker) == (3, {"rate": 0.25}, 2)
    assert left.total == 5
    assert storage.told == ["handed 3"]
    assert following(left, 0, 8.0).number == 4
    assert not left.left


def test_what_was_running_at_two_deaths_has_failed() -> None:
    storage = begun(Trial(1, TrialState.RUNNING, {"rate": 0.25}), deaths={1: 2}, ended=1)
    left = proposals(storage, 3)
    (given_up,) = left.given_up
    assert (given_up.number, given_up.state) == (1, TrialState.FAILED)
    assert given_up.error == "the search was killed 2 times while this trial ran"
    assert following(left, 0, 1.0).number == 2


def test_a_trial_knows_which_of_its_values_were_set() -> None:
    storage = begun(Trial(0, TrialState.RUNNING, {"rate": 0.25, "units": 8}, frozen=("units",)))
    space = (*SPACE, numeric("units", "uniformint", low=1, high=9))
    frozen = fixed_space((FixedParam("rate", "0.5"),), space)
    left = Proposals(DefaultSampler(frozen.free), frozen, storage, 2)
    trials = [following(left, 0, 1.0).trial, following(left, 0, 2.0).trial]
    assert [trial.frozen for trial in trials] == [("units",), ("rate",)]


def test_no_more_trials_than_there_are_points() -> None:
    space = (numeric("n", "randint", low=3),)
    left = Proposals(GridSampler(space), fixed_space((), space), begun(), 10)
    assert left.total == 3


def test_a_study_that_has_all_its_trials_proposes_none() -> None:
    assert not proposals(begun(ended=2), 2).left
