"""Preparation of a path, live functions or text: a program, and the values that it takes."""

from __future__ import annotations

import ast
import builtins
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any

from hypertemplate.api.called_functions import called_functions, held_functions, undefined_in_calls
from hypertemplate.api.reached_modules import imports_of, reached_paths
from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, in_order, warning
from hypertemplate.compiler.live_module import DATA_ARGS, Memory
from hypertemplate.compiler.program import Placement, Program
from hypertemplate.compiler.script.script_results import is_silent
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.suggestions.marked_source import marked_source
from hypertemplate.compiler.suggestions.proposals import proposals
from hypertemplate.compiler.syntax.import_paths import with_packages
from hypertemplate.compiler.syntax.scopes import names_of
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import CompileError, UsageError
from hypertemplate.frontend import read_template
from hypertemplate.frontend.imported_files import with_siblings
from hypertemplate.frontend.live.functions import innermost
from hypertemplate.frontend.live.history import searched_cells
from hypertemplate.frontend.live.imported_names import modules_of_imports
from hypertemplate.frontend.live.live_template import read_live
from hypertemplate.frontend.live.seed_statements import seed_statements
from hypertemplate.frontend.named_modules import read_module
from hypertemplate.frontend.project_modules import with_modules, with_modules_in_memory
from hypertemplate.frontend.template import Read
from hypertemplate.runtime.own_code import is_own_class, is_own_function
from hypertemplate.runtime.own_modules.loaded_modules import own_modules
from hypertemplate.runtime.state.attributes import (
    attributes_in_code,
    bound_globals,
    globals_in_code,
    named_by_texts,
)
from hypertemplate.runtime.state.record import shared_objects
from hypertemplate.search.searched_template import TemplateNames

Function = Callable[..., Any]

_NOTHING = object()

_LONGEST = 40
"""Most characters of a value that a message quotes."""

_PLAIN = (int, float, complex, str, bytes, range, type(None))

_DATA_PACKAGES = ("numpy", "pandas", "polars", "scipy", "torch")
"""Packages whose objects are data, and run no fit of Keras or of a boosting library."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Template that is ready for a search.

    Attributes:
        read: its source, and the notes from reading it.
        model: name of the model function, or None.
        data: name of the data function, or None.
        values: values in memory, by name; empty for a file.
        memory: description of those values for the compiler, or None for a file.
        found: one line that says where live functions were read; empty for a file.
        path: path of the file as the user wrote it; empty for code in memory.
        missing: says that the notebook which might define a name was not found; else empty.
        undefined: pairs of a function in memory and a name that it reads and nothing defines.
        given: live functions that the user passed.
        idle_data: whether a live data function was passed for a model that takes no arguments.
        module: name of the file as a module, if it runs as ``python -m`` runs it; else empty.
        arguments: arguments of a file itself.
        suggested: whether the values of a file that ``hypertemplate suggest`` proposes are searched too.
    """

    read: Read
    model: str | None
    data: str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    memory: Memory | None = None
    found: str = ""
    path: str = ""
    missing: str = ""
    undefined: tuple[tuple[str, str], ...] = ()
    given: tuple[Function, ...] = ()
    idle_data: bool = False
    module: str = ""
    arguments: tuple[str, ...] = ()
    suggested: bool = False

    @property
    def names(self) -> TemplateNames:
        """Names of the template and its functions."""
        return TemplateNames(self.path, self.model, self.data, self.module, self.arguments, self.suggested)

    @property
    def source(self) -> Source:
        """Its source with the markers that are proposed, where they are searched."""
        source = self.read.source
        if not self.suggested:
            return source
        return marked_source(source, proposals(source, model=self.model, data=self.data))

    def compile(self, *, here: bool, without: frozenset[str] = frozenset()) -> Program:
        """Compile the template.

        Args:
            here: whether trials run in this process.
            without: names whose values in memory cannot be used, so that their statements run instead.

        Raises:
            CompileError: the template has errors.
        """
        memory = self.memory
        if memory is not None:
            memory = replace(memory, here=here, names=memory.names - without)
        try:
            program = compile_source(self.source, model=self.model, data=self.data, memory=memory)
        except CompileError as error:
            found = [*self.read.notes, *map(self._with_missing, error.diagnostics)]
            raise CompileError(in_order(found), error.source) from None
        if memory is not None and not memory.ran:
            _check_rebinding(program, self.values)
            _check_reading(program, self.values)
        _check_namespaces(program, self.values, self.given)
        undefined = [_undefined_warning(function, name) for function, name in self.undefined]
        return replace(program, warnings=in_order([*self.read.notes, *program.warnings, *undefined]))

    def file_digest(self) -> str:
        """Return the digest that the text in memory has as a file; empty if it lacks names."""
        try:
            return compile_source(self.read.source, model=self.model, data=self.data).digest
        except CompileError:
            return ""

    def _with_missing(self, diagnostic: Diagnostic) -> Diagnostic:
        """Say beside an undefined name that the notebook which may define it was not found."""
        if not self.missing or diagnostic.code is not Code.UNDEFINED_NAME:
            return diagnostic
        return replace(diagnostic, help="; ".join(filter(None, (diagnostic.help, self.missing))))


