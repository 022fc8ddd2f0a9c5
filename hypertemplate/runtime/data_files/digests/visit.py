"""Walk over a value and all that it holds: a text that differs where it does, and what stays unseen."""

from __future__ import annotations

import enum
import functools
import hashlib
import itertools
import re
import sys
import types
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType, ModuleType
from typing import Any

from hypertemplate.runtime.data_files.digests.data_contents import MOST_ITEMS, data_kind, data_text
from hypertemplate.runtime.own_code import OURS, is_own_class, is_own_function, is_own_module_name, package_of
from hypertemplate.runtime.state.attributes import of_class, of_closure, of_framework, of_instance, of_slots

PLAIN = (
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    bytearray,
    range,
    slice,
    type(None),
    type(...),
    type(NotImplemented),
)
"""Classes of values whose text tells all of them."""

_TOLD = frozenset({"datetime", "decimal", "fractions", "ipaddress", "pathlib", "uuid", "zoneinfo"})
"""Modules of Python whose objects are told by their texts."""

_TOLD_IN_PANDAS = ("pandas._libs.interval", "pandas._libs.missing", "pandas._libs.tslibs")

_PANDAS_SCALARS = frozenset({"Interval", "NAType", "NaTType", "Period", "Timedelta", "Timestamp"})

_SILENT = frozenset(
    {
        "IPython",
        "_contextvars",
        "_io",
        "_random",
        "_thread",
        "_weakref",
        "_weakrefset",
        "contextvars",
        "logging",
        "os",
        "random",
        "threading",
        "weakref",
        OURS,
    }
)
"""Packages whose objects have nothing to compare: locks, loggers, generators that each trial seeds."""

_TYPE_ONLY = frozenset({"flax", "jax", "jaxlib", "tensorflow", "torch"})
"""Packages whose objects, less their tensors, are compared by their class alone."""

_DEPTH = 24
"""Depth to which objects in objects are looked into."""

_MOST_VISITED = 100_000
"""Most objects that are looked into for one value."""

_LONGEST = 200
"""Longest text of an object that is kept as it is, and not as a checksum."""

_BUILT_IN = (
    types.BuiltinFunctionType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.MethodDescriptorType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
)

_CONTAINERS = (list, tuple, set, frozenset, dict, deque, types.MappingProxyType)

Code = Callable[[FunctionType | type], str]
"""Function that describes the text of a function or a class of the user's."""


class HoldsCodeError(Exception):
    """Refusal of a value that is code or holds some."""


