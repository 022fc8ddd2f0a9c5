"""Variables of Keras's layers, models and optimizers, and parameters of PyTorch's modules."""

from __future__ import annotations

import math
import sys
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from hypertemplate.runtime.own_code import package_of
from hypertemplate.runtime.state.arrays import FEWEST_ELEMENTS, checksum, is_array
from hypertemplate.runtime.state.books import books_of
from hypertemplate.runtime.state.held_state import same

COMPARED_BYTES = 4 * 2**20
"""Bytes of one model's variables that are compared, the smallest first: training changes biases too."""

MOST_COMPARED = 32
"""Approximate number of one model's variables of each kind, trained or not, that are compared."""

KERAS = ("keras", "tf_keras")

FLAGS = ("trainable", "regularizer", "constraint", "overwrite_with_gradient")
"""Properties of a Keras variable that code may set; those of TensorFlow's variables are fixed."""


class KerasVariables:
    """The variables of a layer, model, optimizer or metric of Keras, or a variable.

    Attributes:
        owner: what has them.
    """

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self._layers = _layers_of(owner)
        self._trainable = tuple(layer.trainable for layer in self._layers)
        self._optimizer = getattr(owner, "optimizer", None)
        self._books = books_of((owner, *self._layers, self._optimizer)) if _can_keep_books(owner) else ()
        self._settings = _settings((owner, *self._layers, self._optimizer))
        self._slots = _listed(self._optimizer)
        self._weights = _listed(owner)
        self._variables = (*self._weights, *self._slots)
        self._flags = _flags(self._variables)
        self._compared = _compared(owner, self._variables)
        self._sum = _sum(self._compared)
        self._copies: list[Any] | None = None

    @property
    def size_bytes(self) -> int:
        """Memory that a copy of the variables takes, in bytes."""
        return sum(map(_size_bytes, self._variables))

    def copy(self) -> None:
        """Keep a copy of the variables."""
        self._copies = [_values(variable).copy() for variable in self._variables]

    def changed(self) -> bool:
        """Return True if there are other variables or settings, or compared variables have other values."""
        return (
            self._is_built_anew()
            or self._is_compiled_anew()
            or not same(_settings((self.owner, *self._layers, self._optimizer)), self._settings)
            or tuple(layer.trainable for layer in self._layers) != self._trainable
            or not same(_flags(self._variables), self._flags)
            or _sum(self._compared) != self._sum
        )

    def restorable(self) -> bool:
        """Return True if there are copies; without its books, a model must not be built or compiled again."""
        anew = self._is_built_anew() or self._is_compiled_anew()
        return self._copies is not None and (bool(self._books) or not anew)

    def put_back(self) -> None:
        """Restore what is compiled, built and trainable, and assign the copies."""
        for book in self._books:
            book.put_back()
        for layer, trainable in zip(self._layers, self._trainable, strict=True):
            if layer.trainable != trainable:
                layer.trainable = trainable
        # Books give layers their flags back, but a layer passes one on to its variables only when it is set.
        for (variable, name), flag in zip(_settable(self._variables), self._flags, strict=True):
            if getattr(variable, name) is not flag:
                setattr(variable, name, flag)
        for variable, value in zip(self._variables, self._copies or (), strict=False):
            variable.assign(value)

    def _is_built_anew(self) -> bool:
        return not same(_listed(self.owner), self._weights)

    def _is_compiled_anew(self) -> bool:
        """Return True if a model has another optimizer, or its own one has new variables."""
        optimizer = getattr(self.owner, "optimizer", None)
        return optimizer is not self._optimizer or not same(_listed(optimizer), self._slots)


class TorchParameters:
    """The parameters and buffers of a module of PyTorch, and whether its parts are set to train.

    Attributes:
        owner: the module; or a tensor that NumPy has no array for.
    """

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self._tensors = _tensors(owner)
        self._modes = _modes(owner)
        self._gradients = [tensor.grad for tensor in self._tensors]
        self._states = [_tensor_state(tensor) for tensor in self._tensors]
        self._copies: list[Any] | None = None

    @property
    def size_bytes(self) -> int:
        """Memory that a copy of the parameters takes, in bytes."""
        return sum(tensor.numel() * tensor.element_size() for tensor in self._tensors)

    def copy(self) -> None:
        """Keep a copy of the parameters."""
        self._copies = [tensor.detach().clone() for tensor in self._tensors]

    def changed(self) -> bool:
        """Return True if a parameter was replaced or written to, or a mode differs."""
        tensors = _tensors(self.owner)
        return (
            not same(tensors, self._tensors)
            or [_tensor_state(tensor) for tensor in tensors] != self._states
            or _modes(self.owner) != self._modes
        )

    def restorable(self) -> bool:
        """Return True if there are copies, and the module has the same parameters."""
        return self._copies is not None and same(_tensors(self.owner), self._tensors)

    def put_back(self) -> None:
        """Copy the values back, and restore the modes."""
        torch = sys.modules["torch"]
        with torch.no_grad():
            for tensor, value in zip(self._tensors, self._copies or (), strict=False):
                tensor.copy_(value)
        for tensor, gradient in zip(self._tensors, self._gradients, strict=True):
            tensor.grad = gradient
        for part, (training, wanted) in zip(_parts(self.owner), self._modes, strict=True):
            part.training = training
            for parameter, one in zip(part.parameters(recurse=False), wanted, strict=True):
                parameter.requires_grad_(one)
        self._states = [_tensor_state(tensor) for tensor in self._tensors]


