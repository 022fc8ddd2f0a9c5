"""Checks that a search can fill a ``hyperopt.Trials``, and that the documents are of its space."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.errors import UsageError
from hypertemplate.search.samplers.hyperopt.trial_documents import Document, all_documents
from hypertemplate.units import counted, with_article

MOST_SHOWN = 60
"""Most characters of a wrong argument that are shown."""


def check_trials(trials: object) -> None:
    """Check that a search can fill `trials`.

    Raises:
        UsageError: it is not a ``hyperopt.Trials``, or does not work.
    """
    from hyperopt import Trials

    if isinstance(trials, type):
        raise UsageError(f"trials is the class {trials.__name__}: write trials={trials.__name__}()")
    if not isinstance(trials, Trials):
        raise UsageError(f"trials must be a hyperopt.Trials, {_meant(trials)}")
    if any(kind.__module__ == "hyperopt.mongoexp" for kind in type(trials).__mro__):
        raise UsageError(
            "MongoTrials cannot be used: hyperopt calls count, insert, update and remove of pymongo's "
            "collections, which pymongo 4 no longer has. Use Trials() with workers=N for several processes "
            "on this machine, or SparkTrials() for several machines"
        )


def check_empty(trials: Any) -> None:
    """Check that `trials` can be filled with the trials of a study in a folder.

    Raises:
        UsageError: it has documents, or runs trials elsewhere.
    """
    if trials.asynchronous:
        kind = type(trials).__name__
        raise UsageError(
            f"{kind} keeps its trials itself: leave {{folder}} out, or pass trials=Trials()", "folder"
        )
    if count := len(all_documents(trials)):
        raise UsageError(
            f"trials has {counted(count, 'trial')}, but those of a study come from its folder: pass "
            "trials=Trials() with {folder}",
            "folder",
        )


def _meant(trials: object) -> str:
    """Say what was passed as `trials`, and what to pass."""
    if isinstance(trials, int) and not isinstance(trials, bool):
        return f"got {trials}: the number of trials is max_evals={trials}"
    if isinstance(trials, list) and trials and all(isinstance(one, dict) and "tid" in one for one in trials):
        return "got a list of its documents: pass the Trials object itself, trials=trials"
    shown = repr(trials)
    got = shown if len(shown) <= MOST_SHOWN else with_article(type(trials).__name__)
    return f"got {got}: write trials=Trials()"


def fit_documents(trials: Any, space: tuple[Dimension, ...]) -> None:
    """Check that the documents are of this space; add the labels that a point written by hand left out.

    Raises:
        UsageError: a document has other labels, or no value for one, or not the number of an option.
    """
    for document in all_documents(trials):
        _fit(document, space)


def _fit(document: Document, space: tuple[Dimension, ...]) -> None:
    misc = document["misc"]
    of = f"trial {document['tid']} of trials"
    labels = [dimension.label for dimension in space]
    unknown = [label for label in misc["vals"] if label not in labels]
    if unknown:
        raise UsageError(
            f"{of} has a value for {', '.join(unknown)}, but the parameters are {', '.join(labels)}: "
            "trials of another search space cannot be continued; pass trials=Trials() to start again"
        )
    for dimension in space:
        drawn = misc["vals"].setdefault(dimension.label, [])
        misc["idxs"].setdefault(dimension.label, [])
        _check_reach(of, dimension, misc["vals"])
        if not drawn:
            continue
        if dimension.options and drawn[0] not in range(len(dimension.options)):
            wanted = f"the number of an option, 0 to {len(dimension.options) - 1}"
            raise UsageError(f"{of}: {dimension.label} is {wanted}, got {drawn[0]!r}")
        if not isinstance(drawn[0], Real):
            raise UsageError(f"{of}: {dimension.label} is a number, got {drawn[0]!r}")


def _check_reach(of: str, dimension: Dimension, drawn: Mapping[str, list[Any]]) -> None:
    outer, option = dimension.parent or ("", 0)
    if not drawn[dimension.label] and (not outer or drawn[outer] == [option]):
        raise UsageError(
            f"{of} has no value for {dimension.label}: trials of another search space cannot be continued; "
            "pass trials=Trials() to start again"
        )
