"""Replacement of attributes in loaded modules and classes, and their restoration."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

Undo = Callable[[], None]


def replace(holder: Any, name: str, mine: Any) -> Undo:
    """Replace an attribute of a class or module.

    Args:
        holder: the class or module.
        name: name of the attribute, which it has or inherits.
        mine: the new value.

    Returns:
        A function that restores the attribute, unless something else has replaced it since.
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
    """Replace `function` in each loaded module of a package that holds it: Keras has every name in several.

    Returns:
        Functions that each restore one module, as in `replace`.
    """
    holders = (
        module
        for path, module in [*sys.modules.items()]
        if path.startswith(package) and path[len(package) :][:1] in ("", ".")
    )
    return [
        replace(module, name, mine)
        for module in holders
        if getattr(module, "__dict__", {}).get(name) is function
    ]
