"""State that the code of the user's own modules reads and changes, itself or through others of them."""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from hypertemplate.compiler.dataflow import library
from hypertemplate.compiler.dataflow.files.file_access import Use
from hypertemplate.compiler.dataflow.files.file_calls import PATH_METHODS, of_function
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.imported_state import set_in
from hypertemplate.compiler.dataflow.module import FILES, Module, OwnUse, build_module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.project.own_objects import (
    changed_objects,
    changes_local_object,
    code,
    dotted,
    owners,
    read_objects,
    touched_object,
)
from hypertemplate.compiler.project.references import Reference, references, resolved
from hypertemplate.compiler.project.star_imports import bind_stars
from hypertemplate.compiler.syntax.nodes import last_name, literal_text
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.compiler.syntax.tree import parse

_IMPORTERS = frozenset({"import_module", "__import__"})


class OwnCode(Mapping[str, Module]):
    """The user's own modules by name, each parsed when something asks for it.

    Args:
        parts: their texts.
        parsed: those that have been parsed.
    """

    def __init__(self, parts: Iterable[Part], parsed: Mapping[str, Module]) -> None:
        self._parts = {part.module: part for part in parts}
        self._modules = dict(parsed)
        self._names = [*dict.fromkeys([*self._modules, *self._parts])]

    def __getitem__(self, name: str) -> Module:
        """Return a module; one that does not parse has no statements."""
        if name not in self._modules:
            trees, _ = parse(Source((self._parts[name],)))
            self._modules[name] = build_module(trees)
            bind_stars(self._modules[name], self)
        return self._modules[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the modules."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return the number of modules."""
        return len(self._names)

    @functools.cached_property
    def may_seed(self) -> bool:
        """True if a text of these modules may seed a random generator, or set its state."""
        texts = (part.text for part in self._parts.values())
        trees = (tree.text for module in self._modules.values() for tree in module.trees)
        return any(word in text for text in (*texts, *trees) for word in ("seed", "state"))

    def __contains__(self, name: object) -> bool:
        """Tell whether a module is among these, without parsing it."""
        return name in self._parts or name in self._modules


class OwnState:
    """State that the code of the user's own modules reads and changes.

    Args:
        modules: the modules.
    """

    def __init__(self, modules: OwnCode) -> None:
        self._modules = modules
        self._uses: dict[TopLevel, OwnUse] = {}
        self._changed = functools.cache(lambda name, code: frozenset(changed_objects(modules, name, code)))
        self._read = functools.cache(lambda name, code: frozenset(read_objects(modules, name, code)))

    def mark(self, template: Module, in_memory: Mapping[str, str]) -> None:
        """Note what each statement of a template uses of these modules.

        Args:
            template: the template.
            in_memory: dotted paths of what these modules define among its values in memory, by name.
        """
        bind_stars(template, self._modules)
        for statement in template.statements if self._modules else ():
            found = {
                *(Reference(one.module, one.name) for one in references(template, statement, self._modules))
            }
            paths = (in_memory[name] for name in statement.names.everywhere & in_memory.keys())
            found |= {one for path in paths if (one := resolved(path, self._modules)) is not None}
            if found:
                template.own_uses[statement.number] = self._used(found)

    def _used(self, start: Collection[Reference]) -> OwnUse:
        """Return what code uses that refers to some names of these modules."""
        use = self.used(start)
        reached = self.reached(start)
        code = [(one.module, statement) for one in reached for statement in self.code(one)]
        named = frozenset(dotted(one) for one in (*start, *(one for one in reached if not one.name)))
        return OwnUse(
            self._packages(use.reads),
            self._packages(use.sets),
            use.texts,
            changes=frozenset[str]().union(*(self._changed(*one) for one in code)),
            needs=named.union(*(self._read(*one) for one in code)),
        )

    def _packages(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(name.partition(".")[0] if name in self._modules else name for name in names)

    def used(self, start: Iterable[Reference]) -> OwnUse:
        """Return what code uses that refers to some names of these modules; of them, the whole names."""
        reached = self.reached(start)
        uses = [self._of(one.module, statement) for one in reached for statement in self.code(one)]
        reads = {one.module for one in reached}.union(*(use.reads for use in uses))
        sets = frozenset[str]().union(*(use.sets for use in uses))
        texts = (use.texts for use in uses) if FILES in reads | sets else ()
        return OwnUse(frozenset(reads), sets, frozenset[str]().union(*texts))

    def reached(self, start: Iterable[Reference]) -> list[Reference]:
        """Return what code refers to that refers to some names of these modules."""
        return [*reachable(start, self._leads_to)]

    def code(self, reference: Reference) -> list[TopLevel]:
        """Return the statements that bind what a reference names."""
        return code(self._modules, reference)

    def _leads_to(self, reference: Reference) -> Iterator[Reference]:
        """Yield what the code behind a name refers to."""
        module = self._modules[reference.module]
        for statement in self.code(reference):
            if statement.names.dynamic:
                yield Reference(reference.module, "")
            for name in (statement.names.everywhere | statement.names.binds) & module.binders.keys():
                found = resolved(module.aliases.get(name, ""), self._modules)
                if found is None:
                    yield Reference(reference.module, name)
                elif name in statement.names.binds:
                    yield found
            for one in references(module, statement, self._modules):
                yield Reference(one.module, one.name)
            if imports_by_text(statement):
                yield from (Reference(name, "") for name in self._modules)

    def _of(self, name: str, statement: TopLevel) -> OwnUse:
        """Return what a statement of a module, with the functions in it, uses and may change."""
        if statement not in self._uses:
            nodes, names = [*ast.walk(statement.node)], statement.names.everywhere
            self._uses[statement] = self.use_by(name, nodes, names, declares=bool(statement.names.declares))
        return self._uses[statement]

    def use_by(
        self, name: str, nodes: Collection[ast.AST], names: AbstractSet[str], *, declares: bool = False
    ) -> OwnUse:
        """Return the packages and modules that code of a module uses, and those whose state it may change.

        Args:
            name: the module.
            nodes: the code.
            names: names in it.
            declares: whether it binds names of the module in a function.
        """
        module = self._modules[name]
        paths = [module.aliases[n] for n in names if n in module.aliases]
        used = frozenset(path.partition(".")[0] for path in paths)
        if "print" in names - module.binders.keys():
            used |= {library.STREAMS}
        found = (resolved(path, self._modules) for path in paths)
        own = {name, *(one.module for one in found if one is not None)}
        touched = (touched_object(self._modules, name, one) for node in nodes for one in owners(node))
        sets = {*set_in(module, nodes), *(one.module for one in touched if one is not None)}
        if declares:
            sets.add(name)
        if any(map(changes_local_object, nodes)):
            sets |= own  # a local name may stand for what one of its functions has returned
        files = _files(module, nodes)
        read = {FILES} if Use.READS in files else set()
        written = {FILES} if Use.WRITES in files else set()
        texts = frozenset(literal_text(node) for node in nodes if isinstance(node, ast.Constant))
        return OwnUse(used | read, frozenset(sets | written), texts)


def _files(module: Module, nodes: Iterable[ast.AST]) -> Use:
    """Return what code does with files, whatever their paths."""
    found = Use(0)
    for node in nodes:
        if isinstance(node, ast.Call):
            name = last_name(node.func) or ""
            calls = of_function(module.dotted(node.func) or name) or ()
            method = PATH_METHODS.get(name) if isinstance(node.func, ast.Attribute) else None
            for call in (*calls, *((method,) if method is not None and method.only_of_paths else ())):
                found |= call.use
            if name == "open":
                texts = [*node.args, *(keyword.value for keyword in node.keywords)]
                writes = any(set("wax+") & set(literal_text(text)[:3]) for text in texts[1:])
                found |= Use.WRITES if writes else Use.READS
    return found


def imports_by_text(statement: TopLevel) -> bool:
    """Tell whether code may import a module whose name it computes."""
    return any(
        isinstance(node, ast.Call)
        and last_name(node.func) in _IMPORTERS
        and not (node.args and isinstance(node.args[0], ast.Constant))
        for node in ast.walk(statement.node)
    )
