"""Registries of packages: tables and lists to which code adds what then holds in the whole process."""

from __future__ import annotations

import contextlib
import copy
import itertools
import operator
import sys
from collections.abc import Iterator, Mapping, MutableMapping, MutableSequence
from types import ModuleType
from typing import Any

from hypertemplate.runtime.own_code import MODULE_NAME, is_own_module
from hypertemplate.runtime.settings.setting_kinds import Setting, new_items
from hypertemplate.runtime.state.random_streams import KERAS


class Entries:
    """Entries of tables: equal where the same keys have the same objects, however these compare.

    Args:
        tables: entries of each table, by its path.
    """

    def __init__(self, tables: dict[str, dict[Any, Any]]) -> None:
        self.tables = tables

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Entries) or self.tables.keys() != other.tables.keys():
            return False
        return all(_same(table, other.tables[path]) for path, table in self.tables.items())

    __hash__ = None  # type: ignore[assignment]


def _same(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> bool:
    """Tell whether two tables have the same keys with the same objects, in one order."""
    alike = len(one) == len(other) and all(map(operator.is_, one.values(), other.values()))
    return alike and one.keys() == other.keys()


def tables(package: str, *paths: str) -> Setting:
    """Return the entries of tables in a module, by their paths there, as a setting."""

    def there(module: ModuleType) -> Iterator[tuple[str, MutableMapping[Any, Any]]]:
        for path in paths:
            with contextlib.suppress(AttributeError):  # another release has other names
                table = operator.attrgetter(path)(module)
                if isinstance(table, MutableMapping):
                    yield path, table

    def read(module: ModuleType) -> Entries:
        return Entries({path: _plain(table) for path, table in there(module)})

    def write(module: ModuleType, recorded: Entries) -> None:
        for path, table in there(module):
            wanted = recorded.tables.get(path, {})
            if not _same(_plain(table), wanted):
                table.clear()
                table.update(wanted)

    return Setting(package, read, write, _imported)


def _plain(table: MutableMapping[Any, Any]) -> dict[Any, Any]:
    """Return the entries of a table, past what a class derived from dict shows of them."""
    return dict(dict.items(table)) if isinstance(table, dict) else dict(table)


def _imported(recorded: Entries, before: Entries, after: Entries) -> Entries:
    """Return recorded entries with those that an import has added."""
    merged = {}
    for path, table in after.tables.items():
        old = before.tables.get(path, {})
        new = {key: value for key, value in table.items() if key not in old or old[key] is not value}
        merged[path] = {**recorded.tables.get(path, {}), **new}
    return Entries(merged)


def lists(package: str, path: str) -> Setting:
    """Return the elements of a list in a module as a setting."""

    def elements(module: ModuleType) -> MutableSequence[Any]:
        found: MutableSequence[Any] = operator.attrgetter(path)(module)
        return found

    def read(module: ModuleType) -> Any:
        return tuple(one for one in elements(module) if not _is_ours(one))

    def write(module: ModuleType, value: Any) -> None:
        now = list(elements(module))
        kept = [one for one in now if _is_ours(one) or one in value]
        elements(module)[:] = [*kept, *(one for one in value if one not in now)]

    return Setting(package, read, write, new_items)


def _is_ours(element: object) -> bool:
    """Tell whether this package has put an element there, which comes and goes with a trial."""
    kind = element if isinstance(element, type) else type(element)
    return kind.__module__.partition(".")[0] == __name__.partition(".")[0]


def _dialects(module: ModuleType) -> Any:
    return {name: module.get_dialect(name) for name in module.list_dialects()}


def _set_dialects(module: ModuleType, value: Any) -> None:
    for name in module.list_dialects():
        module.unregister_dialect(name)
    for name, dialect in value.items():
        module.register_dialect(name, dialect)


def _lines(module: ModuleType) -> Any:
    # What has no time was not read from a file: the texts of programs.
    return Entries(
        {"": {name: entry for name, entry in module.cache.items() if len(entry) > 1 and entry[1] is not None}}
    )


def _set_lines(module: ModuleType, value: Entries) -> None:
    for name in _lines(module).tables[""]:
        del module.cache[name]
    module.cache.update(value.tables[""])


PROGRAMS = (MODULE_NAME, "__main__")

_OF_LIBRARIES: dict[str, object] = {}
"""Modules of libraries, by name, that an import has made: thousands, which need no second look."""


def _modules_by_hand(module: ModuleType) -> Entries:
    """Return the loaded modules that no import has made, such as stand-ins for others."""
    every = dict(module.modules)
    other = map(operator.is_not, map(_OF_LIBRARIES.get, every), every.values())
    found = {}
    for name in itertools.compress(every, other):
        if not isinstance(one := every[name], ModuleType):
            continue
        if not _is_imported(name, one):
            found[name] = one
        elif name not in PROGRAMS and not is_own_module(one):  # which would keep their data alive
            _OF_LIBRARIES[name] = one
    return Entries({"": found})


def _is_imported(name: str, module: object) -> bool:
    """Return True if an import has made a module, or it is a library's or this package's."""
    names = object.__getattribute__(module, "__dict__")  # some modules stand for others, and import them
    if name in PROGRAMS or names.get("__spec__") is not None:
        return True
    package = sys.modules.get(name.partition(".")[0])
    return package is not module and isinstance(package, ModuleType) and not is_own_module(package)


def _set_modules_by_hand(module: ModuleType, value: Entries) -> None:
    wanted = value.tables[""]
    for name in _modules_by_hand(module).tables[""].keys() - wanted.keys():
        del module.modules[name]
    module.modules.update(wanted)


_TYPES = ("types_map", "types_map_inv", "encodings_map", "suffix_map")


def _file_types(module: ModuleType) -> Any:
    """Return the types of files; None where they were not asked for yet."""
    known = module._db
    return None if known is None else copy.deepcopy({name: getattr(known, name) for name in _TYPES})


def _set_file_types(module: ModuleType, value: Any) -> None:
    if value is None:
        module._default_mime_types()
        vars(module).update(_db=None, inited=False)
        return
    for name, table in copy.deepcopy(value).items():
        setattr(module._db, name, table)
        if name in ("encodings_map", "suffix_map"):
            setattr(module, name, table)
    common, strict = module._db.types_map
    vars(module).update(common_types=common, types_map=strict)


_TORCH_HOOKS = (
    *("_global_forward_hooks", "_global_forward_pre_hooks", "_global_backward_hooks"),
    *(
        "_global_backward_pre_hooks",
        "_global_parameter_registration_hooks",
        "_global_module_registration_hooks",
    ),
)

REGISTRIES = (
    *(
        tables(
            f"{keras}.src.saving.object_registration",
            f"{prefix}GLOBAL_CUSTOM_OBJECTS",
            f"{prefix}GLOBAL_CUSTOM_NAMES",
        )
        for keras in KERAS
        for prefix in ("", "_")
    ),
    tables("tensorflow.python.framework.ops", "gradient_registry._registry"),
    tables("torch.nn.modules.module", *_TORCH_HOOKS),
    tables("sklearn.metrics._scorer", "_SCORERS"),
    tables("matplotlib", "colormaps._cmaps", "color_sequences._color_sequences"),
    tables("matplotlib.style", "library"),
    tables("matplotlib.scale", "_scale_mapping"),
    tables("matplotlib.colors", "_colors_full_map"),
    tables("matplotlib.projections", "projection_registry._all_projection_types"),
    tables("matplotlib.units", "registry"),
    tables("gymnasium.envs.registration", "registry"),
    tables("copyreg", "dispatch_table", "_extension_registry", "_inverted_registry"),
    tables("logging", "_levelToName", "_nameToLevel"),
    tables("shutil", "_ARCHIVE_FORMATS", "_UNPACK_FORMATS"),
    tables("sqlite3", "adapters", "converters"),
    Setting("linecache", _lines, _set_lines),
    tables("filecmp", "_cache"),
    Setting("csv", _dialects, _set_dialects),
    Setting("sys", _modules_by_hand, _set_modules_by_hand, _imported),
    Setting("mimetypes", _file_types, _set_file_types),
    lists("sys", "meta_path"),
    lists("sys", "path_hooks"),
)
"""Registries in which an entry of an earlier trial would be found, or would be in the way of a new one."""
