"""Layers of Keras that another layer with weights follows, so that the number of their outputs is free.

The last layer of a network, and whatever is added to something else, has the number of outputs that the data
or its partner asks for. In doubt a layer is such a one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hypertemplate.compiler.callees import Callees
from hypertemplate.compiler.suggestions.origins import Origins, Unknown
from hypertemplate.compiler.syntax.name_scopes import scope_of, uses_of
from hypertemplate.compiler.syntax.nodes import FunctionNode, parameters
from hypertemplate.compiler.syntax.tree import Tree

_MIXING = frozenset(
    (
        "Bidirectional",
        "ConvLSTM1D",
        "ConvLSTM2D",
        "Dense",
        "EinsumDense",
        "GRU",
        "LSTM",
        "SimpleRNN",
        "TimeDistributed",
    )
) | {
    f"{kind}Conv{axes}D{more}"
    for kind in ("", "Separable")
    for axes in (1, 2, 3)
    for more in ("", "Transpose")
}
"""Layers that take inputs of any number of channels."""

_WRAPPING = frozenset({"Bidirectional", "SpectralNormalization", "TimeDistributed"})
"""Layers around another layer."""

_PASSING = frozenset(
    (
        *("Activation", "AlphaDropout", "BatchNormalization", "Concatenate", "Dropout", "ELU", "Flatten"),
        *(
            "GaussianDropout",
            "GaussianNoise",
            "GroupNormalization",
            "LayerNormalization",
            "LeakyReLU",
            "Masking",
        ),
        *("PReLU", "RMSNormalization", "ReLU", "RepeatVector", "Softmax", "UnitNormalization", "concatenate"),
        *(f"DepthwiseConv{axes}D" for axes in (1, 2)),
        *(
            f"{kind}{axes}D"
            for axes in (1, 2, 3)
            for kind in (
                "AveragePooling",
                "Cropping",
                "MaxPool",
                "MaxPooling",
                "SpatialDropout",
                "UpSampling",
            )
        ),
        *(
            f"Global{kind}Pool{more}{axes}D"
            for axes in (1, 2, 3)
            for kind in ("Average", "Max")
            for more in ("", "ing")
        ),
        *(f"ZeroPadding{axes}D" for axes in (1, 2, 3)),
    )
)
"""Layers that pass on as many channels as they get, or more."""

_DEEPEST = 40
"""Most steps from a layer to the one that follows it."""


@dataclass(eq=False)
class LayerFlow:
    """Knowledge of the layers that follow each other in a template.

    Args:
        origins: values that reach its expressions, with the calls of its functions.
        callees: paths of what its calls call.
    """

    origins: Origins
    callees: Callees
    _known: dict[ast.AST, bool] = field(default_factory=dict)

    def is_hidden(self, tree: Tree, layer: ast.Call) -> bool:
        """Tell whether a layer with weights surely follows wherever this layer is used."""
        if layer not in self._known:
            try:
                self._known[layer] = self._layer(tree, layer, _DEEPEST)
            except Unknown:
                self._known[layer] = False
        return self._known[layer]

    def _layer(self, tree: Tree, node: ast.expr, left: int) -> bool:
        """Tell whether something mixes the outputs of an expression that is a layer, in all of its uses."""
        if not left:
            raise Unknown
        match parent := tree.parents[node]:
            case ast.Call(func=func) if node is func:
                return self._output(tree, parent, left - 1)
            case ast.Call(func=ast.Attribute(value=ast.Name() as network, attr="add" | "append")):
                return self._followed(tree, _added(tree, network), node, left)
            case ast.Call(func=func) if self.callees.name(tree, func) in _WRAPPING:
                return self._layer(tree, parent, left - 1)
            case ast.List(elts=items):
                return self._in_list(tree, parent, items, node, left)
            case ast.Assign(targets=[ast.Name() as name]):
                uses = [use for use in uses_of(tree, name.id) if isinstance(use.ctx, ast.Load)]
                own = [use for use in uses if scope_of(tree, use) is scope_of(tree, name)]
                return bool(own) and all(self._layer(tree, use, left - 1) for use in own)
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)]):
                found = list(_of_self(tree, parent, name))
                return bool(found) and all(self._layer(tree, use, left - 1) for use in found)
        return False

    def _in_list(
        self, tree: Tree, whole: ast.List, items: Sequence[ast.expr], node: ast.expr, left: int
    ) -> bool:
        match outer := tree.parents[whole]:
            case ast.Call(func=func) if self.callees.name(tree, func) == "Sequential":
                added = _added(tree, _bound_to(tree, outer))
                return self._followed(tree, [*items, *added], node, left)
            case ast.keyword(arg="layers"):
                return self._followed(tree, items, node, left)
            case ast.Assign(targets=[ast.Name() as name]):
                return self._followed(tree, [*items, *_added(tree, name)], node, left)
        return False

    def _followed(self, tree: Tree, layers: Sequence[ast.expr], node: ast.expr, left: int) -> bool:
        """Tell whether a layer that mixes follows one in a list, behind nothing but layers that pass on."""
        for after in layers[layers.index(node) + 1 :]:
            if _excludes(tree, node, after):
                continue
            kind = self._kind(tree, after)
            if kind != "passing":
                return kind == "mixing"
        return False

    def _kind(self, tree: Tree, node: ast.expr) -> str:
        """Return ``mixing`` or ``passing`` for a layer; an empty text for any other expression."""
        for place in self.origins.places(tree, node):
            name = self.callees.name(place.tree, place.node.func) if isinstance(place.node, ast.Call) else ""
            if name == "Bidirectional" or name in _MIXING:
                return "mixing"
            return "passing" if name in _PASSING else ""
        return ""

    def _output(self, tree: Tree, node: ast.expr, left: int) -> bool:
        """Tell whether all that uses an output mixes it, or passes it on to what does."""
        if not left:
            raise Unknown
        match parent := tree.parents[node]:
            case ast.Call(func=func) if node in parent.args:
                return self._given(tree, parent, func, node, left - 1)
            case ast.keyword(arg="inputs" | "x"):
                call = tree.parents[parent]
                return isinstance(call, ast.Call) and self._given(tree, call, call.func, node, left - 1)
            case ast.List() | ast.Tuple():
                outer = tree.parents[parent]
                joined = isinstance(outer, ast.Call) and self._joins(tree, outer)
                return joined and isinstance(outer, ast.Call) and self._output(tree, outer, left - 1)
            case ast.Assign(targets=[ast.Name() as name]):
                uses = list(_until_bound_again(tree, name.id, scope_of(tree, name), parent))
                return bool(uses) and all(self._output(tree, use, left - 1) for use in uses)
            case ast.Return():
                return self._returned(tree, parent, left - 1)
        return False

    def _given(self, tree: Tree, call: ast.Call, func: ast.expr, node: ast.expr, left: int) -> bool:
        """Tell whether what is called with an output mixes it, or passes it on to what does."""
        own = self._own_function(func)
        if own is not None:
            return self._parameter(*own, call, node, left)
        kind = self._kind(tree, func)
        return kind == "mixing" or (kind == "passing" and self._output(tree, call, left))

    def _joins(self, tree: Tree, call: ast.Call) -> bool:
        """Tell whether a call puts its inputs side by side."""
        layer = call.func.func if isinstance(call.func, ast.Call) else call.func
        return self.callees.name(tree, layer) in ("Concatenate", "concatenate")

    def _own_function(self, func: ast.expr) -> tuple[Tree, FunctionNode] | None:
        if not isinstance(func, ast.Name):
            return None
        found = self.origins.module.function(func.id)
        return None if found is None else (found.statement.tree, found.node)

    def _parameter(
        self, tree: Tree, function: FunctionNode, call: ast.Call, node: ast.expr, left: int
    ) -> bool:
        """Tell whether a function of the template mixes what it gets."""
        place = next((n for n, one in enumerate(call.args) if one is node), None)
        names = parameters(function)
        if place is None or place >= len(names):
            return False
        uses = list(_until_bound_again(tree, names[place], function, None))
        return bool(uses) and all(self._output(tree, use, left) for use in uses)

    def _returned(self, tree: Tree, statement: ast.Return, left: int) -> bool:
        """Tell whether whatever calls a function mixes what it returns."""
        function = next((one for _, one in tree.ancestors(statement) if isinstance(one, FunctionNode)), None)
        if function is None or isinstance(tree.parents.get(function), ast.ClassDef):
            return False
        callers = self.origins.callers(tree, function)
        return bool(callers) and all(self._output(home, call, left) for home, call in callers)


def _added(tree: Tree, network: ast.Name | None) -> list[ast.expr]:
    """Return what is added to a network or list under a name, in the order of the text."""
    if network is None:
        return []
    scope, found = scope_of(tree, network), []
    for use in uses_of(tree, network.id):
        attribute = tree.parents[use]
        call = tree.parents.get(attribute)
        if (
            isinstance(attribute, ast.Attribute)
            and attribute.attr in ("add", "append")
            and isinstance(call, ast.Call)
            and len(call.args) == 1
            and scope_of(tree, use) is scope
        ):
            found.append(call.args[0])
    return sorted(found, key=lambda one: (one.lineno, one.col_offset))


def _bound_to(tree: Tree, node: ast.expr) -> ast.Name | None:
    match tree.parents[node]:
        case ast.Assign(targets=[ast.Name() as name]):
            return name
    return None


def _of_self(tree: Tree, statement: ast.AST, name: str) -> Iterator[ast.expr]:
    """Yield the uses of an attribute of ``self`` in its class."""
    owner = next((one for _, one in tree.ancestors(statement) if isinstance(one, ast.ClassDef)), None)
    for node in ast.walk(owner) if owner is not None else ():
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=found, ctx=ast.Load()) if found == name:
                yield node


def _until_bound_again(
    tree: Tree, name: str, scope: ast.AST | None, binder: ast.Assign | None
) -> Iterator[ast.expr]:
    """Yield the uses of a name that may have the value of one of its bindings; attributes are none.

    Those are the uses behind it, up to the next binding that surely runs, and all in a loop around it.

    Args:
        tree: part of the code.
        name: the name.
        scope: scope that it belongs to; None for the module.
        binder: statement that binds it; None for a parameter.
    """
    own = [use for use in uses_of(tree, name) if scope_of(tree, use) is scope]
    around = [parent for _, parent in tree.ancestors(binder)] if binder is not None else [scope]
    loops = [one for one in around if isinstance(one, (ast.For, ast.While))]
    start = (binder.end_lineno or 0, binder.end_col_offset or 0) if binder is not None else (0, 0)
    first, last = (loops[-1].lineno, 0) if loops else start, 1 << 30
    for use in own:
        statement = tree.parents[use]
        if isinstance(use.ctx, ast.Store) and (use.lineno, use.col_offset) > start:
            surely = isinstance(statement, ast.Assign) and tree.parents[statement] in around
            # A statement that binds the name again reads it first.
            last = (
                min(last, statement.end_lineno or last)
                if surely and isinstance(statement, ast.Assign)
                else last
            )
    for use in own:
        is_read = isinstance(use.ctx, ast.Load) and not isinstance(tree.parents[use], ast.Attribute)
        behind = start < (use.lineno, use.col_offset) and use.lineno <= last
        again = (
            bool(loops)
            and first <= (use.lineno, use.col_offset) <= start
            and not _is_within(tree, use, binder)
        )
        if is_read and (behind or again):
            yield use


def _is_within(tree: Tree, node: ast.AST, statement: ast.AST | None) -> bool:
    return any(parent is statement for _, parent in tree.ancestors(node))


def _excludes(tree: Tree, one: ast.expr, other: ast.expr) -> bool:
    """Tell whether two expressions stand in different branches of the same ``if``."""
    around = {parent: child for child, parent in tree.ancestors(one) if isinstance(parent, ast.If)}
    for child, parent in tree.ancestors(other):
        if parent in around and isinstance(parent, ast.If):
            first, second = around[parent], child
            return (first in parent.body) != (second in parent.body)
    return False
