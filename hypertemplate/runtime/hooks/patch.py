"""Putting something of ours in the place of what a loaded module has, and giving it back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

Undo = Callable[[], None]


def replace(holder: Any, name: str, mine: Any) -> Undo:
    """Put ours in a class or module.

    Args:
        holder: the class or module.
        name: the attribute, which it has or inherits.
        mine: what stands there from now on.

    Returns:
        What gives it its own back, unless something else has been put in its place since.
    """
    own = vars(holder).get(name)
    setattr(holder, name, mine)

    def give_back() -> None:
        if vars(holder).get(name) is not mine:
            return
        if own is None:
            delattr(holder, name)  # it was inherited
        else:
            setattr(holder, name, own)

    return give_back


def replace_everywhere(package: str, name: str, function: Any, mine: Any) -> list[Undo]:
    """Put ours in each loaded module of a package that holds `function`: Keras has every name in several.

    Returns:
        What gives each its own back, as in `replace`.
    """
    return [
        replace(module, name, mine)
        for path, module in [*sys.modules.items()]
        if f"{path}.".startswith(f"{package}.") and getattr(module, "__dict__", {}).get(name) is function
    ]
