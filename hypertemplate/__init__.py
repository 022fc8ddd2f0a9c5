"""Mark values in Keras code that you already have, and find the best ones."""

from __future__ import annotations

import importlib
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
    from hypertemplate import bayes as bayes
    from hypertemplate import optim as optim
    from hypertemplate import trial as trial
    from hypertemplate.api.template_views import check as check
    from hypertemplate.api.template_views import space as space
    from hypertemplate.api.tune import Study, load_study, tune
    from hypertemplate.errors import CompileError as CompileError
    from hypertemplate.errors import HypertemplateError as HypertemplateError
    from hypertemplate.errors import LoadError as LoadError
    from hypertemplate.errors import NoModelError as NoModelError
    from hypertemplate.errors import NoTrialError as NoTrialError
    from hypertemplate.errors import ReadError as ReadError
    from hypertemplate.errors import SharedStateError as SharedStateError
    from hypertemplate.errors import UsageError as UsageError
    from hypertemplate.frontend.ipython import InteractiveShell
    from hypertemplate.runtime.kept_models.checkpoint import UntrustedError as UntrustedError
    from hypertemplate.trial import report as report

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

__version__ = "0.2.0"

_ERRORS = (
    "CompileError",
    "HypertemplateError",
    "LoadError",
    "NoModelError",
    "NoTrialError",
    "ReadError",
    "SharedStateError",
    "UsageError",
)
"""Exceptions that a search may raise."""

renamed_modules.install()


def __getattr__(name: str) -> object:
    """Import what takes long to import when it is first used."""
    from hypertemplate.runtime.process.interrupts import Interrupts

    with Interrupts():  # an interrupt waits until the import is over
        return _imported(name)


def _imported(name: str) -> object:
    if name in ("tune", "load_study", "Study"):
        from hypertemplate.api import tune

        return getattr(tune, name)
    if name in ("space", "check"):
        from hypertemplate.api import template_views

        return getattr(template_views, name)
    if name == "report":
        return importlib.import_module(f"{__name__}.trial").report
    if name == "UntrustedError":
        return importlib.import_module(f"{__name__}.runtime.kept_models.checkpoint").UntrustedError
    if name in _ERRORS:
        return getattr(importlib.import_module(f"{__name__}.errors"), name)
    if name in ("bayes", "optim", "trial"):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    # A star import does not bind these: a template may read Hyperas's `space`.
    return sorted(
        [*__all__, *_ERRORS, "UntrustedError", "bayes", "check", "optim", "report", "space", "trial"]
    )


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Load the extension; IPython calls this for ``%load_ext hypertemplate``."""
    from hypertemplate import ipython_extension

    ipython_extension.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Unload the extension; IPython calls this for ``%unload_ext``, and before ``%reload_ext``."""
    from hypertemplate import ipython_extension

    ipython_extension.unload(shell)
