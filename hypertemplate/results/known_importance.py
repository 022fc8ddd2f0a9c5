"""Importance of parameters as far as this machine can tell it."""

from __future__ import annotations

from hypertemplate.errors import UsageError
from hypertemplate.results.importance import Importance, importance_of
from hypertemplate.search.study import Study


def known_importance(study: Study) -> Importance:
    """Return the importance of the parameters; where the library for it is missing, the reason says so."""
    try:
        return importance_of(study)
    except UsageError as error:
        return Importance(reason=str(error))
