"""Factory of samplers for all interfaces: the user's points first, then an algorithm."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.errors import Spelling, as_option, respelled
from hypertemplate.search.equal_trials.answers import EqualTrials
from hypertemplate.search.fixed_params import FixedParam, fixed_space
from hypertemplate.search.samplers.base import Sampler
from hypertemplate.search.samplers.bayes.expectation import Expectation
from hypertemplate.search.samplers.enqueued import (
    DEFAULTS,
    EARLIER_DEFAULTS,
    Point,
    PointsFirst,
    defaults_of,
    point_params,
    points_had,
    points_note,
    still_to_try,
)
from hypertemplate.search.samplers.grid import GridSampler, grid_note
from hypertemplate.search.samplers.hyperopt.document_checks import fit_documents
from hypertemplate.search.samplers.hyperopt.document_origin import Origin, continued, keep_origin, origin
from hypertemplate.search.samplers.hyperopt.documented import Documented
from hypertemplate.search.samplers.hyperopt.sampler import (
    HyperoptSampler,
    Suggest,
    check_installed,
    suggestion,
)
from hypertemplate.search.samplers.hyperopt.sampler import preload as preload_hyperopt
from hypertemplate.search.samplers.hyperopt.trial_documents import pending_points
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import ALGORITHMS, Algorithm, Study, Trial, evaluations

if TYPE_CHECKING:
    from hypertemplate.search.samplers.bayes.bayes_sampler import BayesSampler


def check_algorithm(algorithm: Algorithm | Suggest) -> None:
    """Check that an algorithm exists, and that everything that it needs is installed.

    Raises:
        UsageError: it does not exist, or something is not installed.
    """
    known = next((name for name in ALGORITHMS if name == algorithm), None)
    if known is None:
        suggestion(algorithm)
    else:
        check_installed(known)


def preload(algorithm: Algorithm) -> None:
    """Import what an algorithm needs now, half a second of work, for example while a worker loads."""
    if algorithm == "bayes":
        importlib.import_module("hypertemplate.search.samplers.bayes.bayes_sampler")
    else:
        preload_hyperopt()


@dataclass(frozen=True, slots=True)
class Proposer:
    """Sampler, and the keeper of its trials as documents.

    Attributes:
        sampler: source of the points.
        documents: keeper of the trials in hyperopt's form; None if it is not wanted.
        space: dimensions that are sampled.
        expectation: returns what the sampler's model expects at the best point; None for one without a model.
    """

    sampler: Sampler
    documents: HyperoptSampler | None = None
    space: tuple[Dimension, ...] = ()
    expectation: Callable[[], Expectation | None] | None = None


@dataclass(frozen=True, slots=True)
class SamplerFactory:
    """Inputs of a sampler: the request, and the study's trials so far.

    Attributes:
        study: study that will run.
        algorithm: source of points after the user's: a name, or a ``suggest`` function.
        storage: storage with the trials so far, if there are any.
        fixed: parameters with one value.
        points: points to try first, of this run and earlier ones.
        given: points of this run alone.
        oom_loss: loss that the algorithm is given for a trial that ran out of the device's memory.
        documents: a ``hyperopt.Trials`` to fill with the trials; None for none.
        spell: function that spells a parameter in notes.
        code: digest of the code that trials run.
        default_trial: whether the first trial of all has the defaults, where some markers state one.
        rerun_equal: whether a trial runs although its point has been tried.
        values: digest of the values in memory that trials read.
    """

    study: Study
    algorithm: Algorithm | Suggest
    storage: MemoryStorage
    fixed: tuple[FixedParam, ...] = ()
    points: tuple[Point, ...] = ()
    given: tuple[Point, ...] = ()
    oom_loss: float | None = None
    documents: Any = None
    spell: Spelling = as_option
    code: str = ""
    default_trial: bool = False
    rerun_equal: bool = False
    values: str = ""

    def proposer(self, note: Callable[[str], None], space: tuple[Dimension, ...]) -> Proposer:
        """Build a sampler of the points that are left to sample.

        Args:
            note: function that is given notes for the user.
            space: dimensions left to sample.

        Raises:
            UsageError: the algorithm does not exist or does not support this space, or the documents are of
                another space.
        """
        if self.documents is not None and isinstance(self.storage, SqliteStorage):
            self.documents.delete_all()  # of an earlier run: they are filled with the trials of the study
        elif self.documents is not None:
            for text in continued(self.documents, self.origin(self.study, space)):
                note(text)
            fit_documents(self.documents, space)
            keep_origin(self.documents, self.origin(self.study, space))
        earlier = self.storage.had(space)
        had = self._had(earlier, space)
        given = self._untried(self.points, had, space)
        self._keep_defaults(space)
        first = self._defaults(earlier, space)
        new = [*first, *(point for point in given if point not in first)]
        room = max(0, self.study.max_evals - evaluations(earlier))
        untried = len(self._untried(self.given, had, space))
        left = room - (len(new) - len(given))
        said = points_note(
            len(self.given) - untried, len(given), left, resumed=bool(earlier), spell=self.spell
        )
        if first:
            text = "the first trial has the defaults in the file; --no-default-trial leaves it out"
            note(respelled(text, self.spell))
        if said is not None:
            note(said)
        inner: Sampler
        bayes: BayesSampler | None = None
        if self.algorithm != "grid" and not space and room > 1:
            note(self._all_set(room))
        if self.algorithm == "bayes":
            inner = bayes = self._bayes(space, earlier, note)
        elif self.algorithm != "grid":
            inner = kept = self._hyperopt(space, earlier, self.algorithm)
        else:
            pending = [] if self.documents is None else pending_points(self.documents, space)
            inner = grid = GridSampler(space, [*had, *new, *pending], len(earlier) + len(new) + len(pending))
            note(grid_note(grid, had, len(earlier) - len(had), [*new, *pending], room, self.spell))
        if self.documents is not None and self.algorithm in ("bayes", "grid"):
            kept = self._hyperopt(space, earlier, "random")
            inner = Documented(inner, kept)
        sampler = PointsFirst(inner, new) if new else inner
        expectation = None if bayes is None else bayes.expectation
        return Proposer(sampler, None if self.documents is None else kept, space, expectation)

    def _defaults(self, earlier: tuple[Trial, ...], space: tuple[Dimension, ...]) -> list[Params]:
        """Return the point of the defaults, if a search begins with it."""
        begins = self.default_trial and not earlier and any(d.default is not None for d in space)
        return [point_params(DEFAULTS, space)] if begins else []

    def _all_set(self, room: int) -> str:
        """Say what becomes of the trials of a search in which every parameter has one value."""
        if self.rerun_equal:
            return f"every parameter is set: {room} trials have the same values"
        again = f"{self.spell('rerun_equal')} runs {room}"
        return f"every parameter is set, and a trial answers all others with its values; {again}"

    def origin(self, study: Study, space: tuple[Dimension, ...]) -> Origin:
        """Describe what the documents of this search are made under."""
        return origin(study, space, self.code, self.values)

    def fill(self) -> Origin:
        """Fill the documents with the trials of a study that runs none; return what they are made under."""
        study = self.storage.study
        space = fixed_space(self.fixed, study.space).free
        self.documents.delete_all()
        self._hyperopt(space, study.trials, "random").add_results(study.trials, {})
        return self.origin(study, space)

    def finished_grid(self) -> int | None:
        """Return the number of points of a grid that has run completely; None if there is more to run."""
        if self.algorithm != "grid" or self.storage.running or self._points_left():
            return None
        space = fixed_space(self.fixed, self.storage.study.space).free
        grid = GridSampler(space, self._had(self.storage.study.trials, space))
        return None if grid.left else grid.points

    def exhausted(self) -> str:
        """Say that the trials of a study have tried every point; empty if there may be another."""
        if self.storage.running or self._points_left():
            return ""
        equal = EqualTrials(fixed_space(self.fixed, self.storage.study.space), self.storage.study)
        return equal.exhausted_text(self.spell) if equal.is_exhausted else ""

    def _points_left(self) -> bool:
        """Tell whether the user has given a point that no trial has tried."""
        space = fixed_space(self.fixed, self.storage.study.space).free
        had = self._had(self.storage.study.trials, space)
        return bool(self._untried(self.points, had, space))

    def _untried(
        self, points: tuple[Point, ...], had: list[Params], space: tuple[Dimension, ...]
    ) -> list[Params]:
        """Return those of the user's points that no trial has tried, with the present defaults."""
        under = [[point_params(one, space, before) for one in points] for before in self._earlier_defaults()]
        return still_to_try([point_params(one, space) for one in points], had, under)

    def _earlier_defaults(self) -> list[dict[str, float]]:
        """Return the defaults that the study has had."""
        found = self.storage.kept.options.get(EARLIER_DEFAULTS) if self.storage.exists else None
        return [*found] if isinstance(found, list) else []

    def _keep_defaults(self, space: tuple[Dimension, ...]) -> None:
        """Let the study keep the defaults that its points have now: the file may have others next time."""
        found = self._earlier_defaults()
        now = defaults_of(space)
        found += [now] if self.points and now not in found else []
        if isinstance(self.storage, SqliteStorage) and found:
            self.storage.options[EARLIER_DEFAULTS] = found

    def _had(self, trials: tuple[Trial, ...], space: tuple[Dimension, ...]) -> list[Params]:
        """List the points of a space at which trials ran with the values that are fixed now."""
        known = self.storage.exists  # in memory all trials have had the same fixed values
        values = fixed_space(self.fixed, self.storage.study.space).values if known else {}
        return points_had(trials, values, space)

    def _bayes(
        self, space: tuple[Dimension, ...], earlier: tuple[Trial, ...], note: Callable[[str], None]
    ) -> BayesSampler:
        from hypertemplate.search.samplers.bayes.bayes_sampler import BayesSampler

        values = fixed_space(self.fixed, self.storage.study.space).values if self.storage.exists else {}
        elsewhere = [
            trial.number
            for trial in earlier
            if any(not math.isclose(trial.params.get(label, value), value) for label, value in values.items())
        ]
        return BayesSampler(space, self.study.seed, earlier, self.oom_loss, elsewhere, note)

    def _hyperopt(
        self, space: tuple[Dimension, ...], earlier: tuple[Trial, ...], algorithm: Algorithm | Suggest
    ) -> HyperoptSampler:
        if self.documents is not None and not isinstance(self.storage, SqliteStorage):
            # They have the earlier trials.
            return HyperoptSampler(space, algorithm, self.study.seed, self.documents, oom_loss=self.oom_loss)
        return HyperoptSampler(
            space,
            algorithm,
            self.study.seed,
            self.documents,
            earlier=sorted(earlier, key=lambda trial: trial.number),
            state=self.storage.sampler_state if self.storage.exists else "",
            oom_loss=self.oom_loss,
        )
