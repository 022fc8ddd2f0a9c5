"""Proposals of ``bayes`` for hyperopt's own ``fmin``, as documents of a ``hyperopt.Trials``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from hypertemplate.search.samplers.base import heard
from hypertemplate.search.samplers.hyperopt.domain_space import DomainSpace, domain_space
from hypertemplate.search.samplers.hyperopt.trial_documents import (
    Document,
    all_documents,
    ended,
    read_trials,
    values,
)

if TYPE_CHECKING:
    from hypertemplate.search.samplers.bayes.bayes_sampler import BayesSampler


@dataclass(frozen=True)
class _Search:
    """Sampler of the trials of one ``hyperopt.Trials``.

    Attributes:
        space: space that it samples.
        sampler: sampler, which has heard of some documents.
        outcomes: what it was told of each, by ``tid``; None for one that runs.
    """

    space: DomainSpace
    sampler: BayesSampler
    outcomes: dict[int, object]


_SEARCHES: WeakKeyDictionary[Any, _Search] = WeakKeyDictionary()
"""Sampler for each ``hyperopt.Trials``: it keeps what was fitted, and changes no proposal."""


def suggest(new_ids: Sequence[int], domain: Any, trials: Any, seed: int) -> list[Document]:
    """Propose points where a Gaussian process expects the most improvement, as hyperopt's algorithms do.

    A proposal depends on the documents and the seed alone. Points that are asked for together are told apart
    as running trials are.

    Args:
        new_ids: numbers of the new documents.
        domain: domain of the objective.
        trials: ``hyperopt.Trials`` with the documents so far.
        seed: seed of these points.

    Raises:
        UsageError: a label has a distribution that is not known.
    """
    space = domain_space(domain)
    search = _search(space, trials)
    made: list[Document] = []
    for number in new_ids:
        params = space.reached(search.sampler.ask(number, int(seed)))
        search.sampler.give(number, params)
        search.outcomes[number] = None
        misc = {
            "tid": number,
            "cmd": domain.cmd,
            "workdir": domain.workdir,
            "idxs": {d.label: [number] if d.label in params else [] for d in space.space},
            "vals": {d.label: [params[d.label]] if d.label in params else [] for d in space.space},
        }
        made += trials.new_trial_docs([number], [None], [domain.new_result()], [misc])
    return made


def _search(space: DomainSpace, trials: Any) -> _Search:
    """Return the sampler of these trials, which has heard of all documents."""
    over = ended(trials)
    outcomes: dict[int, object] = {document["tid"]: None for document in all_documents(trials)}
    ran = dict(zip((document["tid"] for document in over), read_trials(trials, space.space), strict=True))
    outcomes |= {tid: repr(heard(trial)) for tid, trial in ran.items()}
    kept = _SEARCHES.get(trials)
    if kept is None or kept.space != space or _was_told_otherwise(kept.outcomes, outcomes):
        from hypertemplate.search.samplers.bayes.bayes_sampler import BayesSampler

        kept = _SEARCHES[trials] = _Search(space, BayesSampler(space.space, 0), {})
    for document in all_documents(trials):
        tid = document["tid"]
        if tid in kept.outcomes and kept.outcomes[tid] == outcomes[tid]:
            continue
        if tid in ran:
            kept.sampler.tell(tid, ran[tid].params, *heard(ran[tid]))
        else:
            kept.sampler.give(tid, values(document, space.space))
        kept.outcomes[tid] = outcomes[tid]
    return kept


def _was_told_otherwise(before: dict[int, object], now: dict[int, object]) -> bool:
    """Tell whether a document that a sampler has heard of is gone, or has another outcome."""
    return any(tid not in now or (told is not None and told != now[tid]) for tid, told in before.items())
