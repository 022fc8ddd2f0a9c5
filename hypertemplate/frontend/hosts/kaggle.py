"""Kaggle's live document; the only file that imports `kaggle_session`."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hypertemplate.frontend.hosts.document import Document, Unanswered, document_of

NAME = "Kaggle's live document"


class Kaggle:
    """The draft of a notebook in Kaggle's editor.

    Args:
        environ: environment variables, which show if this is Kaggle.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def find(self) -> Document | None:
        """Return the notebook in Kaggle's editor; None outside Kaggle.

        Raises:
            Unanswered: Kaggle did not answer with a notebook.
        """
        if "KAGGLE_KERNEL_RUN_TYPE" not in self._environ:
            return None
        try:
            from kaggle_session import UserSessionClient

            reply = UserSessionClient().get_exportable_ipynb()
            notebook = json.loads(reply.get("source") or reply.get("sourceNullable") or "null")
        except Exception as error:  # Kaggle's own client has its own errors
            raise Unanswered(f"{NAME}: {error}") from error
        if not isinstance(notebook, dict):
            raise Unanswered(f"{NAME}: the answer holds no notebook")
        return document_of(notebook, "notebook", NAME)
