"""Files that every trial writes under the same name: concurrent trials overwrite each other's.

Keras writes relative paths to the trial's own folder, so for Keras only other paths count.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.partition import Partition
from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.statements import defines

Where = tuple[int, str]
"""Position of the argument that is a path, and its keyword."""

_OPENS: dict[str, Where] = {
    "bz2.open": (0, "filename"),
    "codecs.open": (0, "filename"),
    "gzip.open": (0, "filename"),
    "h5py.File": (0, "name"),
    "io.open": (0, "file"),
    "lzma.open": (0, "filename"),
    "open": (0, "file"),
    "tarfile.open": (0, "name"),
    "tensorflow.io.gfile.GFile": (0, "name"),
    "zipfile.ZipFile": (0, "file"),
}
"""Functions that write if their mode, the second argument, says so."""

_WRITES: dict[str, Where] = {
    "cv2.imwrite": (0, "filename"),
    "imageio.imwrite": (0, "uri"),
    "joblib.dump": (1, "filename"),
    "matplotlib.pyplot.imsave": (0, "fname"),
    "numpy.save": (0, "file"),
    "numpy.savetxt": (0, "fname"),
    "numpy.savez": (0, "file"),
    "numpy.savez_compressed": (0, "file"),
    "tensorflow.saved_model.save": (1, "export_dir"),
    "tensorflow.summary.create_file_writer": (0, "logdir"),
    "torch.save": (1, "f"),
    "torch.utils.tensorboard.SummaryWriter": (0, "log_dir"),
}
"""Functions that write."""

_METHODS: dict[str, Where] = {
    "savefig": (0, "fname"),
    "to_csv": (0, "path_or_buf"),
    "to_excel": (0, "excel_writer"),
    "to_feather": (0, "path"),
    "to_hdf": (0, "path_or_buf"),
    "to_html": (0, "buf"),
    "to_json": (0, "path_or_buf"),
    "to_parquet": (0, "path"),
    "to_pickle": (0, "path"),
    "tofile": (0, "fid"),
}
"""Methods that write, of any object."""

_KERAS_FUNCTIONS: dict[str, Where] = {
    "callbacks.BackupAndRestore": (0, "backup_dir"),
    "callbacks.CSVLogger": (0, "filename"),
    "callbacks.ModelCheckpoint": (0, "filepath"),
    "callbacks.TensorBoard": (0, "log_dir"),
    "models.save_model": (1, "filepath"),
    "saving.save_model": (1, "filepath"),
}
_KERAS_METHODS: dict[str, Where] = {
    "export": (0, "filepath"),
    "save": (0, "filepath"),
    "save_weights": (0, "filepath"),
}
_KERAS = re.compile(r"(?:tensorflow\.keras|tf_keras|keras)\.")
_JOINS = frozenset({"os.path.join", "pathlib.Path"})
_FIXED = re.compile(r"[/\\]|[A-Za-z]:[/\\]|[A-Za-z][A-Za-z0-9+.-]*://")
"""Beginning of a path that does not depend on the working directory."""


@dataclass(frozen=True, slots=True)
class Output:
    """A file that every trial writes: its path as written, and its place."""

    path: str
    span: Span


def outputs(module: Module, partition: Partition) -> Iterator[Output]:
    """Yield the literal paths that code in a trial writes to."""
    selection = partition.selection
    names = partition.names_in_trial_code()
    names |= {f.name for f in selection.functions if f is selection.model or partition.data_per_trial}
    for statement in partition.kept:
        placement = partition.placed(statement).placement
        called = defines(statement.node) and bool(statement.names.binds & names)
        if called or (placement in (Placement.TRIAL, Placement.BOTH) and not defines(statement.node)):
            calls = _Calls(module, statement)
            for call in ast.walk(statement.node):
                for node, path in calls.targets(call) if isinstance(call, ast.Call) else ():
                    if path and not path.startswith("/dev/"):
                        yield Output(path, statement.tree.span(node))


def overwritten(output: Output) -> Diagnostic:
    """Warn about a file that every trial writes."""
    name = re.split(r"[/\\]", output.path.rstrip("/\\"))[-1]
    return warning(
        Code.OUTPUT,
        f"every trial writes {output.path!r}, and trials that run at once overwrite each other's",
        output.span,
        f'write to trial.folder / "{name}", with: from hypertemplate import trial',
    )


class _Calls:
    """The calls in one statement.

    Args:
        module: the template.
        statement: one of its statements.
    """

    def __init__(self, module: Module, statement: TopLevel) -> None:
        self._module = module
        self._global = {use.node for use in statement.names.uses}

    def targets(self, call: ast.Call) -> Iterator[tuple[ast.expr, str]]:
        """Yield the paths that a call writes to, if they are written out."""
        path = self._called(call.func)
        if path in _OPENS:
            if _writes(call, 1):
                yield from self._argument(call, *_OPENS[path])
        elif path in _WRITES:
            yield from self._argument(call, *_WRITES[path])
        elif _KERAS.match(path):
            where = _KERAS_FUNCTIONS.get(_KERAS.sub("", path, count=1))
            yield from _fixed(self._argument(call, *where) if where is not None else ())
        elif isinstance(call.func, ast.Attribute):
            yield from self._by_method(call, call.func)

    def _by_method(self, call: ast.Call, func: ast.Attribute) -> Iterator[tuple[ast.expr, str]]:
        name = func.attr
        if name in _METHODS:
            yield from self._argument(call, *_METHODS[name])
        elif name in _KERAS_METHODS:
            yield from _fixed(self._argument(call, *_KERAS_METHODS[name]))
        elif name in ("write_text", "write_bytes") or (name == "open" and _writes(call, 0)):
            path = self._path(func.value)
            if path is not None:
                yield func.value, path

    def _called(self, func: ast.expr) -> str:
        """Return the full path of a callee; empty if it is neither imported nor built in."""
        if isinstance(func, ast.Name) and func in self._global and func.id not in self._module.binders:
            return func.id
        return self._module.dotted(func) or ""

    def _argument(self, call: ast.Call, position: int, keyword: str) -> Iterator[tuple[ast.expr, str]]:
        given = [keyed.value for keyed in call.keywords if keyed.arg == keyword]
        for node in given or call.args[position : position + 1]:
            path = self._path(node)
            if path is not None:
                yield node, path

    def _path(self, node: ast.expr) -> str | None:
        """Return a path that is known before anything runs, else None."""
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Call(func=func, args=parts) if self._called(func) in _JOINS and parts:
                return self._joined(parts, "/")
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self._joined([left, right], "/")
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._joined([left, right], "")
            case ast.Name(id=name) if node in self._global:
                match [binder.node for binder in self._module.binders.get(name, ())]:
                    case [ast.Assign(targets=[ast.Name()], value=ast.Constant(value=str(text)))]:
                        return text
        return None

    def _joined(self, parts: list[ast.expr], separator: str) -> str | None:
        texts = [self._path(part) for part in parts]
        known = [text for text in texts if text is not None]
        return separator.join(known) if len(known) == len(texts) else None


def _writes(call: ast.Call, position: int) -> bool:
    """Return True if the mode of a call that opens a file is one for writing, as far as it is written out."""
    given = [keyed.value for keyed in call.keywords if keyed.arg == "mode"]
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(set("wax+") & set(node.value))
        for node in given or call.args[position : position + 1]
    )


def _fixed(targets: Iterable[tuple[ast.expr, str]]) -> Iterator[tuple[ast.expr, str]]:
    """Return the targets whose path is not relative."""
    return ((node, path) for node, path in targets if _FIXED.match(path))
