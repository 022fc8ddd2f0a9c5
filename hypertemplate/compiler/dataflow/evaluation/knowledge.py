"""Facts about a template's names, functions and classes."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from hypertemplate.compiler.dataflow.effects import Code
from hypertemplate.compiler.dataflow.files.path_pattern import Folded

INITIALIZERS = ("__init__", "__new__", "__post_init__")
"""Names of the methods that run when an object is made."""


@dataclass(eq=False, slots=True)
class ClassCode:
    """Class of the template.

    Attributes:
        node: definition of the class.
        bases: names of its bases.
        mutable: whether its objects share what may change: its body makes it, or code assigns its attributes.
    """

    node: ast.ClassDef
    bases: tuple[str, ...]
    mutable: bool


@dataclass(eq=False, slots=True)
class Knowledge:
    """Facts about a template's names, functions and classes.

    Attributes:
        aliases: dotted paths that imports bind, by name.
        objects: names of the module's objects: imports, plain numbers and texts are none.
        functions: functions and lambdas that a name may be, by name.
        methods: methods of all classes by name, and functions inside functions.
        classes: classes of the module by name.
        plain_classes: classes that one statement binds, and that no decorator may have replaced.
        bases_inside: names of the bases of classes inside functions.
        properties: names of methods that run when an attribute is read or assigned.
        cached_properties: names of those whose result their object keeps.
        operators: methods that operators, loops and ``with`` call.
        decorated: names of functions that a decorator may have replaced.
        cached: names of functions that cache their results.
        assigned_attributes: names of the attributes that code assigns; ``*`` stands for any.
        values: expressions that a name of the module may be bound to, where all are known.
        folded: paths that a name of the module may be, as far as they were asked for.
        lazy_annotations: whether annotations are not evaluated.
        keeps_state: whether it imports anything of `library.keeps_state`.
        lists_classes: whether it lists what derives from a class, so that each class changes its bases.
    """

    aliases: Mapping[str, str]
    objects: Collection[str]
    functions: dict[str, list[Code]] = field(default_factory=dict)
    methods: dict[str, list[Code]] = field(default_factory=dict)
    classes: dict[str, ClassCode] = field(default_factory=dict)
    plain_classes: set[str] = field(default_factory=set)
    bases_inside: set[str] = field(default_factory=set)
    properties: set[str] = field(default_factory=set)
    cached_properties: set[str] = field(default_factory=set)
    operators: list[Code] = field(default_factory=list)
    decorated: set[str] = field(default_factory=set)
    cached: set[str] = field(default_factory=set)
    lazy_annotations: bool = False
    keeps_state: bool = False
    lists_classes: bool = False
    assigned_attributes: set[str] = field(default_factory=set)
    values: Mapping[str, Sequence[ast.expr]] = field(default_factory=dict)
    folded: dict[str, Folded] = field(default_factory=dict)
