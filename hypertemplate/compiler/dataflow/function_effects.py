"""Effects of calling the template's functions, methods and classes."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.aliases import MUTABLE, is_plain
from hypertemplate.compiler.dataflow.bindings import times_bound
from hypertemplate.compiler.dataflow.effects import Code
from hypertemplate.compiler.dataflow.evaluation.evaluator import begin
from hypertemplate.compiler.dataflow.evaluation.function_bodies import evaluate_function
from hypertemplate.compiler.dataflow.evaluation.knowledge import ClassCode, Knowledge
from hypertemplate.compiler.syntax.listed_classes import listings
from hypertemplate.compiler.syntax.nodes import Body, FunctionNode, defaults, literal_text, root

_PROPERTIES = frozenset({"property", "cached_property", "setter", "getter", "deleter"})
_CACHES = frozenset({"cache", "lru_cache"})
_CLASS_DECORATORS = frozenset({"dataclass", "final", "total_ordering"})
_HARMLESS = frozenset({"staticmethod", "classmethod", "property", "contextmanager", "wraps", "override"})


def knowledge(
    modules: Collection[ast.Module],
    aliases: Mapping[str, str],
    objects: Collection[str],
    *,
    lazy_annotations: bool = False,
    values: Mapping[str, Sequence[ast.expr]] = MappingProxyType({}),
) -> Knowledge:
    """Find the effects of calling each function of a template.

    Args:
        modules: parts of the template.
        aliases: dotted paths that imports bind, by name.
        objects: names of the module's objects.
        lazy_annotations: whether annotations are not evaluated.
        values: expressions that names of the module may be bound to, where all are known.
    """
    known = Knowledge(aliases, objects, values=values, lazy_annotations=lazy_annotations)
    known.keeps_state = any(map(library.keeps_state, aliases.values()))
    known.lists_classes = any(any(listings(module)) for module in modules)
    for module in modules:
        known.assigned_attributes.update(_assigned_attributes(module))
        for code in _functions(known, module, ""):
            known.functions.setdefault(code.root, []).append(code)
    for name in {one for module in modules for one in _assigned_classes(known, module)}:
        known.classes[name].mutable = True
    known.plain_classes = _plain_classes(known, modules)
    every = _in_order(known)
    known.operators += [c for name in sorted(library.OPERATORS) for c in known.methods.get(name, ())]
    _complete(known, every)
    known.operators = [code for code in known.operators if any(code.effects.size())]
    return known


def _plain_classes(known: Knowledge, modules: Iterable[ast.Module]) -> set[str]:
    bound = [times_bound(statement) for module in modules for statement in module.body]
    return {
        name
        for name, code in known.classes.items()
        if name not in known.aliases
        and sum(one[name] for one in bound) == 1
        and all(_last(one) in _CLASS_DECORATORS for one in code.node.decorator_list)
    }


def _assigned_attributes(module: ast.Module) -> Iterator[str]:
    """Yield the attributes that code assigns or deletes; ``*`` for those whose names are not known."""
    for node in ast.walk(module):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[_, name, *_]):
                yield literal_text(name) or "*"


def _assigned_classes(known: Knowledge, module: ast.Module) -> Iterator[str]:
    """Yield the classes to which code assigns attributes, so that all their objects change."""
    for node in ast.walk(module):
        match node:
            case ast.Attribute(value=owner, ctx=ast.Store() | ast.Del()):
                yield from _classes(known, owner)
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[owner, *_]):
                yield from _classes(known, owner)


def _classes(known: Knowledge, owner: ast.expr) -> Iterable[str]:
    """Return the classes that an expression may be: `C`, `cls`, `type(x)`, `x.__class__`."""
    match owner:
        case ast.Name(id="cls") | ast.Attribute(attr="__class__") | ast.Call(func=ast.Name(id="type")):
            return known.classes
        case ast.Name(id=name) if name in known.classes:
            return (name,)
    return ()


def _functions(known: Knowledge, node: ast.AST, inside: str) -> Iterator[Code]:
    """Yield the functions of the module's own scope; note methods and classes as they are met.

    Args:
        known: facts to which methods and classes are added.
        node: node to search.
        inside: class whose body it is, or an empty text.
    """
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if inside:
                    _note_method(known, child, inside)
                else:
                    if any(_last(one) in _CACHES for one in child.decorator_list):
                        known.cached.add(child.name)
                    elif not all(_is_harmless(one) for one in child.decorator_list):
                        known.decorated.add(child.name)
                    yield _code(known, child.name, child)
                _note_inner(known, child)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function) if not inside:
                yield _code(known, name, function)
            case ast.ClassDef():
                known.classes[child.name] = _class(child)
                if child.decorator_list:
                    known.decorated.add(child.name)
                yield from _functions(known, child, child.name)
            case ast.stmt() | ast.excepthandler() | ast.match_case():
                yield from _functions(known, child, inside)


def _code(known: Knowledge, root: str, node: Body, *, method: bool = False) -> Code:
    def is_plain_name(name: str) -> bool:
        return name not in known.objects

    mutable = (name for name, value in defaults(node) if not is_plain(value, is_plain_name))
    return Code(root, node, method, mutable=frozenset(mutable))


def _note_method(known: Knowledge, node: FunctionNode, owner: str) -> None:
    names = [_last(one) for one in node.decorator_list]
    known.methods.setdefault(node.name, []).append(
        _code(known, owner, node, method="staticmethod" not in names)
    )
    if _PROPERTIES & set(names):
        known.properties.add(node.name)
        if "cached_property" in names:
            known.cached_properties.add(node.name)
    elif any(not set(root(one)).isdisjoint(known.objects) for one in node.decorator_list):
        known.decorated.add(node.name)  # a library's decorators keep nothing


def _note_inner(known: Knowledge, node: FunctionNode) -> None:
    """Note the methods of classes inside a function, of which only the names are known."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.ClassDef):
            known.bases_inside.update(_class(inner).bases)
            for part in inner.body:
                if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    _note_method(known, part, inner.name)


