#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""A template with a docstring
of two lines: {{uniform(0, 1)}}."""

from __future__ import annotations, division
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nowhere import Tensor

__all__ = ['model']


def model(x: Tensor = None) -> Undefined:
    """Build {{choice([1, 2])}}."""
    units: Undefined = {{choice([1, 2])}}
    return units

# output
model, joined: none
units: choice() [1, 2]
line 3, setup: no marker affects it
    """A template with a docstring
    of two lines: {{uniform(0, 1)}}."""
line 6, flags: no marker affects it
line 7, left out: nothing needs it
line 9, left out: nothing needs it
line 12, left out: nothing needs it
line 15, trial: contains a marker
    def model(x: Tensor = None) -> Undefined:
        """Build {{choice([1, 2])}}."""
        units: Undefined = ((1, 2)[_ht_['units']])
        return units
