"""Readers of templates from files, notebooks and live functions; effects live here, not in the compiler."""

from __future__ import annotations

from pathlib import Path

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.frontend.files import File, open_file, python_source
from hypertemplate.frontend.notebook.cells import looks_like_notebook, looks_like_python, notebook_source
from hypertemplate.frontend.template import Read as Read


def read_template(path: str) -> Read:
    """Read the template in a Python file or a notebook: by its name, unless its content differs.

    Args:
        path: path as the user wrote it, which names the parts in all messages.

    Raises:
        ReadError: there is no such file, it is a folder, or it contains no template. One line.
    """
    file = open_file(path)
    if file.shown.lower().endswith(".ipynb"):
        if not looks_like_python(file.data):
            return notebook_source(file)
        return Read(python_source(file), (_misnamed(file, "Python text, and is read as such", ".py"),))
    if not looks_like_notebook(file.data):
        return Read(python_source(file))
    read = notebook_source(file)
    note = _misnamed(file, "a notebook, and is read as such", ".ipynb")
    return Read(read.source, (note, *read.notes), read.dropped)


def _misnamed(file: File, content: str, suffix: str) -> Diagnostic:
    name = Path(file.shown).name
    better = Path(name).with_suffix(suffix).name
    return warning(Code.MISNAMED, f"{name} holds {content}", help=f"rename it to {better}")
