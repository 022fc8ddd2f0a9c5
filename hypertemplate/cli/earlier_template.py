"""Template of the study that a command resumes, as its last trials ran it."""

from __future__ import annotations

from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import UsageError
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.storage.sqlite.reader import holds_study, read_study


def earlier_template(request: SearchRequest) -> Source | None:
    """Return the source of the study whose trials a search begins with; None if there is none.

    Errors of a study that cannot be read are left to the search, which names them.
    """
    folder = None if request.fresh else request.folder
    if request.from_study is not None and not request.as_hints:
        folder = request.from_study
    if folder is None or not holds_study(folder):
        return None
    try:
        generations = read_study(folder).generations
    except UsageError:
        return None
    return generations[-1].source if generations else None
