"""Access to the running IPython; the only file that imports it, and only if it is already loaded.

It supports IPython 7.34, which Colab has, and IPython 9.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell as InteractiveShell


def shell() -> InteractiveShell | None:
    """Return the running IPython, or None outside IPython."""
    package = sys.modules.get("IPython")
    running: InteractiveShell | None = None if package is None else package.get_ipython()
    return running


def shows_html() -> bool:
    """Return True in a kernel, whose front end shows HTML; IPython in a terminal does not."""
    return hasattr(shell(), "kernel")


def cell_name(running: InteractiveShell) -> str:
    """Return the running cell's name: ``In [7]``. IPython 9 counts it before it runs, IPython 7 after it."""
    return f"In [{running.displayhook.prompt_count}]"


def running_cell() -> str:
    """Return the name of the cell that runs in this process; empty where none does."""
    running = shell()
    return "" if running is None else cell_name(running)


def user_values(running: InteractiveShell) -> dict[str, object]:
    """Return the user's variables, without IPython's own: ``In``, ``exit``, ``get_ipython``."""
    own: dict[str, object] = running.user_ns_hidden
    nothing = object()
    return {name: value for name, value in running.user_ns.items() if own.get(name, nothing) is not value}


class Shown:
    """An output of a cell that can be updated in place.

    Args:
        html: initial content.
        text: the same content for a front end that shows no HTML.
    """

    def __init__(self, html: str, text: str = "") -> None:
        from IPython.display import display

        untyped: Any = display
        # With display_id=True it returns a handle, and only then.
        self._handle = untyped(_bundle(html, text), raw=True, display_id=True)

    def update(self, html: str, text: str = "") -> None:
        """Replace the content."""
        self._handle.update(_bundle(html, text), raw=True)


def show_html(html: str, text: str = "") -> Shown:
    """Show HTML below the running cell.

    Args:
        html: content for notebooks.
        text: the same content for a front end that shows no HTML.
    """
    return Shown(html, text)


def completions(texts: Iterable[str]) -> list[Any]:
    """Return texts as completions of the Tab key; IPython 7 has no such objects, and asks for none."""
    from IPython.core.completer import SimpleCompletion

    return [SimpleCompletion(text, type="param") for text in texts]


def usage_error(text: str) -> Exception:
    """Create an exception that IPython shows as one line."""
    from IPython.core.error import UsageError

    return UsageError(text)


def _bundle(html: str, text: str) -> dict[str, str]:
    return {"text/html": html, "text/plain": text}
