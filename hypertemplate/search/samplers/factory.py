"""What proposes the points of a search: those that the user gave, then an algorithm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.search.fixed_params import Setting, freeze
from hypertemplate.search.samplers.base import Sampler
from hypertemplate.search.samplers.enqueued import (
    Point,
    PointsFirst,
    point_params,
    points_had,
    points_note,
    still_to_try,
)
from hypertemplate.search.samplers.grid import GridSampler, grid_note
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.study import Study, Trial


@dataclass(frozen=True, slots=True)
class Proposing:
    """What is asked for, and what the study has had of it.

    Attributes:
        plan: the study that is to run.
        storage: has the trials so far, if there are any.
        settings: the parameters that have one value.
        points: those to try first, whenever they were given.
        given: those of them that were given for this run.
        oom_loss: what the algorithm learns of a trial that the device had no memory for.
    """

    plan: Study
    storage: MemoryStorage
    settings: tuple[Setting, ...]
    points: tuple[Point, ...] = ()
    given: tuple[Point, ...] = ()
    oom_loss: float | None = None

    def sampler(self, note: Callable[[str], None], space: tuple[Dimension, ...]) -> Sampler:
        """What proposes the points that are left to sample; tells what is not plain.

        Args:
            note: is told.
            space: what is left to sample.
        """
        earlier, had = self._earlier(space)
        new = still_to_try([point_params(point, space) for point in self.points], had)
        room = max(0, self.plan.max_evals - len(earlier))
        untried = len(still_to_try([point_params(point, space) for point in self.given], had))
        text = points_note(len(self.given) - untried, len(new), room, goes_on=bool(earlier))
        if text is not None:
            note(text)
        inner: GridSampler | HyperoptSampler
        if self.plan.algorithm == "grid":
            inner = GridSampler(space, [*had, *new], len(earlier) + len(new))
            note(grid_note(inner, had, len(earlier) - len(had), new, room))
        else:
            if not space and room > 1:
                note(f"every parameter is set: {room} trials have the same values")
            inner = HyperoptSampler(
                space,
                self.plan.algorithm,
                self.plan.seed,
                earlier=sorted(earlier, key=lambda trial: trial.number),
                state=self.storage.sampler_state if self.storage.exists else "",
                oom_loss=self.oom_loss,
            )
        return PointsFirst(inner, new) if new else inner

    def finished_grid(self) -> int | None:
        """How many points the grid of a study has that has run each of them; None if there is more to run."""
        if self.plan.algorithm != "grid" or self.storage.running:
            return None
        space = freeze(self.settings, self.storage.study.space).free
        _, had = self._earlier(space)
        if still_to_try([point_params(point, space) for point in self.points], had):
            return None
        grid = GridSampler(space, had)
        return None if grid.left else grid.points

    def _earlier(self, space: tuple[Dimension, ...]) -> tuple[tuple[Trial, ...], list[Params]]:
        """The trials so far, those that wait included, and the points of the space among them."""
        if not self.storage.exists:
            return (), []
        trials = (*self.storage.study.trials, *self.storage.running)
        values = freeze(self.settings, self.storage.study.space).values
        return trials, points_had(trials, values, space)