def weights(value: Any) -> KerasVariables | TorchParameters | None:
    """Record the variables of a model or of a part of one; None for any other object."""
    kind = type(value)
    for package in KERAS:
        module = sys.modules.get(package)
        if module is not None and issubclass(kind, _owners(module)):
            return KerasVariables(value)
    if _is_variable(kind):
        return KerasVariables(value)
    torch = sys.modules.get("torch")
    found = getattr(torch, "nn", None)  # it is not there while PyTorch is imported
    if torch is None or found is None:
        return None
    if issubclass(kind, found.Module) or (issubclass(kind, torch.Tensor) and value.layout is torch.strided):
        return TorchParameters(value)
    return None


def _can_keep_books(owner: Any) -> bool:
    """Return True for objects of Keras 3: those of older ones have books outside of Python."""
    return any(package_of(kind) == "keras" for kind in type(owner).__mro__) and not _is_variable(type(owner))


_FLEETING = frozenset(
    {
        *("built", "history", "predict_function", "stop_evaluating", "stop_predicting", "stop_training"),
        *("test_function", "train_function"),
    }
)
"""Attributes that running a model or a layer sets; one that has variables is seen to be built by these."""


def _settings(owners: Iterable[Any]) -> tuple[Any, ...]:
    """Return the public attributes of layers, models and optimizers, each with its name."""
    return tuple(
        one
        for owner in owners
        for pair in getattr(owner, "__dict__", {}).items()
        if not pair[0].startswith("_") and pair[0] not in _FLEETING
        for one in pair
    )


def _owners(keras: Any) -> tuple[type, ...]:
    """Return the classes of what has variables; none that a Keras lacks while it is imported."""
    names = (("layers", "Layer"), ("optimizers", "Optimizer"), ("metrics", "Metric"))
    found = (getattr(getattr(keras, module, None), name, None) for module, name in names)
    return tuple(one for one in found if isinstance(one, type))


def _is_variable(kind: type) -> bool:
    """Return True for a class of Keras's or TensorFlow's variables."""
    found = (getattr(sys.modules.get(name), "Variable", None) for name in ("keras", "tensorflow"))
    return any(isinstance(variable, type) and issubclass(kind, variable) for variable in found)


def _layers_of(owner: Any) -> tuple[Any, ...]:
    """Return a layer and those inside it; nothing for an optimizer."""
    flatten = getattr(owner, "_flatten_layers", None)
    return tuple(flatten()) if flatten is not None else ()


def _listed(owner: Any) -> tuple[Any, ...]:
    """Return the variables of an owner."""
    if _is_variable(type(owner)):
        return (owner,)
    found = getattr(owner, "variables", ())  # a method of the optimizers of some releases
    return tuple(found() if callable(found) else found)


def _compared(owner: Any, variables: Iterable[Any]) -> list[Any]:
    """Return the variables that are compared: a few of each kind, since training changes all of its kind."""
    trained = set(map(id, getattr(owner, "trainable_variables", ())))
    known = list(variables)
    kinds = [one for one in known if id(one) in trained], [one for one in known if id(one) not in trained]
    some = (one for kind in kinds for one in kind[:: max(1, len(kind) // MOST_COMPARED)])
    found: list[Any] = []
    room = COMPARED_BYTES
    for variable in sorted(some, key=_size_bytes):
        room -= _size_bytes(variable)
        if found and room < 0:
            break
        found.append(variable)
    return found


def _flags(variables: Iterable[Any]) -> tuple[Any, ...]:
    """Return the values of what can be set of variables."""
    return tuple(getattr(variable, name) for variable, name in _settable(variables))


def _settable(variables: Iterable[Any]) -> Iterator[tuple[Any, str]]:
    """Yield each variable with each of its `FLAGS` that can be set."""
    for variable in variables:
        for name in FLAGS:
            if getattr(getattr(type(variable), name, None), "fset", None) is not None:
                yield variable, name


def _sum(variables: list[Any]) -> int:
    total = 0
    for variable in variables:
        total = zlib.crc32(_values(variable).tobytes(), total)
    return total


def _values(variable: Any) -> Any:
    return sys.modules["numpy"].asarray(variable)


def _size_bytes(variable: Any) -> int:
    return 4 * int(math.prod(variable.shape))  # of most types


def _tensors(owner: Any) -> tuple[Any, ...]:
    """Return the parameters and buffers of a module, except those without a shape; for a tensor, itself."""
    torch = sys.modules["torch"]
    if issubclass(type(owner), torch.Tensor):
        return (owner,)
    is_lazy = torch.nn.parameter.is_lazy
    return tuple(one for one in (*owner.parameters(), *owner.buffers()) if not is_lazy(one))


def _modes(owner: Any) -> list[tuple[bool, list[bool]]]:
    """Return for each part of a module whether it trains, and which of its parameters are trained."""
    return [
        (part.training, [one.requires_grad for one in part.parameters(recurse=False)])
        for part in _parts(owner)
    ]


def _parts(owner: Any) -> tuple[Any, ...]:
    return tuple(owner.modules()) if hasattr(owner, "modules") else ()


def _tensor_state(tensor: Any) -> tuple[int, ...]:
    """Return a value that differs once a tensor was written to: its version, except past its history."""
    some = checksum(tensor, FEWEST_ELEMENTS) if is_array(tensor) else 0
    return tensor._version, tensor.data_ptr(), some
