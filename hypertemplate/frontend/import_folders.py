"""Folders from which the user's own modules are imported, and the modules' files, without importing any."""

from __future__ import annotations

import functools
import json
import os
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
)
from pathlib import Path
from urllib.parse import unquote, urlsplit

from hypertemplate.compiler.syntax.source import Source
from hypertemplate.frontend.path_edits import path_edits

_PYTHON = ("stdlib", "platstdlib", "purelib", "platlib")
_INSTALLED = frozenset({"site-packages", "dist-packages"})


def own_folders(source: Source) -> tuple[str, ...]:
    """Return the folders with modules of the user's own, in the order of `sys.path`.

    These are the template's, those of ``PYTHONPATH``, those of packages that are installed to be edited, and
    those that the template itself adds.

    Args:
        source: the template; of code in memory, and of the source of no template, the current folder counts.
    """
    first = source.folder or str(Path(source.path).parent if source.path else Path.cwd())
    named = os.environ.get("PYTHONPATH", "")
    beside = [os.path.abspath(folder) for folder in named.split(os.pathsep) if named]  # noqa: PTH100
    edits = path_edits(source)
    edited = (folder for one in _sites() for folder in edited_folders(one))
    folders = (*edits.first, first, *beside, *edited, *edits.last)
    return tuple(dict.fromkeys(folder for folder in folders if not is_installed(folder)))


def process_folders() -> tuple[str, ...]:
    """Return the folders from which this process imports modules of the user's own, in order."""
    here = str(Path.cwd())
    return tuple(folder or here for folder in sys.path if not is_installed(folder or here))


def _sites() -> Iterator[str]:
    """Yield the folders of installed packages that Python has on its path."""
    wanted = (*site.getsitepackages(), site.getusersitepackages())
    yield from (folder for folder in wanted if folder in sys.path)


def edited_folders(packages: str) -> Iterator[str]:
    """Yield the folders of packages that are installed to be edited.

    They are in files with the suffix ``.pth``, else in what pip notes of an installation.

    Args:
        packages: folder of installed packages.
    """
    for listing in sorted(Path(packages).glob("*.pth")):
        for line in _read(listing).splitlines():
            if line.strip() and not line.startswith(("#", "import ", "import\t")):
                yield str(Path(packages, line.rstrip()).resolve())
    for noted in sorted(Path(packages).glob("*.dist-info/direct_url.json")):
        try:
            installed = json.loads(_read(noted))
        except ValueError:  # what another tool has left unfinished
            continue
        if isinstance(installed, dict) and (installed.get("dir_info") or {}).get("editable"):
            root = Path(unquote(urlsplit(str(installed.get("url"))).path))
            yield from (str(folder) for folder in (root / "src", root) if folder.is_dir())


def shown(source: Source, file: Path) -> str:
    """Return a file as the user would write it: beside the template, else from the current folder."""
    beside, here = Path(source.path).parent, Path.cwd()
    if source.path and file.is_relative_to(beside):
        return str(Path(source.name).parent / file.relative_to(beside))
    return str(file.relative_to(here) if file.is_relative_to(here) else file)


class OwnFiles:
    """Files of the user's own modules, by the names under which they are imported.

    Args:
        folders: folders to look in, in order.
    """

    def __init__(self, folders: Iterable[str]) -> None:
        self._folders = list(folders)
        self._found: dict[str, ModuleSpec | None] = {}

    def file(self, name: str) -> Path | None:
        """Return the source file of a module or package; None if it is none of the user's."""
        spec = self._spec(name)
        if spec is None or not isinstance(spec.loader, SourceFileLoader) or is_installed(spec.loader.path):
            return None
        return Path(spec.loader.path)

    def _spec(self, name: str) -> ModuleSpec | None:
        if name not in self._found:
            package = name.rpartition(".")[0]
            around = self._spec(package) if package else None
            folders = self._folders if not package else around and around.submodule_search_locations
            self._found[name] = self._search(name, folders or ())
        return self._found[name]

    def _search(self, name: str, folders: Iterable[str]) -> ModuleSpec | None:
        if name in sys.builtin_module_names:
            return None
        namespace: ModuleSpec | None = None
        # Not `PathFinder`: it remembers what folders held.
        loaders = ((ExtensionFileLoader, EXTENSION_SUFFIXES), (SourceFileLoader, [".py"]))
        for folder in folders:
            spec = FileFinder(folder, *loaders).find_spec(name)
            if spec is not None and spec.loader is not None:
                return spec
            if spec is not None and namespace is None:
                namespace = spec
        return namespace


def is_installed(path: str) -> bool:
    """Return True if a path lies among Python's own modules or installed packages."""
    return not _INSTALLED.isdisjoint(Path(path).parts) or f"{path}/".startswith(_places())


@functools.cache
def _places() -> tuple[str, ...]:
    """Return the folders of Python's own modules and of installed packages; each import asks."""
    return tuple(f"{sysconfig.get_path(place)}/" for place in _PYTHON)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it cannot be read, so Python does not read it either
        return ""
