"""Mark values in Keras code that you already have, and find the best ones."""

from hypertemplate.distributions import (
    choice,
    conditional,
    lognormal,
    loguniform,
    normal,
    pchoice,
    qlognormal,
    qloguniform,
    qnormal,
    quniform,
    randint,
    uniform,
    uniformint,
)

__all__ = [
    "__version__",
    "choice",
    "conditional",
    "lognormal",
    "loguniform",
    "normal",
    "pchoice",
    "qlognormal",
    "qloguniform",
    "qnormal",
    "quniform",
    "randint",
    "uniform",
    "uniformint",
]

__version__ = "0.1.0"