def _is_harmless(decorator: ast.expr) -> bool:
    return _last(decorator) in _HARMLESS


def _last(decorator: ast.expr) -> str:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _class(node: ast.ClassDef) -> ClassCode:
    bases = [*node.bases, *(one.value for one in node.keywords)]
    values = [part.value for part in node.body if isinstance(part, (ast.Assign, ast.AnnAssign))]
    mutable = any(isinstance(value, (*MUTABLE, ast.Call, ast.Name)) for value in values)
    mutable = mutable or any(isinstance(part, ast.ClassDef) for part in node.body)
    return ClassCode(node, tuple(ast.unparse(one) for one in bases), mutable)


def _in_order(known: Knowledge) -> list[Code]:
    """Order functions so that, as far as possible, called ones come before their callers."""
    codes = [code for table in (known.functions, known.methods) for found in table.values() for code in found]
    by_name: dict[str, list[Code]] = {}
    for name, found in known.functions.items():
        by_name.setdefault(name, []).extend(found)
    for name, found in known.methods.items():
        by_name.setdefault(name, []).extend(found)
    order: list[Code] = []
    begun: set[Code] = set()
    for first in codes:
        worklist: list[tuple[Code, Iterator[Code]]] = []
        if first not in begun:
            begun.add(first)
            worklist.append((first, _mentioned(first, by_name)))
        while worklist:
            code, rest = worklist[-1]
            following = next((one for one in rest if one not in begun), None)
            if following is None:
                order.append(code)
                worklist.pop()
            else:
                begun.add(following)
                worklist.append((following, _mentioned(following, by_name)))
    return order


def _mentioned(code: Code, by_name: Mapping[str, list[Code]]) -> Iterator[Code]:
    for node in ast.walk(code.node):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        yield from by_name.get(name, ())


def _complete(known: Knowledge, order: list[Code]) -> None:
    """Evaluate each function until nothing is added: one may pass its arguments on to another."""
    users: dict[Code, set[Code]] = {}
    worklist = deque(order)
    pending = set(order)
    while worklist:
        code = worklist.popleft()
        pending.discard(code)
        before = code.effects.size()
        context = begin(known, code.effects)
        evaluate_function(context, code)
        for used in context.used:
            users.setdefault(used, set()).add(code)
        if code.effects.size() != before:
            for user in users.get(code, ()):
                if user not in pending:
                    pending.add(user)
                    worklist.append(user)
