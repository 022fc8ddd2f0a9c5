"""Graphs that TensorFlow keeps of a ``tf.function``, with what it read when they were traced."""

from __future__ import annotations

from typing import Any

MODULE = "tensorflow.python.eager.polymorphic_function.polymorphic_function"
"""Module of the class, which TensorFlow has no public name for."""

_KEPT = ("_function_cache", "_variable_creation_config", "_no_variable_creation_config", "_created_variables")


class Traces:
    """The graphs of a function; those that a trial has traced are forgotten.

    There is no public function for that. What setup has traced stays, as in a fresh run.

    Args:
        function: what `tf.function` made.
    """

    def __init__(self, function: Any) -> None:
        self._function = function
        self._graphs = self._kept()
        self._bound = set(map(id, _bound(function)))

    def changed(self) -> bool:
        """Return True if a graph was traced, or the function was called as a method of another object."""
        return len(self._kept()) != len(self._graphs) or bool(self._new())

    def restorable(self) -> bool:
        """Return True: graphs can always be forgotten."""
        return True

    def put_back(self) -> None:
        """Forget the graphs that were added."""
        function, cache = self._function, self._function._function_cache
        if not self._graphs:
            cache.clear()
            for name in _KEPT[1:]:
                setattr(function, name, None)
        for (context, signature), graph in list(cache._primary.items()):
            if not any(graph is one for one in self._graphs):
                cache.delete(signature, context)
        for instance in self._new():
            del function._descriptor_cache[instance]

    def _kept(self) -> list[Any]:
        graphs: list[Any] = self._function._function_cache.values()
        return graphs

    def _new(self) -> list[Any]:
        """Return the objects whose method the function has become."""
        return [one for one, bound in _items(self._function) if id(bound) not in self._bound]


def is_traced(value: object) -> bool:
    """Tell whether a value is what `tf.function` makes, in a release whose attributes are known."""
    return type(value).__module__ == MODULE and all(hasattr(value, name) for name in _KEPT)


def traced_functions(function: Any) -> list[Any]:
    """Return the function that is traced, and those for the objects whose method it is."""
    return [function.python_function, *_bound(function)]


def _bound(function: Any) -> list[Any]:
    return [bound for _, bound in _items(function)]


def _items(function: Any) -> list[tuple[Any, Any]]:
    return list(function._descriptor_cache.items())
