"""Google Colab's live document; the only file that imports `google.colab`."""

from __future__ import annotations

import sys
import threading

from hypertemplate.frontend.hosts.document import Document, Unanswered, document_of

NAME = "Colab's live document"

TIMEOUT_S = 5
"""Seconds that Colab's page may take to answer; a closed page never does."""


class Colab:
    """The page in the browser, which can send its notebook to Colab's kernel."""

    def find(self) -> Document | None:
        """Return the notebook as the page shows it; None outside Colab, and outside the main thread.

        Raises:
            Unanswered: the page did not answer with a notebook.
        """
        # Two threads that request at the same time would read each other's replies.
        main = threading.current_thread() is threading.main_thread()
        if "google.colab" not in sys.modules or not main:
            return None
        from google.colab import _message

        try:
            reply = _message.blocking_request("get_ipynb", request="", timeout_sec=TIMEOUT_S)
        except _message.MessageError as error:
            raise Unanswered(f"{NAME}: {error}") from error
        if not isinstance(reply, dict) or not isinstance(reply.get("ipynb"), dict):
            raise Unanswered(f"{NAME}: no answer within {TIMEOUT_S} s")
        notebook = reply["ipynb"]
        colab = notebook.get("metadata", {}).get("colab", {})
        return document_of(notebook, str(colab.get("name", "notebook")), NAME)
