"""Calls with the place of a path that user code has given otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def at(place: Any, given: Any, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a function with a place; an error names the path as it was given.

    Args:
        place: where the file lies.
        given: path from user code.
        function: function that takes a path first.
        *args: its further arguments.
        **kwargs: its further arguments.
    """
    try:
        return function(place, *args, **kwargs)
    except OSError as error:
        if place is not given and error.filename == place:
            error.filename = given
        raise


def between(source: Any, target: Any, src: Any, dst: Any, function: Callable[..., Any], **kwargs: Any) -> Any:
    """Call a function with two places; an error names the paths as they were given."""
    try:
        return function(source, target, **kwargs)
    except OSError as error:
        error.filename, error.filename2 = src, dst
        raise
