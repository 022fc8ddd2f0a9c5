"""Templates that are named as modules and run as ``python -m`` runs them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import ReadError
from hypertemplate.frontend import Read, read_template
from hypertemplate.frontend.import_folders import OwnFiles, own_folders


def module_path(module: str) -> str:
    """Return the path of a module's file, of a package that of its ``__main__``.

    Raises:
        ReadError: there is no such module of the user's own.
    """
    files = OwnFiles(own_folders(Source(())))
    file = files.file(module)
    if file is not None and file.name == "__init__.py":
        package, file = file, files.file(f"{module}.__main__")
        if file is None:
            raise ReadError(
                f"{_from_here(package.parent)} is a package and has no __main__.py; name a module in it"
            )
    if file is None:
        raise ReadError(f"no module named {module}: it is neither below the current folder nor in PYTHONPATH")
    return _from_here(file)


def read_module(path: str, module: str) -> Read:
    """Read the template in a module's file; the current folder comes first on its path, as in ``python -m``.

    Args:
        path: path of its file.
        module: name of the module, or of the package that it is the ``__main__`` of.

    Raises:
        ReadError: the file has no template.
    """
    read = read_template(path)
    file = Path(read.source.path)
    package = module if file.name == "__main__.py" else module.rpartition(".")[0]
    root = file.parents[len(package.split("."))] if package else file.parent
    folder = Path.cwd() if Path.cwd() in file.parents else root
    parts = tuple(replace(part, package=package) for part in read.source.parts)
    return replace(read, source=replace(read.source, parts=parts, folder=str(folder)))


def _from_here(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
