"""Function that templates and scripts written for Hyperas import from ``hyperas.utils``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def eval_hyperopt_space(space: Mapping[str, Any], vals: Mapping[str, Any]) -> Any:
    """Convert hyperopt's drawn values to the values that people see: each choice to its option.

    Args:
        space: hyperopt's space, from ``minimize(..., return_space=True)``.
        vals: label -> drawn value, a choice as the index of its option: the best run, ``trials.argmin``, or
            ``trial['misc']['vals']`` of one of ``trials.trials``, where each value is a list of one, or an
            empty list for a label that the trial did not reach.

    Returns:
        The structure of `space` with the values in it: for a dict of labels, a dict of values.
    """
    from hypertemplate.search.samplers.hyperopt.spaces import evaluate

    unpacked = {label: list(v) if isinstance(v, (list, tuple)) else [v] for label, v in vals.items()}
    return evaluate(space, {label: v[0] for label, v in unpacked.items() if v})
