"""A space that has every distribution, as hypertemplate and as hyperopt know it."""

from __future__ import annotations

from typing import Any

from hypertemplate.compiler.markers.search_space import Dimension, Option


def numeric(label: str, distribution: str, *, integral: bool = False, **numbers: float) -> Dimension:
    return Dimension(label, distribution, numbers, integral=integral)


def chosen(
    label: str,
    *texts: str,
    literal: bool = True,
    probabilities: tuple[float, ...] = (),
    parent: tuple[str, int] | None = None,
    inner: dict[int, str] | None = None,
) -> Dimension:
    inner = inner or {}
    options = tuple(
        Option(text, literal and i not in inner, inner.get(i, "")) for i, text in enumerate(texts)
    )
    return Dimension(
        label,
        "pchoice" if probabilities else "choice",
        {},
        options=options,
        probabilities=probabilities,
        integral=True,
        parent=parent,
    )


EVERY_DISTRIBUTION = (
    numeric("uniform", "uniform", low=-1, high=1.5),
    numeric("quniform", "quniform", low=0, high=10, q=0.5),
    numeric("units", "quniform", integral=True, low=32, high=256, q=32),
    numeric("uniformint", "uniformint", integral=True, low=1, high=9),
    numeric("loguniform", "loguniform", low=-8, high=-1),
    numeric("qloguniform", "qloguniform", low=0, high=6, q=2.5),
    numeric("normal", "normal", mu=1, sigma=2),
    numeric("qnormal", "qnormal", mu=10, sigma=4, q=0.25),
    numeric("lognormal", "lognormal", mu=0, sigma=0.5),
    numeric("qlognormal", "qlognormal", mu=2, sigma=0.5, q=1.5),
    numeric("randint", "randint", integral=True, low=7),
    numeric("randint_from", "randint", integral=True, low=5, high=12),
    chosen("activation", "'relu'", "'elu'", "'tanh'"),
    chosen("weighted", "1", "2", "3", probabilities=(0.5, 0.3, 0.2)),
    chosen("block", "'none'", "dropout(uniform(0, 0.5))", "conv(choice([3, normal(5, 1)]))", literal=False),
    Dimension("block.1", "uniform", {"low": 0, "high": 0.5}, parent=("block", 1)),
    chosen("block.2", "3", "normal(5, 1)", parent=("block", 2), inner={1: "block.2.1"}),
    Dimension("block.2.1", "normal", {"mu": 5, "sigma": 1}, parent=("block.2", 1)),
    Dimension("block.2_1", "uniform", {"low": 0, "high": 1}, parent=("block", 2)),
)

LABELS = [dimension.label for dimension in EVERY_DISTRIBUTION]


def as_hyperopt() -> dict[str, Any]:
    """`EVERY_DISTRIBUTION`, written by hand with hyperopt's own names."""
    from hyperopt import hp

    return {
        "uniform": hp.uniform("uniform", -1, 1.5),
        "quniform": hp.quniform("quniform", 0, 10, 0.5),
        "units": hp.quniform("units", 32, 256, 32),
        "uniformint": hp.uniformint("uniformint", 1, 9),
        "loguniform": hp.loguniform("loguniform", -8, -1),
        "qloguniform": hp.qloguniform("qloguniform", 0, 6, 2.5),
        "normal": hp.normal("normal", 1, 2),
        "qnormal": hp.qnormal("qnormal", 10, 4, 0.25),
        "lognormal": hp.lognormal("lognormal", 0, 0.5),
        "qlognormal": hp.qlognormal("qlognormal", 2, 0.5, 1.5),
        "randint": hp.randint("randint", 7),
        "randint_from": hp.randint("randint_from", 5, 12),
        "activation": hp.choice("activation", [0, 1, 2]),
        "weighted": hp.pchoice("weighted", [(0.5, 0), (0.3, 1), (0.2, 2)]),
        "block": hp.choice(
            "block",
            [
                0,
                {"block.1": hp.uniform("block.1", 0, 0.5)},
                {
                    "block.2": hp.choice("block.2", [0, {"block.2.1": hp.normal("block.2.1", 5, 1)}]),
                    "block.2_1": hp.uniform("block.2_1", 0, 1),
                },
            ],
        ),
    }
