"""Search for a kernel's notebook in the places where it may be, in order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from hypertemplate.frontend.hosts.colab import Colab
from hypertemplate.frontend.hosts.document import Document, Place, Unanswered
from hypertemplate.frontend.hosts.jupyter import SessionName, Sessions, VSCode
from hypertemplate.frontend.hosts.kaggle import Kaggle


def find_document(places: Iterable[Place]) -> tuple[Document | None, tuple[str, ...]]:
    """Return the notebook of the first place that has it, and the failures of the places before it."""
    failures: list[str] = []
    for place in places:
        try:
            found = place.find()
        except Unanswered as failure:
            failures.append(str(failure))
            continue
        if found is not None:
            return found, tuple(failures)
    return None, tuple(failures)


def places(variables: Mapping[str, object]) -> tuple[Place, ...]:
    """List the places to search, in order; those that show unsaved edits come first.

    Args:
        variables: the user's variables in the kernel.
    """
    return (Colab(), Kaggle(os.environ), SessionName(os.environ), VSCode(variables), Sessions(os.environ))