def from_path(path: str | os.PathLike[str], model: str | None, data: str | None) -> Prepared:
    """Prepare the template in a file or notebook.

    Raises:
        ReadError: the path has no template.
    """
    return from_names(TemplateNames(os.fspath(path), model, data))


def from_names(names: TemplateNames) -> Prepared:
    """Prepare the template in a file as a study ran it: with its arguments, or as a module.

    Raises:
        ReadError: the path has no template.
    """
    read = read_module(names.path, names.module) if names.module else read_template(names.path)
    source = with_modules(with_siblings(read.source, names.model, names.data))
    return Prepared(
        replace(read, source=source),
        names.model,
        names.data,
        path=names.path,
        module=names.module,
        arguments=names.arguments,
        suggested=names.suggested,
    )


def from_functions(
    model: Function,
    data: Function | None = None,
    *,
    functions: Sequence[Function] = (),
    data_args: Sequence[Any] = (),
    notebook_name: str | None = None,
) -> Prepared:
    """Prepare the template that live functions are part of.

    Args:
        model: function that builds, trains and scores.
        data: function that returns the model's arguments, or None.
        functions: other functions whose source is to be read.
        data_args: arguments of `data`.
        notebook_name: notebook whose imports and support code are to be read.

    Raises:
        ReadError: the source of a function is not found.
        UsageError: `functions` or `data_args` is not a tuple or list.
    """
    if not isinstance(functions, (tuple, list)):
        name = getattr(functions, "__name__", "f")
        kind = type(functions).__name__
        raise UsageError(f"functions must be a list of functions, got {kind}: write functions=[{name}]")
    if not isinstance(data_args, (tuple, list)):
        kind = type(data_args).__name__
        is_short = isinstance(data_args, (int, float, str)) and len(repr(data_args)) <= _LONGEST
        written = repr(data_args) if is_short else "VALUE"
        raise UsageError(f"data_args must be a tuple of arguments, got {kind}: write data_args=({written},)")
    live = read_live(model, data, functions, notebook_name)
    values = {**live.values, DATA_ARGS: tuple(data_args)}
    if live.data is not None:
        values[live.data] = data
    # What cells that did not run complete comes from source, beside those.
    source = {name for name, value in values.items() if notebook_name and _lacks_names(value)}
    values = {name: value for name, value in values.items() if name not in source}
    memory = replace(_memory(values, data_args=len(data_args)), source=frozenset(source))
    # What code of other modules does is seen in memory.
    source_with = replace(_with_modules(live.read.source, memory), beside=())
    memory = _leading(memory, values, source_with)
    read = replace(live.read, source=source_with)
    is_all = notebook_name is None or live.missing  # else the notebook may define what is not there
    given = tuple(one for one in (model, data, *functions) if one is not None)
    return Prepared(
        read,
        live.model,
        live.data,
        values,
        memory,
        live.found,
        missing=live.missing,
        undefined=tuple(undefined_in_calls(given)) if is_all else (),
        given=given,
        idle_data=data is not None and _needs_nothing_of(model, data),
    )


def from_template(
    template: str | os.PathLike[str] | Function,
    data: Function | str | None,
    model: str | None,
    *,
    functions: Sequence[Function] = (),
    data_args: Sequence[Any] = (),
    notebook_name: str | None = None,
) -> Prepared:
    """Prepare what `hypertemplate.tune` is given: a path, or a model function.

    Raises:
        ReadError: the path has no template, or the source of a function is not found.
        UsageError: the arguments contradict each other.
    """
    if isinstance(template, (str, os.PathLike)):
        _check_path(template)
        if callable(data):
            name = getattr(data, "__name__", "NAME")
            raise UsageError(f"the template is a path, so data is a function's name: write data={name!r}")
        if functions or data_args or notebook_name is not None:
            raise UsageError("functions, data_args and notebook_name are for a function, not a path")
        return from_path(template, model, data)
    if model is not None:
        raise UsageError(f"the template is the model function itself: leave model={model!r} out")
    if isinstance(data, str):
        raise UsageError(f"the template is a function, so data is one too: write data={data}, without quotes")
    return from_functions(
        template, data, functions=functions, data_args=data_args, notebook_name=notebook_name
    )


