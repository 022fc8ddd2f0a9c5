"""What every sampler keeps to; a new one joins by a subclass at the end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import MappingProxyType

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.search.samplers.base import DefaultSampler, Sampler, reached
from hypertemplate.search.samplers.bayes.bayes_sampler import BayesSampler
from hypertemplate.search.samplers.enqueued import PointsFirst
from hypertemplate.search.samplers.grid import GridSampler
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler, with_startup
from hypertemplate.search.study import Trial, TrialState
from tests.search.spaces import EVERY_DISTRIBUTION, chosen

FINITE = (
    chosen("kind", "a", "uniformint(1, 2)", inner={1: "kind.1"}),
    Dimension("kind.1", "uniformint", {"low": 1, "high": 2}, integral=True, parent=("kind", 1)),
    chosen("units", "32", "64"),
)

LOSSES = (0.5, None, 0.25, 0.75)


def points(sampler: Sampler, first: int, count: int) -> list[Params]:
    """The next points; each is told, every fourth as a failure."""
    found: list[Params] = []
    for number in range(first, first + count):
        point = sampler.ask(number)
        sampler.tell(number, point, LOSSES[number % 4], None if number % 4 != 1 else "raised")
        found.append(dict(point))
    return found


class SamplerContract(ABC):
    """The contract of `Sampler`."""

    space: tuple[Dimension, ...] = EVERY_DISTRIBUTION

    @abstractmethod
    def sampler(self, earlier: tuple[Trial, ...] = (), state: str = "") -> Sampler:
        """A sampler, new or of a study that is resumed after these trials."""

    def asked(self, sampler: Sampler, first: int = 0) -> list[Params]:
        """A few points, or all that there are."""
        return points(sampler, first, 5 if sampler.size is None else min(5, sampler.size - first))

    def test_a_point_has_the_labels_that_it_reaches_and_no_others(self) -> None:
        for point in self.asked(self.sampler()):
            assert point == reached(self.space, {d.label: point.get(d.label, 0.0) for d in self.space})

    def test_a_point_is_of_plain_numbers(self) -> None:
        kinds = {d.label: int if d.integral else float for d in self.space}
        for point in self.asked(self.sampler()):
            assert {label: type(value) for label, value in point.items()} == {n: kinds[n] for n in point}

    def test_the_same_sampler_proposes_the_same_points(self) -> None:
        assert self.asked(self.sampler()) == self.asked(self.sampler())

    def test_a_proposal_need_not_be_told(self) -> None:
        sampler = self.sampler()
        asked = [sampler.ask(number) for number in range(2)]
        sampler.tell(1, asked[1], 0.5)
        assert self.asked(sampler, first=2)

    def test_a_resumed_sampler_proposes_what_comes_next(self) -> None:
        whole = self.asked(self.sampler())
        first = self.sampler()
        begun = points(first, 0, 2)
        trials = tuple(
            Trial(n, TrialState.FAILED if LOSSES[n] is None else TrialState.COMPLETE, p, LOSSES[n])
            for n, p in enumerate(begun)
        )
        resumed = self.sampler(trials, first.state())
        assert begun + points(resumed, 2, len(whole) - 2) == whole

    def test_it_ends_where_it_says(self) -> None:
        sampler = self.sampler()
        if sampler.size is not None:
            found = points(sampler, 0, sampler.size)
            assert len({frozenset(point.items()) for point in found}) == sampler.size


class TestDefaultSampler(SamplerContract):
    def sampler(self, earlier: tuple[Trial, ...] = (), state: str = "") -> Sampler:
        return DefaultSampler(self.space)


class TestGridSampler(SamplerContract):
    space = FINITE

    def sampler(self, earlier: tuple[Trial, ...] = (), state: str = "") -> Sampler:
        return GridSampler(self.space, [trial.params for trial in earlier], len(earlier))


class HyperoptContract(SamplerContract):
    algorithm: str

    def sampler(self, earlier: tuple[Trial, ...] = (), state: str = "") -> Sampler:
        return HyperoptSampler(self.space, self.algorithm, 7, earlier=earlier, state=state)  # type: ignore[arg-type]


class TestTpe(HyperoptContract):
    algorithm = "tpe"

    def test_it_learns(self) -> None:
        """After its random start, from a loss that falls with a value."""
        sampler = self.sampler()
        drawn = []
        for number in range(60):
            point = sampler.ask(number)
            sampler.tell(number, point, point["uniform"])
            drawn.append(point["uniform"])
        assert sum(drawn[40:]) / 20 < sum(drawn[:20]) / 20


class TestTpeWithAStartup(SamplerContract):
    def sampler(self, earlier: tuple[Trial, ...] = (), state: str = "") -> Sampler:
        return HyperoptSampler(self.space, with_startup("tpe", 2), 7, earlier=earlier, state=state)

    def test_it_learns_after_these(self) -> None:
        both = zip(self.asked(HyperoptSampler(self.space, "tpe", 7)), self.asked(self.sampler()), strict=True)
        assert [plain == early for plain, early in both] == [True, True, False, False, False]


class TestRandom(HyperoptContract):
    algorithm = "random"


class TestAnneal(HyperoptContract):
    algorithm = "anneal"


class TestBayes(SamplerContract):
    def sampler(self, earlier: tuple[Trial, ...] = (), state: str = "") -> Sampler:
        return BayesSampler(self.space, 7, earlier)

    def asked(self, sampler: Sampler, first: int = 0) -> list[Params]:
        """Points beyond the start too."""
        return points(sampler, first, 16 - first)


class TestPointsFirst(SamplerContract):
    """Points of the user, then those of another sampler."""

    given: Params = MappingProxyType({"kind": 0, "units": 1})
    space = FINITE

    def sampler(self, earlier: tuple[Trial, ...] = (), state: str = "") -> Sampler:
        inner = HyperoptSampler(self.space, "random", 7, earlier=earlier, state=state)
        return PointsFirst(inner, [] if earlier else [self.given])

    def test_the_given_points_come_first(self) -> None:
        assert self.asked(self.sampler())[0] == dict(self.given)