class Visit:
    """One walk over a value.

    Args:
        code: describes the text of the user's own functions and classes.

    Attributes:
        unseen: classes of what could not be looked into, in words by the way to it.
        functions: functions of the user's that the value is or holds.
        modules: modules that it holds.
    """

    def __init__(self, code: Code) -> None:
        self.unseen: dict[str, str] = {}
        self.functions: list[FunctionType] = []
        self.modules: list[ModuleType] = []
        self._code = code
        self._open: dict[int, int] = {}
        self._done: dict[int, tuple[object, str]] = {}

    def text(self, value: Any, path: str, most: int) -> str:
        """Return a text that differs where a value does, the same in each process.

        Args:
            value: the value.
            path: way to it, such as ``.steps[0]``.
            most: number of bytes of arrays that count.

        Raises:
            HoldsCodeError: `code` refuses what the value holds.
        """
        if type(value) in PLAIN:
            return _short(repr(value))
        key = id(value)
        if key in self._open:
            return f"<{len(self._open) - self._open[key]} above>"
        if key in self._done:
            return self._done[key][1]
        if len(self._open) > _DEPTH or len(self._done) > _MOST_VISITED:
            return self._not_seen(value, path)
        self._open[key] = len(self._open)
        try:
            text = self._described(value, path, most)
        except HoldsCodeError:
            raise
        except (
            Exception
        ):  # an object of a library, or one that takes the place of another, may refuse anything
            text = self._not_seen(value, path)
        finally:
            del self._open[key]
        self._done[key] = (value, _short(text))
        return self._done[key][1]

    def _not_seen(self, value: Any, path: str) -> str:
        self.unseen[path] = kind_of(value)
        return kind_of(value)

    def _sampled(self, path: str) -> None:
        self.unseen.setdefault(path, "only elements spread over it")

    def _described(self, value: Any, path: str, most: int) -> str:
        kind = type(value)
        if isinstance(value, ModuleType):
            self.modules.append(value)
            return f"module {value.__name__}"
        if _is_silent(kind):
            return kind_of(value)
        if is_told(value):
            return f"{kind_of(value)} {told(value)}"
        if isinstance(value, enum.Enum):
            return f"{self.text(kind, path, most)} {value.name}"
        code = self._of_code(value, path, most)
        if code:
            return code
        data = data_kind(value)
        if data:
            contents = data_text(value, path, most, self.text, self._sampled)
            own = (
                [self.text(kind, path, most), self._named(_attributes(value), path, most)]
                if is_own_class(kind)
                else []
            )
            return repr((kind_of(value), data, contents, own))
        return self._object(value, path, most)

    def _of_code(self, value: Any, path: str, most: int) -> str:
        """Describe a function, a method or a class; return an empty text for anything else."""
        match value:
            case FunctionType():
                return self._function(value, path, most)
            case type():
                return self._class(value, path, most)
            case types.MethodType():
                return repr([self.text(one, path, most) for one in (value.__func__, value.__self__)])
            case functools.partial():
                called = (value.func, value.args, value.keywords)
                return repr(["partial", *(self.text(one, path, most) for one in called)])
            case property():
                parts = (value.fget, value.fset, value.fdel)
                return repr(["property", *(self.text(one, path, most) for one in parts)])
            case staticmethod() | classmethod():
                return f"{kind_of(value)} {self.text(value.__func__, path, most)}"
            case functools.cached_property():
                return f"cached {self.text(value.func, path, most)}"
            case _ if isinstance(value, _BUILT_IN):
                owner = getattr(value, "__self__", getattr(value, "__objclass__", None))
                held = "" if isinstance(owner, ModuleType) else self.text(owner, path, most)
                return f"{kind_of(value)} {code_name(value)} {held}"
            case _ if is_named(value):
                return code_name(value)
            case _ if hasattr(value, "cache_info") and hasattr(value, "__wrapped__"):
                return f"{kind_of(value)} {self.text(value.__wrapped__, path, most)}"
        return ""

    def _function(self, function: FunctionType, path: str, most: int) -> str:
        is_own = is_own_function(function)
        if is_own:
            self.functions.append(function)
        elif not function.__closure__:
            return code_name(function)
        closure = of_closure(function)
        held = {**({} if closure is None else closure.values), **vars(function)}
        defaults = [function.__defaults__, function.__kwdefaults__]
        said = self._code(function) if is_own else code_name(function)
        texts = [self.text(one, path, most) for one in defaults]
        return repr((said, texts, self._named(held, path, most)))

    def _class(self, kind: type, path: str, most: int) -> str:
        if not is_own_class(kind):
            return code_name(kind)
        names = type.__getattribute__(kind, "__dict__")
        methods = {name: one for name, one in names.items() if isinstance(one, (FunctionType, staticmethod))}
        held = {**of_class(kind).values, **methods}
        held = {name: one for name, one in held.items() if not isinstance(one, types.MemberDescriptorType)}
        bases = [self.text(one, path, most) for one in (type(kind), *kind.__bases__)]
        return repr((kind.__qualname__, self._code(kind), bases, self._named(held, path, most)))

    def _object(self, value: Any, path: str, most: int) -> str:
        """Describe an object by its class, its attributes and its items."""
        kind = type(value)
        said = [self.text(kind, path, most)]
        if package_of(kind) in _TYPE_ONLY or of_framework(kind):
            self._not_seen(value, path)
            return said[0]
        names = _attributes(value)
        said.append(self._named(names, path, most))
        if isinstance(value, _CONTAINERS):
            if isinstance(value, defaultdict):
                said.append(self.text(value.default_factory, path, most))
            return repr([*said, len(value), self._items(value, path, most)])
        if type(value).__name__ == "ufunc":
            return self._ufunc(value, path)
        if isinstance(value, re.Pattern):
            return repr((value.pattern, value.flags))
        if _has_hidden_state(kind, names):
            said.append(self._reduced(value, path, most))
        return repr(said)

    def _ufunc(self, value: Any, path: str) -> str:
        """Describe a universal function, of which only those that a library names have a name."""
        if value.__name__.startswith("?") or " " in value.__name__:
            self._not_seen(value, path)
        return f"ufunc {value.__name__} {value.types}"

    def _named(self, names: Mapping[str, Any], path: str, most: int) -> str:
        share = most // max(1, len(names))
        texts = [(name, self.text(one, f"{path}.{name}", share)) for name, one in sorted(names.items())]
        return _short(repr(texts))

    def _items(self, value: Any, path: str, most: int) -> str:
        count = len(value)
        share = most // max(1, count)
        if count > MOST_ITEMS:
            self._sampled(path)
        if isinstance(value, (set, frozenset)):  # its order is another one in each process
            if count > MOST_ITEMS:
                return ""
            return repr(sorted(self.text(one, path, share) for one in value))
        step = max(1, count // MOST_ITEMS)
        if isinstance(value, (dict, types.MappingProxyType)):
            pairs = itertools.islice(value.items(), 0, None, step)
            return repr(
                [
                    (self.text(key, path, share), self.text(one, f"{path}[{_key(key)}]", share))
                    for key, one in pairs
                ]
            )
        some = itertools.islice(enumerate(value), 0, None, step)
        return repr([self.text(one, f"{path}[{place}]", share) for place, one in some])

    def _reduced(self, value: Any, path: str, most: int) -> str:
        """Describe an object by the state that it would be pickled with, without pickling it."""
        found = value.__reduce_ex__(4)
        if isinstance(found, str):
            return found
        make, arguments, *rest = found
        state, items, pairs = [*rest, None, None, None][:3]
        listed = [[*itertools.islice(one or (), MOST_ITEMS)] for one in (items, pairs)]
        return repr([self.text(one, path, most) for one in (make, arguments, state, *listed)])


def kind_of(value: Any) -> str:
    """Return the name of the class of a value, as it is in every process."""
    kind = type(value)
    # The module of a user's own class may be named otherwise in another process.
    return kind.__qualname__ if is_own_class(kind) else f"{kind.__module__}.{kind.__qualname__}"


def code_name(value: Any) -> str:
    """Return the dotted name of a function or a class of a library."""
    name = getattr(value, "__qualname__", getattr(value, "__name__", ""))
    return f"{getattr(value, '__module__', None) or ''}.{name}".strip(".")


def is_named(value: Any) -> bool:
    """Tell whether a value is what the module of a library has under its name, as NumPy's functions are."""
    if not callable(value) or isinstance(value, (type, FunctionType)) or is_own_class(type(value)):
        return False
    module, name = (getattr(value, one, None) for one in ("__module__", "__name__"))
    if not isinstance(module, str) or not isinstance(name, str) or is_own_module_name(module):
        return False
    return vars(sys.modules.get(module, types)).get(name) is value


def is_told(value: Any) -> bool:
    """Tell whether the text of a value of Python or pandas tells all of it."""
    module = str(type(value).__module__)
    is_pandas = module.partition(".")[0] == "pandas"
    if module.startswith(_TOLD_IN_PANDAS) or (is_pandas and type(value).__name__ in _PANDAS_SCALARS):
        return True
    if (
        module.partition(".")[0] == "numpy"
        and hasattr(type(value), "newbyteorder")
        and not hasattr(value, "size")
    ):
        return True  # the type of an array's elements
    return module.partition(".")[0] in _TOLD and not isinstance(value, (type, FunctionType))


def told(value: Any) -> str:
    """Return the text of a value that it tells; what decimals have signalled is left out of their context."""
    return re.sub(r", flags=\[[^]]*\]", "", repr(value)) if type(value).__name__ == "Context" else repr(value)


def _is_silent(kind: type) -> bool:
    module = str(type.__getattribute__(kind, "__module__"))
    if is_own_class(kind) or issubclass(kind, (type, FunctionType)):
        return False
    is_generator = module == "torch._C" and kind.__name__ == "Generator"
    return module.partition(".")[0] in _SILENT or module.startswith("numpy.random") or is_generator


def _attributes(value: Any) -> dict[str, Any]:
    """Return the attributes of an object, less what it has computed late and can compute again."""
    kind = type(value)
    try:
        names = object.__getattribute__(value, "__dict__")
    except AttributeError:
        names = {}
    if is_own_class(kind) and names:
        names = of_instance(value, names, own=True).values
    slots = of_slots(value)
    found = {**names, **({} if slots is None else slots.values)}
    return {name: one for name, one in found.items() if not _is_cache(kind, name)}


def _is_cache(kind: type, name: object) -> bool:
    if not isinstance(name, str) or (name == "_cache" and not is_own_class(kind)):
        return True
    of_class_ = next((vars(one)[name] for one in kind.__mro__ if name in vars(one)), None)
    return isinstance(of_class_, functools.cached_property)


def _has_hidden_state(kind: type, names: Iterable[str]) -> bool:
    """Tell whether an object of a class may have state that is no attribute: its class is written in C."""
    written = next(one for one in kind.__mro__ if not one.__flags__ & _HEAP_TYPE)
    return written is not object or not (is_own_class(kind) or {*names})


_HEAP_TYPE = 1 << 9
"""Flag of classes that are made at run time, as those of Python code are."""


def _key(key: Any) -> str:
    return repr(key)[:20] if type(key) in PLAIN else kind_of(key)


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=12).hexdigest()
