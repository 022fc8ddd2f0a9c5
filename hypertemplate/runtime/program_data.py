"""Data of a program: the call of the data function, and what every trial gets of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from hypertemplate.compiler.program import Program
from hypertemplate.errors import LoadError
from hypertemplate.runtime.argument_values import ArgumentValues
from hypertemplate.runtime.model_arguments import JoinError, given, model_arguments, shape
from hypertemplate.runtime.seeds import seed_others


class ProgramData:
    """Data of a program, loaded once or in each trial.

    Args:
        program: program that is loaded.
        seed: seed of the study, which every call of the data function begins with.
        values: evaluates the arguments of the data function.

    Attributes:
        per_trial: whether each trial calls the data function.
        kept: value that the data function returned, if every trial gets that; else None.
        notes: notes for the user on why it is called in each trial.
    """

    def __init__(self, program: Program, seed: int, values: ArgumentValues) -> None:
        self._program = program
        self._seed = seed
        self._values = values
        self._left: dict[str, Any] = {}
        self.per_trial = program.data_per_trial
        self.kept: Any = None
        self.notes: tuple[str, ...] = ()
        if program.changed_data and not program.keeps_data:
            self.notes = (self._is_changed(),)

    @property
    def function(self) -> str:
        """Name of the data function."""
        return self._program.data or "data"

    @property
    def locals(self) -> tuple[str, ...]:
        """Local variables of the data function that the model reads."""
        return (*self._program.leaked, *self._program.join.locals)

    @property
    def is_tried(self) -> bool:
        """True if the data function is called in setup, which may tell that each trial has to call it."""
        return self._program.data is not None and (self._program.keeps_data or not self.per_trial)

    def load(self, names: dict[str, Any]) -> dict[str, Any]:
        """Call the data function in setup, and keep what it returns unless reading uses that up.

        Args:
            names: names of the program's module.

        Returns:
            The arguments that bounds and lists read, by parameter of the model.

        Raises:
            LoadError: the value that data returned does not fit the model.
        """
        self.per_trial = False
        returned = self.call(names)
        try:
            arguments = self.model_arguments(returned)
        except JoinError as error:
            raise LoadError(str(error)) from None
        read = given(self._program.given, arguments)
        once = _used_up(returned)
        if once is None:
            self.kept = returned
        else:
            self.per_trial = True
            self.notes = (f"{self._program.data}() returns {shape(once)}, so it runs anew for each trial",)
        return read

    def load_anew(self) -> None:
        """Have each trial call the data function, since trials change what it returns."""
        self.per_trial, self.kept = True, None
        self.notes += (self._is_changed(),)

    def call(self, names: dict[str, Any]) -> Any:
        """Call the data function.

        Args:
            names: names of the module that it runs in; local variables that the model reads join them.
        """
        seed_others(self._seed)
        returned = named_function(names, self.function)(*self.arguments())
        self.take(names)
        return returned

    def take(self, names: dict[str, Any]) -> None:
        """Take the local variables that the data function has left, for the model.

        Args:
            names: names of the module that it ran in.
        """
        self._left = names["_ht_"].left
        # A star import may have bound it, which only a run tells.
        unbound = [n for n in self._program.leaked if n in self._left and n not in names]
        names.update({n: self._left[n] for n in unbound})

    def model_arguments(self, returned: Any) -> dict[str, Any] | tuple[Any, ...]:
        """Return the arguments that the model has from what the data function returned.

        Raises:
            JoinError: that does not fit the model.
        """
        program = self._program
        data, model = program.data or "data", program.model or "model"
        return model_arguments(program.join, returned, data, model, self._left)

    def arguments(self) -> tuple[Any, ...]:
        """Evaluate the arguments that the file's own ``minimize`` call gives to the data function."""
        expression = self._program.data_args
        if expression is None:
            return ()
        found = self._values.of(expression)
        if not isinstance(found, (tuple, list)):
            raise LoadError(f"data_args={expression.text} must be a tuple of arguments, got {shape(found)}")
        return tuple(found)

    def _is_changed(self) -> str:
        data, model = self._program.data, self._program.model
        advice = "copy that in the model first to load it once"
        return f"{data}() runs anew for each trial, since {model}() changes what it returns; {advice}"


def named_function(names: Mapping[str, Any], name: str) -> Callable[..., Any]:
    """Return a function of the template.

    Raises:
        NameError: the template has not defined it.
        TypeError: it is not a function.
    """
    if name not in names:
        raise NameError(f"name {name!r} is not defined after the template has run")
    found = names[name]
    if not callable(found):
        raise TypeError(f"{name!r} is {shape(found)} after the template has run, not a function")
    return cast("Callable[..., Any]", found)


def _used_up(returned: Any) -> Any:
    """Return an object in `returned` that can be iterated only once, or None."""
    items = [returned]
    if isinstance(returned, (tuple, list)):
        items += returned
    elif isinstance(returned, Mapping):
        items += returned.values()
    for item in items:
        # Only an iterator is asked for its iterator: a data set may start threads for it.
        if isinstance(item, Iterator) and iter(item) is item:
            return item
    return None
