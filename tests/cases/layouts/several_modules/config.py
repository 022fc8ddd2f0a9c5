"""What every part of the program uses."""

from dataclasses import dataclass

import numpy as np

SEED = 7


@dataclass
class Config:
    rate: float = {{loguniform(-7, -2)}}
    steps: int = 40


def generator():
    return np.random.default_rng(SEED)
