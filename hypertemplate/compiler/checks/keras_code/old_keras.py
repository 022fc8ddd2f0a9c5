"""Warnings for code of Keras 1 and 2 that Keras 3 refuses or ignores, with what to write today.

Imports are checked by `hypertemplate.compiler.checks.moved_names.moved_imports`; the tables are in
`hypertemplate.compiler.checks.keras_code.old_keras_table`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.checks.argument_edits import keyword_edit, removal, source_text
from hypertemplate.compiler.checks.import_edits import import_edit
from hypertemplate.compiler.checks.keras_code.checkpoint_paths import checkpoint_paths
from hypertemplate.compiler.checks.keras_code.old_keras_table import (
    ARGUMENTS,
    CLASSES,
    COMPILED,
    KERNEL_AXES,
    KEYS,
    METHOD_ARGUMENTS,
    METHODS,
    MONITORS,
    OPTIMIZERS,
    OWN_METHODS,
    POSITIONS,
    SIGN_CHANGED,
    Argument,
)
from hypertemplate.compiler.checks.moved_names.moved_imports import today
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.nodes import last_name
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree

SHOWN = 40
"""Longest value that a help repeats."""

_ROOTS = ("tensorflow.keras.", "keras.")
_MODELS = frozenset(["Model", "Sequential", "models.load_model"])
_UNMISTAKABLE = frozenset(["nb_epoch", "nb_val_samples", "samples_per_epoch", "show_accuracy", "val_samples"])
"""Arguments of ``fit`` and its like that no other library has."""


def old_keras(module: Module) -> Iterator[Diagnostic]:
    """Warn about arguments, methods, names and keys that Keras 3 no longer has or ignores.

    A template that does not import Keras, or imports ``tf_keras``, which is Keras 2, is left alone.
    """
    packages = {path.split(".")[0] for path in [*module.aliases.values(), *module.stars]}
    if "tf_keras" in packages or not packages & {"keras", "tensorflow"}:
        return
    for tree in module.trees:
        yield from _Check(module, tree).found()
    yield from checkpoint_paths(module)


class _Check:
    """Check of one part."""

    def __init__(self, module: Module, tree: Tree) -> None:
        self.module = module
        self.tree = tree
        self.models = {name for tree in module.trees for name in _assigned(tree, self.is_model)}
        self.histories = {name for tree in module.trees for name in _assigned(tree, _is_history)}
        metrics = {text for tree in module.trees for text in _compiled(tree)}
        self.renamed_keys = "accuracy" in metrics and "acc" not in metrics

    def found(self) -> Iterator[Diagnostic]:
        """Yield the warnings of the part."""
        for node in self.tree.parents:
            match node:
                case ast.Call(func=func):
                    yield from self.call(node, self.callee(func))
                case ast.Attribute(value=ast.Attribute(attr="optimizer"), attr="lr"):
                    end = self.tree.span(node).end
                    place = Span(self.tree.part, end - len("lr"), end)
                    yield _old(place, "optimizers have no lr", "write learning_rate", "learning_rate")
                case ast.Subscript(value=value, slice=ast.Constant() as key) if self.is_of_history(value):
                    yield from self.key(key)

    def callee(self, func: ast.expr) -> str:
        """Return today's path of a callable without its root; empty if it is not Keras's."""
        path = self.module.dotted(func)
        if path is None and isinstance(func, ast.Name):
            path = next((f"{star}.{func.id}" for star in self.module.stars if star.startswith(_ROOTS)), None)
        if path is None:
            return ""
        moved = today(path)
        path = moved.path if moved is not None and moved.path else path
        inner = next((path.removeprefix(root) for root in _ROOTS if path.startswith(root)), "")
        return CLASSES.get(inner, inner)

    def is_model(self, value: ast.expr) -> bool:
        """Tell whether an expression builds or loads a model."""
        return isinstance(value, ast.Call) and self.callee(value.func) in _MODELS

    def is_of_history(self, value: ast.expr) -> bool:
        """Tell whether an expression is the dictionary of a fit's metrics."""
        return _is_history(value) or (isinstance(value, ast.Name) and value.id in self.histories)

    def call(self, call: ast.Call, callee: str) -> Iterator[Diagnostic]:
        """Yield the warnings of one call."""
        if callee:
            yield from self.arguments(call, ARGUMENTS.get(callee, {}), callee.rpartition(".")[2])
            yield from self.sizes(call)
        if callee in OPTIMIZERS:
            yield from self.decay(call)
        if callee in MONITORS:
            yield from self.monitor(call)
        if isinstance(call.func, ast.Attribute) and not callee:
            yield from self.method(call, call.func)

    def arguments(self, call: ast.Call, old: dict[str, Argument], owner: str) -> Iterator[Diagnostic]:
        """Yield a warning for each old keyword of a call."""
        given = {keyword.arg for keyword in call.keywords}
        for keyword in call.keywords:
            argument = old.get(keyword.arg or "")
            if argument is None or argument.name in given:
                continue
            text = f"{owner}() has no argument {keyword.arg}"
            place = self.tree.span(keyword)
            if argument.advice:
                yield warning(Code.OLD_KERAS, text, place, argument.advice)
            elif argument.name:
                edits = self._renaming(keyword, argument)
                value = edits[1].text if len(edits) > 1 else self.tree.one_line(keyword.value)
                help = f"write {argument.name}={value if len(value) <= SHOWN else '...'}"
                yield warning(Code.OLD_KERAS, text, place, help, edits)
            else:
                yield warning(Code.OLD_KERAS, text, place, "drop it", (removal(self.tree, call, keyword),))

    def _renaming(self, keyword: ast.keyword, argument: Argument) -> tuple[Edit, ...]:
        """Return the edits of a keyword, and of its value where that changed; none where it is unknown."""
        renamed = keyword_edit(self.tree, keyword, argument.name)
        if not argument.values:
            return (renamed,)
        value = keyword.value
        new = argument.values.get(repr(value.value)) if isinstance(value, ast.Constant) else None
        return (renamed, Edit(self.tree.span(value), new)) if new is not None else ()

    def sizes(self, call: ast.Call) -> Iterator[Diagnostic]:
        """Warn about sizes of a kernel that each have an argument: the second would be the strides today."""
        axes = KERNEL_AXES.get(last_name(call.func) or "", 0)
        named = {k.arg: k for k in call.keywords if k.arg in ("nb_row", "nb_col")}
        if axes and len(call.args) == axes + 1:
            first, last = self.tree.span(call.args[1]), self.tree.span(call.args[-1])
            place = Span(first.part, first.start, last.end)
            sizes = ", ".join(source_text(self.tree, node) for node in call.args[1:])
            text = "the sizes of a kernel are one argument; a second number would be the strides"
            yield _old(place, text, f"write ({sizes})", f"({sizes})")
        elif len(named) == 2:
            row, column = (source_text(self.tree, named[name].value) for name in ("nb_row", "nb_col"))
            text = "the sizes of a kernel are one argument"
            new = f"kernel_size=({row}, {column})"
            place = self.tree.span(named["nb_row"])
            edits = (Edit(place, new), removal(self.tree, call, named["nb_col"]))
            yield warning(Code.OLD_KERAS, text, place, f"write {new}", edits)

    def decay(self, call: ast.Call) -> Iterator[Diagnostic]:
        """Warn about the decay of a learning rate, which Keras 3 ignores: the rate stays as it is."""
        given = {keyword.arg: keyword for keyword in call.keywords}
        if "decay" not in given:
            return
        decay = given["decay"]
        text = "Keras 3 ignores decay: the learning rate does not decay"
        place = self.tree.span(decay)
        gone = removal(self.tree, call, decay)
        if isinstance(decay.value, ast.Constant) and not decay.value.value:
            yield warning(Code.OLD_KERAS, text, place, "drop it", (gone,))
            return
        rate = given.get("learning_rate") or given.get("lr")
        value = rate.value if rate is not None else next(iter(call.args), None)
        if value is None:
            help = "give the optimizer a schedule, keras.optimizers.schedules.InverseTimeDecay"
            yield warning(Code.OLD_KERAS, text, place, help)
            return
        name, imported = self._schedule(call.func)
        old, new = (source_text(self.tree, node) for node in (value, decay.value))
        schedule = f"{name or 'InverseTimeDecay'}({old}, 1, {new})"
        edits = (*imported, Edit(self.tree.span(value), schedule), gone) if name else ()
        yield warning(Code.OLD_KERAS, text, place, f"write learning_rate={schedule}", edits)

    def _schedule(self, func: ast.expr) -> tuple[str, tuple[Edit, ...]]:
        """Return an expression for the schedule that decays as Keras 2 did, and the edit that imports it.

        The expression is empty where it cannot be imported beside the optimizer.
        """
        path = "optimizers.schedules.InverseTimeDecay"
        if isinstance(func, ast.Attribute) and (self.module.dotted(func.value) or "").endswith(".optimizers"):
            return f"{source_text(self.tree, func.value)}.schedules.InverseTimeDecay", ()
        bound = {path: name for name, path in self.module.aliases.items()}
        for root in ("keras", "tensorflow.keras"):
            if root in bound:
                return f"{bound[root]}.{path}", ()
        root = "tensorflow.keras" if (self.module.dotted(func) or "").startswith("tensorflow") else "keras"
        imported = import_edit(self.module, self.tree, func, f"{root}.{path}")
        return ("InverseTimeDecay", (imported,)) if imported is not None else ("", ())

    def monitor(self, call: ast.Call) -> Iterator[Diagnostic]:
        """Warn about the old name of a metric that a callback monitors."""
        for keyword in call.keywords:
            if keyword.arg == "monitor" and isinstance(keyword.value, ast.Constant):
                yield from self.key(keyword.value)

    def key(self, key: ast.Constant) -> Iterator[Diagnostic]:
        """Warn about a key that a history has no longer; one compiled with 'acc' still has it."""
        new = KEYS.get(str(key.value))
        if new is not None and self.renamed_keys:
            text = f"a model compiled with 'accuracy' reports {new!r}, not {key.value!r}"
            place = self.tree.span(key)
            quote = source_text(self.tree, key)[-1]
            yield _old(place, text, f"write {new!r}", f"{quote}{new}{quote}")

    def method(self, call: ast.Call, func: ast.Attribute) -> Iterator[Diagnostic]:
        """Yield the warnings of a method's call; names that others use too count on known models only."""
        name = func.attr
        known = isinstance(func.value, ast.Name) and func.value.id in self.models
        own = name in POSITIONS or known
        # A renamed method may have kept arguments of the old one.
        names = [name, *(former for former, new in METHODS.items() if new == name)]
        old = {key: value for one in names for key, value in METHOD_ARGUMENTS.get(one, {}).items()}
        if not own:
            old = {keyword: argument for keyword, argument in old.items() if keyword in _UNMISTAKABLE}
        yield from self.arguments(call, old, METHODS.get(name, name))
        if own and name in METHODS:
            yield self._renamed_method(call, func, METHODS[name])
        elif known and name in OWN_METHODS:
            text = f"models have no {name}()"
            yield warning(Code.OLD_KERAS, text, self._end(func), OWN_METHODS[name])
        if name == "compile":
            yield from self._strings(call)

    def _renamed_method(self, call: ast.Call, func: ast.Attribute, new: str) -> Diagnostic:
        edits = [Edit(self._end(func), new)]
        for keyword, argument in list(zip(POSITIONS.get(func.attr, ()), call.args, strict=False))[1:]:
            start = self.tree.span(argument).start
            edits.append(Edit(Span(self.tree.part, start, start), f"{keyword}="))
        text = f"models have no {func.attr}()"
        return warning(Code.OLD_KERAS, text, self._end(func), f"write {new}(...)", tuple(edits))

    def _end(self, func: ast.Attribute) -> Span:
        end = self.tree.span(func).end
        return Span(self.tree.part, end - len(func.attr), end)

    def _strings(self, call: ast.Call) -> Iterator[Diagnostic]:
        """Warn about old names of losses and metrics among the arguments of ``compile``."""
        for node, text in _texts(call):
            new = COMPILED.get(text)
            if text in SIGN_CHANGED and not self._is_loss(call, node):
                message = f"Keras 3 has no metric {text!r}"
                yield warning(Code.OLD_KERAS, message, self.tree.span(node), SIGN_CHANGED[text])
            elif new is not None:
                place = self.tree.span(node)
                quote = source_text(self.tree, node)[-1]
                yield _old(
                    place, f"Keras 3 has no loss or metric {text!r}", f"write {new!r}", f"{quote}{new}{quote}"
                )

    def _is_loss(self, call: ast.Call, node: ast.Constant) -> bool:
        """Tell whether a string is in the loss that is given to ``compile``, not in the metrics."""
        losses = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "loss")]
        return any(node in ast.walk(loss) for loss in losses)


def _old(place: Span, text: str, help: str, new: str) -> Diagnostic:
    """Return a warning whose place has a new text today."""
    return warning(Code.OLD_KERAS, text, place, help, (Edit(place, new),))


def _is_history(value: ast.expr) -> bool:
    return isinstance(value, ast.Attribute) and value.attr == "history"


def _assigned(tree: Tree, of_kind: object) -> Iterator[str]:
    """Yield the names that are assigned a value of a kind."""
    assert callable(of_kind)
    for node in tree.parents:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if of_kind(value):
                yield name


def _texts(call: ast.Call) -> Iterable[tuple[ast.Constant, str]]:
    """Return the strings among the arguments of a call, with their nodes."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    return [
        (node, node.value)
        for argument in arguments
        for node in ast.walk(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def _compiled(tree: Tree) -> Iterator[str]:
    """Yield the strings that are given to calls of ``compile``."""
    for node in tree.parents:
        match node:
            case ast.Call(func=ast.Attribute(attr="compile")):
                yield from (text for _, text in _texts(node))
