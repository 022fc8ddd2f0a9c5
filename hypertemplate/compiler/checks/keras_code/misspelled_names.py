"""Misspelled names of Keras: of layers, optimizers and callbacks, of activations and losses in strings."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.checks.keras_code.known_names_table import (
    ACTIVATIONS,
    CALLBACKS,
    LAYERS,
    LOSSES,
    OPTIMIZERS,
)
from hypertemplate.compiler.checks.keras_code.old_keras_table import COMPILED
from hypertemplate.compiler.checks.moved_names.moved_imports import is_tried, today
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.markers.grammar import did_you_mean
from hypertemplate.compiler.syntax.nodes import is_marker_shaped
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree

_CLASSES = {"callbacks": CALLBACKS, "layers": LAYERS, "optimizers": OPTIMIZERS}
_STRINGS = {
    "activation": ACTIVATIONS,
    "loss": LOSSES | COMPILED.keys(),
    "optimizer": frozenset(map(str.lower, OPTIMIZERS)),
    "recurrent_activation": ACTIVATIONS,
}
_OF_COMPILE = frozenset({"loss", "optimizer"})
_ALIKE, _ALIKE_IN_STRINGS = 0.8, 0.7
"""Least similarities of a misspelled name."""

_ROOTS = ("keras", "tensorflow.keras")


def misspelled_names(module: Module) -> Iterator[Diagnostic]:
    """Warn about ``keras.layers.Dens`` and ``activation='rellu'``: names that are like one that Keras has.

    A template that registers objects of its own is left alone.
    """
    packages = {path.split(".")[0] for path in [*module.aliases.values(), *module.stars]}
    own = ("custom_object", "register_keras_serializable")
    if not packages & {"keras", "tensorflow"} or any(word in t.text for t in module.trees for word in own):
        return
    for tree in module.trees:
        for node in tree.parents:
            match node:
                case ast.ImportFrom(module=str(path), level=0) if not is_tried(tree, node):
                    for alias in node.names:
                        start = tree.span(alias).start
                        place = Span(tree.part, start, start + len(alias.name))
                        yield from _of_class(f"{path}.{alias.name}", place)
                case ast.Attribute(attr=name):
                    end = tree.span(node).end
                    yield from _of_class(module.dotted(node) or "", Span(tree.part, end - len(name), end))
                case ast.Call():
                    yield from _of_call(module, tree, node)


def _of_class(path: str, place: Span) -> Iterator[Diagnostic]:
    """Warn about the path of a class; one that Keras had once is another matter."""
    head, _, name = path.rpartition(".")
    root, _, inner = head.rpartition(".")
    known = _CLASSES.get(inner, frozenset[str]())
    if root not in _ROOTS or not name[:1].isupper() or name in known or today(path) is not None:
        return
    if meant := did_you_mean(name, known, cutoff=_ALIKE):
        text = f"{head} has no {name}"
        yield warning(Code.MOVED_IMPORT, text, place, f"did you mean {meant}?", (Edit(place, meant),))


def _of_call(module: Module, tree: Tree, call: ast.Call) -> Iterator[Diagnostic]:
    path = module.dotted(call.func) or ""
    root, _, layer = path.rpartition(".")
    is_layer = root in ("keras.layers", "tensorflow.keras.layers")
    is_compile = isinstance(call.func, ast.Attribute) and call.func.attr == "compile"
    given = [(keyword.arg or "", keyword.value) for keyword in call.keywords]
    if is_layer and layer == "Activation":
        given += [("activation", value) for value in call.args[:1]]
    for name, value in given:
        if name in _STRINGS and (is_compile if name in _OF_COMPILE else is_layer):
            for text in _texts(value):
                yield from _of_string(tree, text, name)


def _texts(value: ast.expr) -> Iterator[ast.Constant]:
    """Yield the strings that an argument is, or that a marker there chooses from."""
    nodes = ast.walk(value) if is_marker_shaped(value) else [value]
    return (n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))


def _of_string(tree: Tree, node: ast.Constant, argument: str) -> Iterator[Diagnostic]:
    known, written = _STRINGS[argument], str(node.value)
    plain = written.lower() if argument == "optimizer" else written
    meant = did_you_mean(plain, known, cutoff=_ALIKE_IN_STRINGS) if plain not in known else None
    if meant is not None and written.islower():
        place = tree.span(node)
        quote = tree.text[place.end - 1]
        edits = (Edit(place, f"{quote}{meant}{quote}"),)
        message = f"Keras has no {argument} {written!r}"
        yield warning(Code.MOVED_IMPORT, message, place, f"did you mean {meant!r}?", edits)
