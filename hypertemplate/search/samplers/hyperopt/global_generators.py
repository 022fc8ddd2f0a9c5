"""Seeds for an algorithm of hyperopt that draws from Python's and NumPy's global generators."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from typing import Any, TypeVar

Documents = TypeVar("Documents")


def seeded(suggest: Callable[..., Documents]) -> Callable[..., Documents]:
    """Make an algorithm such as ``atpe.suggest`` draw by its seed, and leave the generators as they were."""

    @functools.wraps(suggest)
    def suggest_by_seed(new_ids: Any, domain: Any, trials: Any, seed: int) -> Documents:
        import numpy

        before = random.getstate(), numpy.random.get_state()
        random.seed(int(seed))
        numpy.random.seed(int(seed) % 2**32)
        try:
            return suggest(new_ids, domain, trials, seed)
        finally:
            random.setstate(before[0])
            numpy.random.set_state(before[1])

    return suggest_by_seed
