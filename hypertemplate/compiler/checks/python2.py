"""Names and modules that only Python 2 had, in source that parses as Python 3, and their replacements."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from hypertemplate.compiler.checks.moved_names.moved_imports import is_tried
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.diagnostics.edit import Edit
from hypertemplate.compiler.syntax.source import Span

NAMES = {
    "apply": "write f(*args) for apply(f, args)",
    "basestring": "write str",
    "cmp": "write (a > b) - (a < b) for cmp(a, b)",
    "execfile": "write exec(open(path).read()) for execfile(path)",
    "file": "write open",
    "long": "write int",
    "raw_input": "write input",
    "reduce": "write from functools import reduce",
    "reload": "write from importlib import reload",
    "unichr": "write chr",
    "unicode": "write str",
    "xrange": "write range",
}
"""Builtins that Python 3 does not have, and what to write instead."""

_MODULES = {
    "ConfigParser": "configparser",
    "Queue": "queue",
    "StringIO": "io",
    "Tkinter": "tkinter",
    "__builtin__": "builtins",
    "cPickle": "pickle",
    "cStringIO": "io",
    "commands": "subprocess",
    "itertools.imap": "map, which is a builtin",
    "itertools.izip": "zip, which is a builtin",
    "itertools.izip_longest": "itertools.zip_longest",
    "urllib.quote": "urllib.parse.quote",
    "urllib.urlencode": "urllib.parse.urlencode",
    "urllib.urlopen": "urllib.request.urlopen",
    "urllib.urlretrieve": "urllib.request.urlretrieve",
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
}

_METHODS = {
    "has_key": "write key in ...",
    "iteritems": "write .items()",
    "iterkeys": "write .keys()",
    "itervalues": "write .values()",
}


def python_2(module: Module, kept: list[TopLevel]) -> Iterator[Diagnostic]:
    """Warn about modules and methods that Python 3 lacks; undefined names are errors elsewhere.

    These are warnings because a file beside the template may have the module's name, and a class of another
    library may have such a method. An import in a ``try`` that catches ImportError is left alone.
    """
    for statement in kept:
        tree = statement.tree
        for node in ast.walk(statement.node):
            match node:
                case ast.Import(names=names) if not is_tried(tree, node):
                    paths = [(alias, alias.name) for alias in names]
                case ast.ImportFrom(module=str(origin), names=names, level=0) if not is_tried(tree, node):
                    whole = origin in _MODULES
                    paths = [(a, origin if whole else f"{origin}.{a.name}") for a in names]
                case ast.Call(func=ast.Attribute(attr=name, value=owner) as func) if name in _METHODS:
                    if module.dotted(owner) is None and name not in module.nested:
                        text = f"only Python 2 has .{name}()"
                        end = tree.span(func).end
                        place = Span(tree.part, end - len(name), end)
                        edits = (Edit(place, name[4:]),) if name.startswith("iter") else ()
                        yield warning(Code.PYTHON_2, text, tree.span(func), _METHODS[name], edits)
                    continue
                case _:
                    continue
            for alias, path in paths:
                if path in _MODULES:
                    help = f"use {_MODULES[path]}"
                    yield warning(Code.PYTHON_2, f"only Python 2 has {path}", tree.span(alias), help)
