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
    """What takes long to import is imported when it is first asked for."""
    if name in ("tune", "load_study", "Study"):
        from hypertemplate.api import tune

        return getattr(tune, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: InteractiveShell) -> None:
    """IPython calls this for ``%load_ext hypertemplate``."""
    from hypertemplate import extension

    extension.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """IPython calls this for ``%unload_ext hypertemplate``, and before ``%reload_ext`` loads it again."""
    from hypertemplate import extension

    extension.unload(shell)
