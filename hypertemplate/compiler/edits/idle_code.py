"""Statements that no trial can tell: what prints, plots or documents, and does nothing else."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.dataflow.imported_state import listening
from hypertemplate.compiler.edits.version import Version, View, bound_by
from hypertemplate.compiler.syntax.nodes import root
from hypertemplate.compiler.syntax.plot_reads import reads_plots

_DRAWING = frozenset({"IPython", "matplotlib", "pprint", "pylab"})
"""Packages whose functions only show something, and draw no random numbers (seaborn does)."""

_SHOWING = frozenset({"describe", "head", "info", "summary", "tail"})
"""Methods that only show something, unless the template has one of this name."""

_PRINTED = frozenset({"end", "flush", "sep"})
"""Arguments of `print` by name with which it prints to the output of the process."""

_QUIET = frozenset({"bool", "float", "int", "isinstance", "len", "repr", "round", "str", "type"})
"""Builtins that only read what they are given."""

_ARITHMETIC = ("add", "floordiv", "mod", "mul", "pow", "sub", "truediv")
"""Operators of idle code, as Python names the methods for them."""

_TELLING = frozenset(
    {
        *(f"__{side}{one}__" for one in _ARITHMETIC for side in ("", "r")),
        *("__abs__", "__array__", "__array_function__", "__array_ufunc__", "__bool__", "__class_getitem__"),
        *("__eq__", "__float__", "__format__", "__ge__", "__get__", "__getattr__", "__getattribute__"),
        *("__getitem__", "__gt__", "__hash__", "__index__", "__instancecheck__", "__int__", "__invert__"),
        *("__le__", "__len__", "__lt__", "__missing__", "__ne__", "__neg__", "__pos__", "__repr__"),
        *("__round__", "__str__", "__torch_function__", "__trunc__", "_ipython_display_", "_repr_html_"),
        *("_repr_mimebundle_", "_repr_png_", "cached_property", "defaultdict", "property"),
    }
)
"""Names in code with which reading, comparing or showing a value may run code."""

_REREADING = frozenset(
    {
        *("ImageFolder", "buffer_rgba", "canvas", "flow_from_directory", "get_array", "get_xdata"),
        *("get_ydata", "getsize", "image_dataset_from_directory", "imread", "load_img", "print_rgba"),
        *("print_to_buffer", "tostring_argb", "tostring_rgb"),
    }
)
"""Names in code that may read back what was plotted."""

_SAVING = frozenset({"imsave", "savefig"})
"""Names in code that plots into files."""

_TEXTS = frozenset({"__doc__", "getdoc"})
"""Names in code that reads the texts at the beginning of functions."""

_OUTPUTS = frozenset({"builtins", "redirect_stderr", "redirect_stdout", "stderr", "stdout"})
"""Names in code that may put something in the place of `print`, or of the output of the process."""

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


class IdleCode:
    """Statements of a module that no trial can tell.

    Args:
        view: the module.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._module = view.module
        self._whole = view.version.analysis.module
        self._imports: dict[ast.stmt, bool] = {}
        self._names, self._bound = view.version.names, view.version.bound_names

    @functools.cached_property
    def _tells(self) -> bool:
        """True if reading a value may run code, as far as the names in the template show."""
        return not self._names.isdisjoint(_TELLING)

    @functools.cached_property
    def _is_heard(self) -> bool:
        """True if something of the template hears what is printed or logged."""
        return not self._names.isdisjoint(_OUTPUTS) or any(
            listening(self._whole, statement) for statement in self._whole.statements
        )

    @functools.cached_property
    def _is_reread(self) -> bool:
        """True if something of the template may read what was plotted."""
        return (
            not self._names.isdisjoint(_REREADING)
            or ("open" in self._names and not self._names.isdisjoint(_SAVING))
            or _reads_plots(self._view.version)
        )

    def __call__(self, statement: ast.stmt) -> bool:
        """Tell whether no trial can tell a statement from none."""
        return self._is_idle(statement) and (self._is_safe(statement) or not self._may_be_caught(statement))

    def _may_be_caught(self, statement: ast.stmt) -> bool:
        """Tell whether a statement that fails may do more than end its trial."""
        tree = next((tree for tree in self._module.trees if statement in tree.parents), None)
        return tree is not None and self._view.version.caught_errors.may_catch(tree, statement)

    def _is_safe(self, node: ast.AST) -> bool:
        """Tell whether idle code cannot fail."""
        match node:
            case ast.Pass() | ast.Constant():
                return True
            case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=given, keywords=[])):
                return all(map(self._is_safe, given))
            case ast.Expr(value=ast.Constant()):
                return True
            case ast.JoinedStr(values=parts):
                return all(map(self._is_safe, parts))
            case ast.FormattedValue(value=inner, format_spec=None):
                return self._is_safe(inner)
            case ast.Name(id=name):
                return name in self._bound
        return False

    def _is_idle(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Pass():
                return True
            case ast.Expr(value=ast.Constant()):
                return self._names.isdisjoint(_TEXTS)
            case ast.Expr(value=ast.Call() as call):
                return self._shows(call) and not self._is_heard
            case ast.Expr(value=value):
                return self._only_reads(value)
            case ast.Import() | ast.ImportFrom(level=0):
                return self._imports_to_show(statement)
            case ast.If(test=test, body=body, orelse=orelse):
                return self._only_reads(test) and all(map(self, (*body, *orelse)))
        return False

    def _imports_to_show(self, node: ast.Import | ast.ImportFrom) -> bool:
        """Tell whether an import is of packages that only show something, for idle code alone."""
        if node not in self._imports:
            self._imports[node] = True  # while the code around it is looked through
            paths = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            names = {name for alias in node.names for name in bound_by(alias)}
            self._imports[node] = (
                all(path.partition(".")[0] in _DRAWING for path in paths)
                and "*" not in names
                and not any(
                    names.intersection(root(one))
                    for statement in self._module.statements
                    for one in noticed(statement.node, self)
                )
            )
        return self._imports[node]

    def _shows(self, call: ast.Call) -> bool:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if not all(map(self._only_reads, given)):
            return False
        path = self._module.dotted(call.func)
        if path is not None:
            return path.partition(".")[0] in _DRAWING and not self._is_reread
        match call.func:
            case ast.Name(id="print"):
                return "print" not in self._bound and all(one.arg in _PRINTED for one in call.keywords)
            case ast.Attribute(attr=method, value=ast.Name()):
                if self._tells or call.keywords or method in self._bound:
                    return False
                return method in _SHOWING and (method != "summary" or not call.args)  # `lines.append`
        return False

    def _only_reads(self, node: ast.expr) -> bool:
        """Tell whether an expression reads values, and runs no code that changes any."""
        match node:
            case ast.Constant():
                return True
            case ast.JoinedStr(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
                return self._all(parts)
            case ast.FormattedValue(value=inner, format_spec=spec):
                return self._all([inner, *([spec] if spec is not None else [])])
        return not self._tells and self._reads_plainly(node)

    def _reads_plainly(self, node: ast.expr) -> bool:
        match node:
            case ast.Name():
                return True
            case ast.Attribute(value=inner) | ast.UnaryOp(operand=inner):
                return self._only_reads(inner)
            case ast.Subscript(value=inner, slice=index):
                return self._all([inner, index])
            case ast.Slice():
                return self._all(one for one in (node.lower, node.upper, node.step) if one is not None)
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _OPERATORS):
                return self._all([left, right])
            case ast.Compare(left=left, comparators=rights, ops=ops):
                return not any(isinstance(op, ast.In | ast.NotIn) for op in ops) and self._all(
                    [left, *rights]
                )
            case ast.BoolOp(values=parts):
                return self._all(parts)
            case ast.Call(func=ast.Name(id=name), args=given, keywords=[]) if name in _QUIET - self._bound:
                return self._all(given)
        return False

    def _all(self, nodes: Iterable[ast.expr]) -> bool:
        return all(map(self._only_reads, nodes))


def noticed(statement: ast.stmt, quiet: IdleCode) -> Iterator[ast.expr]:
    """Yield the names and attributes in a statement, the longest of each, outside idle statements."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.stmt) and quiet(node):
            continue
        if isinstance(node, ast.Name | ast.Attribute):
            yield node
        of_name = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute)
        pending += [] if of_name else ast.iter_child_nodes(node)


@functools.lru_cache(maxsize=8)
def _reads_plots(version: Version) -> bool:
    """Tell whether code that runs in a version may read back what was plotted."""
    whole = version.analysis.module
    running = [one.node for one in whole.statements if one.node in version.running]
    others = (view.module for view in version.own_modules.values())
    code = [(whole, running), *((one, [s.node for s in one.statements]) for one in others)]
    return any(reads_plots(statements, module.aliases, module.stars) for module, statements in code)
