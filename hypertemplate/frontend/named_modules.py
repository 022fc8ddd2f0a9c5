"""Templates that are named as modules and run as ``python -m`` runs them."""

from __future__ import annotations

import ast
import difflib
from dataclasses import replace
from pathlib import Path

from hypertemplate.compiler.syntax.source import Source
from hypertemplate.compiler.syntax.tree import parse
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
        raise ReadError(f"no module named {module}: {_advice(module, files)}")
    return _from_here(file)


def _advice(module: str, files: OwnFiles) -> str:
    """Name the module that is meant: the one in a file that was named, else the one of the nearest name."""
    path = Path(module)
    meant = _name_of(path) if path.is_file() else _nearest(module)
    if meant and files.file(meant) is not None:
        return f"did you mean -m {meant}?"
    return "it is neither below the current folder nor in PYTHONPATH"


def _name_of(path: Path) -> str:
    """Return the name of a file as a module, seen from the current folder."""
    parts = Path(_from_here(path.resolve())).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] in ("__init__", "__main__") else parts)


def _nearest(module: str) -> str:
    """Return the module below the current folder with the nearest name, part by part; empty without one."""
    folder, names = Path.cwd(), []
    for part in module.split("."):
        there = [path for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()]
        near = difflib.get_close_matches(part, [path.stem for path in there], n=1)
        if not near:
            return ""
        names += near
        folder = folder / near[0]
        if not folder.is_dir():
            break
    return ".".join(names)


def refuse_relative_imports(source: Source) -> None:
    """Refuse a file whose relative imports work only where it is run as a module.

    Raises:
        ReadError: the message says how to run it.
    """
    trees, problems = parse(source)
    nodes = [node for tree in trees for node in tree.module.body]
    depth = max((n.level for n in nodes if isinstance(n, ast.ImportFrom)), default=0)
    path = Path(source.path)
    if problems or not depth or not source.path or depth >= len(path.parts) - 1:
        return
    root = path.parents[depth]
    while (root / "__init__.py").is_file():
        root = root.parent
    parts = path.relative_to(root).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__main__" else parts)
    where = "" if root == Path.cwd() else f" in {root}"
    raise ReadError(
        f"{source.name} has relative imports, so it runs only as a module{where}: hypertemplate run -m {name}"
    )


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
