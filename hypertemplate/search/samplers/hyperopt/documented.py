"""Trials as hyperopt's documents, for any sampler."""

from __future__ import annotations

from collections.abc import Collection

from hypertemplate.compiler.markers.search_space import Params
from hypertemplate.search.samplers.base import Sampler
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler


class Documented:
    """`Sampler` whose trials become documents of a ``hyperopt.Trials``.

    Args:
        sampler: source of the points, after those of documents in state NEW.
        documents: keeper of the documents, which learns nothing from them.
    """

    def __init__(self, sampler: Sampler, documents: HyperoptSampler) -> None:
        self._sampler = sampler
        self._documents = documents
        self.size = sampler.size

    @property
    def has_pending(self) -> bool:
        """True if a document in state NEW is left."""
        return self._documents.has_pending

    def ask(self, number: int) -> Params:
        """Propose the next point."""
        if self.has_pending:
            point = self._documents.ask(number)
            self._sampler.give(number, point)
            return point
        point = self._sampler.ask(number)
        self._documents.give(number, point)
        return point

    def give(self, number: int, params: Params) -> None:
        """Store a document of a trial at another point."""
        self._documents.give(number, params)
        self._sampler.give(number, params)

    def tell(
        self,
        number: int,
        params: Params,
        loss: float | None,
        failure: str | None = None,
        estimate: float | None = None,
        unused: Collection[str] = (),
    ) -> None:
        """Pass the outcome to the sampler and to the documents."""
        self._documents.tell(number, params, loss, failure, estimate, unused)
        self._sampler.tell(number, params, loss, failure, estimate, unused)

    def state(self) -> str:
        """Return the state of the sampler."""
        return self._sampler.state()
