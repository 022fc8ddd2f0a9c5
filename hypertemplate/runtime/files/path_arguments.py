"""Functions and methods of libraries, wrapped so that a path among their arguments is redirected."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, NamedTuple

from hypertemplate.runtime.files.trial_files import to_change, to_open, to_read, to_write
from hypertemplate.runtime.hooks.patch import Undo, replace, replace_everywhere

Redirect = Callable[[Any], Any]
"""Function from path to path, such as `to_write`."""

_MINE = "_hypertemplate_redirects"
"""Attribute that marks a wrapper."""


_CHANGES = 1 << 9
"""Flag of a class that is not written in C, or lets its attributes be replaced all the same."""

FILES: Mapping[str, Redirect] = {
    "r": to_read,
    "r+": to_change,
    "a": to_change,
    "w": to_write,
    "w-": to_write,
    "x": to_write,
}
"""Modes of `h5py` and the like."""

DATABASES: Mapping[str, Redirect] = {"r": to_read, "w": to_open, "c": to_open, "n": to_write}
"""Flags of `dbm`."""


class Takes(NamedTuple):
    """Function that takes a path.

    Attributes:
        where: its name in the module, such as ``save`` or ``File.__init__``.
        position: place of the path among the arguments, `self` included.
        parameter: name of the parameter.
        redirect: function from path to path; or one for each mode.
        mode: place of the mode among the arguments.
        mode_parameter: name of its parameter.
    """

    where: str
    position: int
    parameter: str
    redirect: Redirect | Mapping[str, Redirect]
    mode: int = 0
    mode_parameter: str = "mode"

    def wrapped(self, function: Any) -> Any:
        """Wrap the function."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            redirect = self._redirect(args, kwargs)
            if len(args) > self.position:
                before, after = args[: self.position], args[self.position + 1 :]
                args = (*before, redirected(args[self.position], redirect), *after)
            elif self.parameter in kwargs:
                kwargs[self.parameter] = redirected(kwargs[self.parameter], redirect)
            return function(*args, **kwargs)

        setattr(call, _MINE, True)
        return call

    def _redirect(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Redirect:
        if callable(self.redirect):
            return self.redirect
        mode = args[self.mode] if len(args) > self.mode else kwargs.get(self.mode_parameter)
        return self.redirect.get(os.fsdecode(mode or "r"), to_read)


def redirected(given: Any, redirect: Redirect) -> Any:
    """Redirect a path, a list of paths, or a tensor of them that has a value."""
    if type(given) in (list, tuple):
        return type(given)([redirected(one, redirect) for one in given])
    if isinstance(given, (str, bytes, os.PathLike)):
        return redirect(given)
    # TensorFlow's functions take tensors. One that belongs to a graph has no value yet.
    dtype = getattr(getattr(given, "dtype", None), "name", "")
    if dtype != "string" or not hasattr(given, "numpy"):
        return given
    value = given.numpy()
    paths = value.tolist() if hasattr(value, "tolist") else value
    found = redirected(paths, redirect)
    return given if found == paths else found


def hook(module: ModuleType, functions: tuple[Takes, ...]) -> Iterator[Undo]:
    """Wrap functions of a loaded module, in every module of its package that holds them.

    What is not there, is wrapped already, or cannot be replaced, as methods of classes in C, is passed over.

    Yields:
        Functions that each restore one attribute, unless something else has replaced it since.
    """
    for one in functions:
        *holders, name = one.where.split(".")
        holder: Any = module
        for part in holders:
            holder = getattr(holder, part, None)
        function = getattr(holder, name, None)
        if not callable(function) or hasattr(function, _MINE):
            continue
        mine = one.wrapped(function)
        if not isinstance(holder, type):
            yield from replace_everywhere(module.__name__.partition(".")[0], name, function, mine)
        elif holder.__flags__ & _CHANGES:
            static = isinstance(vars(holder).get(name), staticmethod)
            yield replace(holder, name, staticmethod(mine) if static else mine)
