"""The running IPython: the only file that imports it, and only where it is loaded already.

It works on IPython 7.34, which Colab has, and on 9.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell as InteractiveShell


def shell() -> InteractiveShell | None:
    """The running IPython, or None where this is no IPython."""
    package = sys.modules.get("IPython")
    running: InteractiveShell | None = None if package is None else package.get_ipython()
    return running


def shows_html() -> bool:
    """Whether what runs is a kernel, whose front end shows HTML; IPython in a terminal does not."""
    return hasattr(shell(), "kernel")


def cell_name(running: InteractiveShell) -> str:
    """How people know the running cell: ``In [7]``. IPython 9 counts on before a cell runs, 7 after it."""
    return f"In [{running.displayhook.prompt_count}]"


def user_values(running: InteractiveShell) -> dict[str, object]:
    """The user's variables by name, less what IPython itself put there: ``In``, ``exit``, ``get_ipython``."""
    own: dict[str, object] = running.user_ns_hidden
    nothing = object()
    return {name: value for name, value in running.user_ns.items() if own.get(name, nothing) is not value}


class Shown:
    """An output of a cell that can be changed in place.

    Args:
        html: what it shows at first.
        text: the same for a front end that shows no HTML.
    """

    def __init__(self, html: str, text: str = "") -> None:
        from IPython.display import display

        untyped: Any = display
        # With True it makes a handle, and only then.
        self._handle = untyped(_bundle(html, text), raw=True, display_id=True)

    def update(self, html: str, text: str = "") -> None:
        """Show this instead."""
        self._handle.update(_bundle(html, text), raw=True)


def show_html(html: str, text: str = "") -> Shown:
    """Show HTML below the running cell.

    Args:
        html: for notebooks.
        text: for a front end that shows no HTML.
    """
    return Shown(html, text)


def usage_error(text: str) -> Exception:
    """An exception that IPython shows as one line."""
    from IPython.core.error import UsageError

    return UsageError(text)


def _bundle(html: str, text: str) -> dict[str, str]:
    return {"text/html": html, "text/plain": text}
