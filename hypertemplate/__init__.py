"""Mark values in Keras code that you already have, and find the best ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypertemplate import renamed_modules
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

if TYPE_CHECKING:
    from hypertemplate.api.tune import Study, load_study, tune
    from hypertemplate.frontend.ipython import InteractiveShell

__all__ = [
    "Study",
    "__version__",
    "choice",
    "conditional",
    "load_study",
    "lognormal",
    "loguniform",
    "normal",
    "pchoice",
    "qlognormal",
    "qloguniform",
    "qnormal",
    "quniform",
    "randint",
    "tune",
    "uniform",
    "uniformint",
]

__version__ = "0.1.0"

renamed_modules.install()


def __getattr__(name: str) -> object:
    """Import the functions that take long to import when they are first used."""
    if name in ("tune", "load_study", "Study"):
        from hypertemplate.api import tune

        return getattr(tune, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Load the extension; IPython calls this for ``%load_ext hypertemplate``."""
    from hypertemplate import ipython_extension

    ipython_extension.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Unload the extension; IPython calls this for ``%unload_ext``, and before ``%reload_ext``."""
    from hypertemplate import ipython_extension

    ipython_extension.unload(shell)
