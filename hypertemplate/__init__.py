"""Mark values in Keras code that you already have, and find the best ones."""

from hypertemplate.distributions import (
    choice as choice,
    conditional as conditional,
    loguniform as loguniform,
    lognormal as lognormal,
    normal as normal,
    pchoice as pchoice,
    qlognormal as qlognormal,
    qloguniform as qloguniform,
    qnormal as qnormal,
    quniform as quniform,
    randint as randint,
    uniform as uniform,
    uniformint as uniformint,
)

__version__ = "0.1.0"
