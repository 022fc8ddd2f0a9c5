"""Learning curves that a seed draws, as Optuna's pruners and ours get them; with the standard library alone."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Protocol

EPOCHS = (7, 9, 20, 30)
"""Lengths of fits; some are no power of three."""


@dataclass(frozen=True)
class Drawn:
    """A search over drawn curves.

    Attributes:
        name: name of the study, which decides Hyperband's brackets.
        maximize: whether more is better.
        workers: number of trials that run side by side, once the first one has ended.
        curves: values of each trial, one for each epoch.
    """

    name: str
    maximize: bool
    workers: int
    curves: tuple[tuple[float, ...], ...]


def drawn(seed: int, trials: int = 20) -> Drawn:
    """Draw a search; no two values are equal."""
    chance = random.Random(seed)
    epochs = EPOCHS[seed % len(EPOCHS)]
    maximize = seed % 2 == 1
    curves = []
    for _ in range(trials):
        final, drop, rate = chance.random(), chance.random() * 2, chance.uniform(0.3, 3)
        noise = chance.choice((0.0, 0.02, 0.3))
        values = (final + drop / (1 + rate * epoch) + noise * chance.random() for epoch in range(epochs))
        curves.append(tuple(round(-v if maximize else v, 6) + chance.random() * 1e-8 for v in values))
    return Drawn(f"model{seed}", maximize, 1 + seed % 3, tuple(curves))


class Judged(Protocol):
    """What is told of each trial, and decides."""

    def begin(self, number: int) -> None: ...

    def stops(self, number: int, epoch: int) -> bool: ...

    def end(self, number: int, *, stopped: bool) -> None: ...


def stops(search: Drawn, judge: Judged) -> dict[str, int]:
    """Return the epoch, from 0, at which each trial is stopped; workers take turns, the first trial runs alone."""
    found: dict[str, int] = {}
    waiting, running = list(range(len(search.curves))), dict[int, int]()
    while waiting or running:
        alone = len(waiting) == len(search.curves) or 0 in running
        while waiting and len(running) < (1 if alone else search.workers):
            running[waiting[0]] = 0
            judge.begin(waiting.pop(0))
        for number, epoch in list(running.items()):
            if judge.stops(number, epoch):
                found[str(number)] = epoch
            running[number] += 1
            if str(number) in found or running[number] == len(search.curves[number]):
                judge.end(number, stopped=str(number) in found)
                del running[number]
    return found
