"""Names that Keras numbers: ``auc_2`` for the third metric of a class, less what made earlier networks.

Keras names a metric or a layer without a name after its class, and counts such names until its session
is cleared. A network that is compiled again therefore reports ``auc_1`` where the first one reported
``auc``. Here each network has metrics of a class numbered as if it were the only one: ``auc``, and
``auc_1`` for a second one. With several outputs, names begin with an output's, which `outputs_of` numbers
in the same way.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.patch import Undo, replace

_VALIDATION = "val_"
_NUMBER = re.compile(r"_\d+$")

_MADE = "_hypertemplate_made_name"
"""Attribute of a metric or a layer with the name that Keras made for it."""


def unnumbered(name: str) -> str:
    """Return a name without Keras's number.

    >>> unnumbered("val_auc_2"), unnumbered("f1")
    ('val_auc', 'f1')
    """
    return _NUMBER.sub("", name)


def note_names(module: ModuleType) -> Undo:
    """Make a loaded Keras note what it names itself: metrics and layers; return a function that ends this."""
    metric = getattr(getattr(module, "metrics", None), "Metric", None)
    layer = getattr(getattr(module, "layers", None), "Layer", None)
    # Layers are operations in Keras 3, and so are the functions of `keras.ops` that a network is made of.
    noted = [
        _note_made(named) for named in (metric, getattr(module, "Operation", layer)) if named is not None
    ]

    def note_no_more() -> None:
        for undo in noted:
            undo()

    return note_no_more


def _note_made(named: Any) -> Undo:
    """Make each object of a class keep the name that Keras made for it."""
    original = named.__init__
    signature = inspect.signature(original)

    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if signature.bind(self, *args, **kwargs).arguments.get("name") is None:
            vars(self)[_MADE] = self.name  # past what Keras does with attributes that are set

    return replace(named, "__init__", init)


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the metrics of one network.

    Attributes:
        plain: names to use in place of those that Keras has numbered, without ``val_``.
        counted: the names in use that Keras would number.
        directions: whether more of a metric is better, as Keras's own metrics say, by the name in use.
        outputs: the number, from 1, of the output that a metric is of, by the name in use, where that name
            begins with one that Keras made for a layer.
    """

    plain: Mapping[str, str] = field(default_factory=dict)
    counted: frozenset[str] = frozenset()
    directions: Mapping[str, bool] = field(default_factory=dict)
    outputs: Mapping[str, int] = field(default_factory=dict)

    def logs(self, logs: Mapping[Any, Any]) -> dict[Any, Any]:
        """Return an epoch's logs, or a whole history, under the names to use."""
        return {self._used(key): value for key, value in logs.items()}

    def _used(self, key: Any) -> Any:
        if not isinstance(key, str):
            return key
        prefix = _VALIDATION if key.startswith(_VALIDATION) else ""
        name = key.removeprefix(prefix)
        return prefix + self.plain.get(name, name)


NO_NAMES = Names()
"""Names of a network that reported nothing."""


@dataclass(frozen=True, slots=True)
class Output:
    """Output of a network whose layer Keras named.

    Attributes:
        name: name of the layer.
        plain: name to use in its place.
        number: number of the output, from 1.
    """

    name: str
    plain: str
    number: int


def outputs_of(model: Any) -> tuple[Output, ...]:
    """Find the outputs of a network with several, whose layers Keras has named.

    They are numbered as if no other network had layers, unless one output then had the name of another.
    """
    names = [str(name) for name in getattr(model, "output_names", None) or ()]
    layers = getattr(model, "operations", None) or getattr(model, "layers", None) or ()
    made = {str(layer.name): base for layer in layers if (base := _counted(layer))} if len(names) > 1 else {}
    lowest = {base: min(_number(name) for name in made if made[name] == base) for base in made.values()}
    plain = {
        name: _numbered(made[name], _number(name) - lowest[made[name]]) for name in names if name in made
    }
    if any(new != name and new in names for name, new in plain.items()):
        plain = {name: name for name in plain}
    return tuple(Output(name, plain[name], at) for at, name in enumerate(names, 1) if name in plain)