def _check_path(template: str | os.PathLike[str]) -> None:
    """Reject a function's name in quotes where the function is meant.

    Raises:
        UsageError: the message says what to write.
    """
    if isinstance(template, str) and template.isidentifier() and not Path(template).exists():
        text = f"{template!r} is a text, so it is the path of a file, which does not exist"
        raise UsageError(f"{text}; to search a function, write it without quotes: {template}")


def from_text(text: str, name: str, values: Mapping[str, Any]) -> Prepared:
    """Prepare a flat script that has not run, over values in memory and what seeded random generators.

    Args:
        text: its source.
        name: name for messages, such as ``In [7]``.
        values: values that it may use, by name.
    """
    source = Source(
        (*seed_statements(values), *searched_cells(name), Part("history", name, text)), shown=name
    )
    memory = _memory(values, ran=False)
    used = values.keys() & set(re.findall(r"\w+", text))
    fits = frozenset(name for name in used if _may_fit(values[name]))
    memory = replace(memory, shared=shared_objects({name: values[name] for name in used}), fits=fits)
    source = _with_modules(source, memory)
    taken = {name: values[name] for name in used}
    memory = _leading(memory, taken, source)
    if imports := imports_of(taken, _marked(source)):
        before = Part("history", "memory", imports)
        source = replace(source, parts=(*source.parts[:-1], before, source.parts[-1]))
    return Prepared(Read(source), None, None, dict(values), memory)


def _with_modules(source: Source, memory: Memory) -> Source:
    """Add the user's own modules that the code of a source or of memory leads to."""
    named = (*memory.own.values(), *memory.imports.values(), *modules_of_imports())
    own = {path for whole in named for path in with_packages(whole)}
    packages = tuple(f"{path}." for path in own)
    inside = (name for name in own_modules() if name.startswith(packages))
    return with_modules_in_memory(source, own.union(inside))


def _marked(source: Source) -> set[str]:
    return {part.module for part in source.parts if part.is_module}


def _leading(memory: Memory, values: Mapping[str, Any], source: Source) -> Memory:
    """Add to a description the modules with markers that values lead to."""
    modules = _marked(source)
    reaches = {name: reached_paths(value, modules) for name, value in values.items()} if modules else {}
    return replace(memory, reaches={name: paths for name, paths in reaches.items() if paths})


def _memory(values: Mapping[str, Any], *, ran: bool = True, data_args: int = 0) -> Memory:
    """Describe values for the compiler."""
    inner = {name: innermost(value) for name, value in values.items()}
    code = {name for name, value in inner.items() if _is_own_code(value)}
    paths = {name: _path(value) for name, value in inner.items() if name not in code}
    imports = {name: path for name, path in paths.items() if path}
    own = {name: path for name in code if (path := _defined_at(inner[name]))}
    return Memory(frozenset(values), ran, data_args=data_args, imports=imports, code=frozenset(code), own=own)


def _check_rebinding(program: Program, values: Mapping[str, Any]) -> None:
    """Check that no code in memory rebinds a name that the program takes from there: it would not see it.

    Raises:
        UsageError: some does.
    """
    words = set(re.findall(r"\w+", program.source.parts[-1].text))
    for name in sorted(program.live):
        for function in held_functions(values[name]):
            names = function.__globals__
            rebound = words & bound_globals(function.__code__)
            for one in sorted(rebound):
                if one not in names or one not in values or names[one] is values[one]:
                    text = f"'{name}' binds '{one}' with global, which a searched cell does not see"
                    raise UsageError(f"{text}: {_defined_too(name, values[name], function)}")


def _check_reading(program: Program, values: Mapping[str, Any]) -> None:
    """Check that no code in memory reads a name that a searched cell binds: it would see the value in memory.

    Raises:
        UsageError: some does.
    """
    body = [(node, names_of(node)) for node in ast.parse(program.parts[-1].text(*Placement)).body]
    for name in sorted(program.live):
        using = [number for number, (_, names) in enumerate(body) if name in names.everywhere]
        later = any(name in names.deferred for _, names in body)
        above = body if later else body[: max(using, default=-1) + 1]
        bound = set[str]().union(*(names.binds | names.declares for _, names in above))
        bound -= {one for node, _ in body for one in _imported(node)}
        for function in held_functions(values[name]) if bound else ():
            for one in sorted(bound & values.keys()):
                if _reads(function, one, values[one]):
                    text = f"'{name}' reads '{one}' as it is in memory, not as the searched cell binds it"
                    raise UsageError(f"{text}: {_defined_too(name, values[name], function)}")


