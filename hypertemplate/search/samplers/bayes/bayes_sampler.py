"""Sampler of Bayesian optimisation, ``--algo bayes``."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np

from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.search.samplers.base import heard
from hypertemplate.search.samplers.bayes.blas_threads import one_thread
from hypertemplate.search.samplers.bayes.candidates import ranked
from hypertemplate.search.samplers.bayes.columns import Array
from hypertemplate.search.samplers.bayes.conditions import Conditions
from hypertemplate.search.samplers.bayes.expectation import Expectation
from hypertemplate.search.samplers.bayes.expected_improvement import log_expected_improvement
from hypertemplate.search.samplers.bayes.gaussian_process import FactorisationError
from hypertemplate.search.samplers.bayes.start_design import start_design, start_size
from hypertemplate.search.samplers.bayes.surrogate import PRIORS, Surrogate, Told
from hypertemplate.search.samplers.bayes.unit_cube import UnitCube
from hypertemplate.search.samplers.grid import GridSampler
from hypertemplate.search.samplers.hyperopt.trial_documents import OUT_OF_MEMORY
from hypertemplate.search.study import Trial, TrialState

PRIOR_SHARE = 0.1
"""Share of the points that are drawn from the prior, whatever the model expects."""

FIRST = 10
"""Number of candidates that are looked at before equal ones are left out."""

SAME = 1e-9
"""Difference of places from which on values differ."""

DRAWS = 200
"""Most draws of the prior for a point that no trial has had."""


class BayesSampler:
    """`Sampler` that proposes where a Gaussian process expects the most improvement.

    A proposal depends on the trials so far, the seed and its number alone: whatever is kept between proposals
    saves time and changes nothing. So a search that is resumed proposes what it would have proposed.

    Args:
        space: dimensions to sample, an inner one after its choice; it may be empty.
        seed: seed of the search.
        earlier: trials of a resumed study, including those that were running.
        oom_loss: loss that counts for a trial that ran out of accelerator memory; by default the worst seen.
        elsewhere: numbers of earlier trials that had another value of a parameter which is fixed now: their
            losses are uncertain, and their points are not had.
        note: is given notes for the user.
    """

    size = None
    has_pending = False

    def __init__(
        self,
        space: tuple[Dimension, ...],
        seed: int,
        earlier: Sequence[Trial] = (),
        oom_loss: float | None = None,
        elsewhere: Collection[int] = (),
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._space = space
        self._seed = seed
        self._oom_loss = oom_loss
        self._elsewhere = frozenset(elsewhere)
        self._note = note
        self._noted: set[str] = set()
        self._running: dict[int, Params] = {}
        self._told: dict[int, tuple[Params, Told]] = {}
        self._cube = UnitCube(space)
        self._conditions = Conditions(self._cube)
        self._surrogate = Surrogate(self._cube, self._conditions, seed)
        self._is_exhausted = False
        for trial in earlier:
            if trial.state is TrialState.RUNNING:
                self.give(trial.number, trial.params)
            else:
                self.tell(trial.number, trial.params, *heard(trial))

    def ask(self, number: int, seed: int | None = None) -> Params:
        """Propose the next point; each number is asked for once.

        Args:
            number: number of the trial.
            seed: seed of this point alone, where the search has none; its first points are far from others.
        """
        with one_thread():
            params = self._proposed(number, seed) if self._space else {}
        self._running[number] = params
        return params

    def give(self, number: int, params: Params) -> None:
        """Take note of a trial at a point of the user's; its loss will be told."""
        self._running[number] = self._own(params)

    def tell(
        self,
        number: int,
        params: Params,
        loss: float | None,
        failure: str | None = None,
        estimate: float | None = None,
        unused: Collection[str] = (),
    ) -> None:
        """Learn the outcome of a trial; a loss that is not finite is a failure."""
        self._running.pop(number, None)
        params = self._own(params)
        if loss is not None and math.isfinite(loss):
            self._conditions.learn(params, unused)
        told = self._oom_loss if failure == OUT_OF_MEMORY else estimate
        ranked_by = told if loss is None else loss
        is_finite = ranked_by is not None and math.isfinite(ranked_by)
        missed = np.array([d.label in unused or d.label not in params for d in self._space], bool)
        is_pruned = loss is None and failure is None and estimate is not None
        is_uncertain = is_pruned or number in self._elsewhere
        known = Told(self._cube.row(params), ranked_by if is_finite else None, missed, is_uncertain)
        self._told[number] = params, known

    def state(self) -> str:
        """Return an empty text: a proposal depends on the trials alone."""
        return ""

    def expectation(self) -> Expectation | None:
        """Return what the model expects at the point of the lowest loss; None without a model."""
        numbers = sorted(self._told)
        told = [self._told[number][1] for number in numbers]
        measured = [
            (one.loss, place)
            for place, one in enumerate(told)
            if one.loss is not None and not one.is_uncertain
        ]
        if not self._space or len(measured) < start_size(len(self._space)):
            return None
        seen, place = min(measured)
        try:
            with one_thread():
                expected = self._surrogate.expected(told, place)
        except FactorisationError:
            return None
        return None if expected is None else Expectation(seen, *expected)

    def _own(self, params: Params) -> Params:
        """Return the values of the labels that are sampled: others have one value."""
        return {d.label: params[d.label] for d in self._space if d.label in params}

    def _proposed(self, number: int, seed: int | None) -> Params:
        """Return the values of a new point, or of one that was had where there is none."""
        entropy = self._seed if seed is None else seed, number
        found = None
        if not self._is_exhausted:
            found = self._fresh(number, np.random.default_rng(entropy), is_seeded=seed is not None)
        if found is None:
            found = self._cube.params(self._cube.drawn(np.random.default_rng((*entropy, 1)), 1)[0])
        return found

    def _fresh(self, number: int, random: np.random.Generator, *, is_seeded: bool) -> Params | None:
        """Return the values of a point that no trial has had; None if none is found."""
        had = [one.row for told, (_, one) in self._told.items() if told not in self._elsewhere]
        had += map(self._cube.row, self._running.values())
        known = np.stack(had) if had else np.empty((0, len(self._space)))
        for row in self._rows(number, random, is_seeded=is_seeded):
            if not self._is_among(row, known):
                return self._cube.params(row)
        return self._left()

    def _rows(self, number: int, random: np.random.Generator, *, is_seeded: bool) -> Iterator[Array]:
        """Yield rows for a new point, the most wanted first; those that were had may be among them."""
        known = len(self._told) + len(self._running)
        told = [self._told[one][1] for one in sorted(self._told)]
        if known < start_size(len(self._space)):
            design = self._far(random) if is_seeded else start_design(len(self._space), self._seed)[known]
            yield self._cube.snapped(design[None])[0]
        elif any(one.loss is not None for one in told) and random.random() >= PRIOR_SHARE:
            yield from self._expected(told, number, random)
        yield from self._cube.drawn(random, DRAWS)

    def _far(self, random: np.random.Generator) -> Array:
        """Return the row of some draws that is farthest from all points."""
        rows = random.random((DRAWS, len(self._space)))
        had = [one.row for _, one in self._told.values()] + [*map(self._cube.row, self._running.values())]
        if not had:
            return rows[0]
        apart = np.sum((rows[:, None] - np.stack(had)) ** 2, axis=2)
        farthest: Array = rows[np.argmax(apart.min(axis=1))]
        return farthest

    def _expected(self, told: Sequence[Told], number: int, random: np.random.Generator) -> Iterator[Array]:
        """Yield the rows at which a model expects the most improvement."""
        running = [self._cube.row(self._running[one]) for one in sorted(self._running)]
        try:
            fitted = self._surrogate.fitted(told, running, number % len(PRIORS))
        except FactorisationError:
            self._note_once("bayes found no model of these losses, and draws points at random meanwhile")
            return

        def score(rows: Array) -> Array:
            features = self._cube.features(rows, self._conditions.active(rows))
            return log_expected_improvement(*fitted.posterior.predict(features), fitted.best)

        rows = ranked(self._cube, score, self._conditions.active, fitted.rows, random)
        yield from rows[:FIRST]
        # A small space has few rows, each of them often.
        yield from rows[np.sort(np.unique(rows, axis=0, return_index=True)[1])]

    def _is_among(self, row: Array, known: Array) -> bool:
        """Tell whether a row has the values of one of others, where they count."""
        counts = self._conditions.active(row[None])[0]
        return bool(np.any(np.all(np.abs(known - row)[:, counts] < SAME, axis=1)))

    def _left(self) -> Params | None:
        """Return a point of a finite space that no trial has had; None if there is none."""
        if any(one.count is None for one in self._cube.columns):
            return None
        told = (params for number, (params, _) in self._told.items() if number not in self._elsewhere)
        had = [*told, *self._running.values()]
        grid = GridSampler(self._space, had)
        if grid.left > 0:
            return grid.ask(0)
        self._is_exhausted = True
        self._note_once("every point of the search space has been proposed: points repeat from now on")
        return None

    def _note_once(self, text: str) -> None:
        if text not in self._noted:
            self._noted.add(text)
            self._note(text)