def names_of(metrics: Iterable[Any], logs: Iterable[Any], outputs: Iterable[Output] = ()) -> Names:
    """Find the names of a network's metrics.

    Args:
        metrics: metrics of the network, as Keras's ``model.metrics`` has them.
        logs: names in the logs of an epoch.
        outputs: outputs of the network, as `outputs_of` finds them.
    """
    reported = {str(key).removeprefix(_VALIDATION): None for key in logs}
    each = list(_each(metrics))
    own = {name: metric for name in reported if (metric := _metric_of(name, each)) is not None}
    of = {name: output for name in reported if (output := _output_of(name, outputs)) is not None}
    counted = _counted_names(each, own)
    plain = {name: _of_output(counted.get(name, name), of.get(name)) for name in {**counted, **of}}
    others = reported.keys() - plain.keys()
    if others & set(plain.values()):  # a name that the user gave another metric
        counted = plain = {}
    used = {name: plain.get(name, name) for name in reported}
    directions = {
        used[name]: more for name, metric in own.items() if (more := _direction(metric)) is not None
    }
    return Names(
        {name: new for name, new in plain.items() if name in counted or name != new},
        frozenset(used[name] for name in counted),
        directions,
        {used[name]: output.number for name, output in of.items()},
    )


def _counted_names(metrics: Iterable[Any], own: Mapping[str, Any]) -> dict[str, str]:
    """Number the metrics that Keras named after their classes.

    Args:
        metrics: metrics in the order in which they were compiled; logs are sorted.
        own: name in the logs -> metric.
    """
    plain: dict[str, str] = {}
    count: dict[str, int] = {}
    for metric in metrics:
        names = [name for name, one in own.items() if one is metric]
        base = _counted(metric) if names else ""
        if base:
            number = count[base] = count.get(base, -1) + 1
            made, wanted = len(getattr(metric, _MADE)), _numbered(base, number)
            plain |= {name: name[:-made] + wanted for name in names}
    return plain


def _output_of(name: str, outputs: Iterable[Output]) -> Output | None:
    """Return the output that a metric is of: names are ``dense_1_loss``, after ``dense_1``, not ``dense``."""
    of = [output for output in outputs if name.startswith(f"{output.name}_")]
    return max(of, key=lambda output: len(output.name), default=None)


def _of_output(name: str, output: Output | None) -> str:
    """Return the name of a metric with the name to use of its output."""
    return name if output is None else output.plain + name.removeprefix(output.name)


def _number(name: str) -> int:
    """Return the number at the end of a name that Keras made; the first of a class has none."""
    found = _NUMBER.search(name)
    return int(found.group()[1:]) if found else 0


def _numbered(base: str, number: int) -> str:
    return f"{base}_{number}" if number else base


def _each(metrics: Iterable[Any]) -> Iterator[Any]:
    """Yield the metrics; Keras 3 has lists of metrics as metrics, of which those in the lists count."""
    for metric in metrics:
        inner = getattr(metric, "metrics", None)
        if isinstance(inner, (list, tuple)) and inner:
            yield from _each(inner)
        else:
            yield metric


def _metric_of(name: str, metrics: Iterable[Any]) -> Any:
    """Return the metric that a network reports under a name, which may begin with an output's."""
    of = [m for m in metrics if name == (own := str(getattr(m, "name", None))) or name.endswith(f"_{own}")]
    return max(of, key=lambda metric: len(metric.name), default=None)


def _counted(named: Any) -> str:
    """Return the name of the class of a metric or layer that Keras named after it, else an empty string."""
    name, base = getattr(named, _MADE, ""), _snake(type(named).__name__)
    is_kept = bool(name) and str(named.name).endswith(name)
    return base if is_kept and base in (name, unnumbered(name)) else ""


def _snake(name: str) -> str:
    """Write the name of a class as Keras does: ``MeanIoU`` as ``mean_io_u``."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _direction(metric: Any) -> bool | None:
    """Return the direction that one of Keras's own metrics has."""
    return {"up": True, "down": False}.get(str(getattr(metric, "_direction", None)))