def _reads(function: FunctionType, name: str, value: object) -> bool:
    """Tell whether a function itself reads or binds a name in memory, by its text or through a module."""
    names = function.__globals__
    read = globals_in_code(function.__code__)
    if name in read | named_by_texts(function.__code__) and names.get(name, _NOTHING) is value:
        return True
    modules = [names[one] for one in read if isinstance(names.get(one), ModuleType)]
    holding = any(vars(one).get(name, _NOTHING) is value and one.__name__ == "__main__" for one in modules)
    return holding and name in attributes_in_code(function.__code__)


def _defined_too(name: str, value: object, function: FunctionType) -> str:
    """Say what to define in the cell, so that it is of the trial."""
    inner = innermost(value)
    is_own = is_own_class(inner if isinstance(inner, type) else type(inner))
    defined = function.__qualname__.partition(".")[0]
    alone = isinstance(inner, FunctionType) or is_own or defined == "<lambda>"
    return f"define {name if alone else f'{defined} and {name}'} in the cell too"


def _imported(node: ast.stmt) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Import, ast.ImportFrom)):
            yield from (one.asname or one.name.split(".")[0] for one in inner.names)


def _check_namespaces(program: Program, values: Mapping[str, Any], given: Sequence[Function]) -> None:
    """Check that the program does not take the namespace of its own code from memory: a trial has another.

    Raises:
        UsageError: it does.
    """
    functions = [one for one in map(innermost, given) if isinstance(one, FunctionType)]
    own = {id(vars(sys.modules["__main__"])), *(id(one.__globals__) for one in functions)}
    for name in program.live:
        if id(values[name]) in own:
            text = f"'{name}' is globals() as it was before the search, without the names that a trial binds"
            raise UsageError(f"{text}: write globals() where {name} is used")


def _functions_in(function: FunctionType, names: Mapping[str, object]) -> list[FunctionType]:
    values = [innermost(names[name]) for name in globals_in_code(function.__code__) if name in names]
    return [one for one in values if isinstance(one, FunctionType) and one.__globals__ is names]


def _needs_nothing_of(model: Function, data: Function) -> bool:
    """Tell whether a model function takes no arguments, and does not call the data function itself."""
    inner = innermost(model)
    if not isinstance(inner, FunctionType) or inspect.signature(inner).parameters:
        return False
    return innermost(data) not in called_functions([inner])


def _undefined_warning(function: str, name: str) -> Diagnostic:
    text = f"{function}() reads '{name}', which is not defined: a trial that gets there fails"
    return warning(Code.UNDEFINED_NAME, text, help=f"import it, or define '{name}' at the top level")


def _lacks_names(function: object) -> bool:
    """Return True for a function that uses names which have no value yet, itself or through others."""
    inner = innermost(function)
    if not isinstance(inner, FunctionType) or not is_own_function(inner):
        return False
    known = inner.__globals__.keys() | vars(builtins).keys()
    called = reachable((inner,), lambda one: _functions_in(one, inner.__globals__))
    return any(name not in known for one in called for name in globals_in_code(one.__code__))


def _is_own_code(value: object) -> bool:
    """Return True for the user's own functions, classes and instances of these, and for generators."""
    if isinstance(value, (partial, MethodType)):
        return any(map(_is_own_code, (getattr(value, "func", None), getattr(value, "__self__", None))))
    if isinstance(value, FunctionType):
        return is_own_function(value)
    if isinstance(value, GeneratorType):
        return True
    return is_own_class(value if isinstance(value, type) else type(value))


def _may_fit(value: object) -> bool:
    """Tell whether a value may run a fit that is watched: the user's own may, and most of libraries."""
    if isinstance(value, _PLAIN):
        return False
    if _is_own_code(innermost(value)):
        return True
    path = _path(value)
    if path or isinstance(value, BuiltinFunctionType):
        return not is_silent(path or "builtins")
    return type(value).__module__.partition(".")[0] not in _DATA_PACKAGES


def _defined_at(value: object) -> str:
    """Return the dotted path of the definition of a function, a class, or that of an object."""
    one = value if isinstance(value, (FunctionType, type)) else type(value)
    return f"{one.__module__}.{one.__qualname__}"


def _path(value: object) -> str:
    """Return the dotted path of a module, or of a library's function or class; else an empty text."""
    if isinstance(value, ModuleType):
        return value.__name__
    if not isinstance(value, (FunctionType, BuiltinFunctionType, type)) or value.__module__ in (
        None,
        "builtins",
    ):
        return ""
    return f"{value.__module__}.{value.__qualname__}"
