"""Search spaces in hyperopt's form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypertemplate.compiler.markers.drawn_values import constant
from hypertemplate.compiler.markers.grammar import CHOICES, SIGNATURES
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.search.samplers.hyperopt.remote import INDEX


def index_space(space: tuple[Dimension, ...]) -> dict[str, Any]:
    """Build the space that hyperopt samples: labels to expressions, in whose points an option is its number.

    Option number i of a choice is a dict of its inner dimensions, so that hyperopt knows on what they
    depend, and of i itself under `INDEX`; without inner dimensions it is i.
    """
    return _expressions(space, lambda dimension, i, inner: {INDEX: i, **inner} if inner else i)


def evaluable_space(space: tuple[Dimension, ...]) -> dict[str, Any]:
    """Build the space whose values are those that people see.

    ``hyperopt.space_eval(evaluable_space(space), trials.argmin)`` gives the values of the best trial.

    A literal option is its value; one that is a distribution is the value drawn from it; one that
    has distributions somewhere inside is a dict of its source text, under ``option``, and of their values by
    their labels; any other is its source text. A whole number in a trial is an ``int``. ``fmin``
    samples the same points from it as the search does.
    """
    from hyperopt import pyll

    def option(dimension: Dimension, i: int, inner: dict[str, Any]) -> Any:
        written = dimension.options[i]
        if written.inner:
            return inner[written.inner]
        if inner:
            return {"option": written.text, **inner}
        # As a node of its own: hyperopt would make a tuple of a list.
        return pyll.Literal(constant(written))

    return _expressions(space, option, number=pyll.scope.int)


def evaluate(space: Any, drawn: Mapping[str, Any]) -> Any:
    """Evaluate a space at drawn values, by label, with ``hyperopt.space_eval``."""
    from hyperopt import space_eval

    return space_eval(space, dict(drawn))


def _expressions(
    space: tuple[Dimension, ...],
    option: Callable[[Dimension, int, dict[str, Any]], Any],
    number: Callable[[Any], Any] | None = None,
) -> dict[str, Any]:
    """Build hyperopt's expressions, by label.

    Args:
        space: dimensions, an inner one after its choice.
        option: maps a choice, the number of an option and the expressions inside it to the option.
        number: converts a whole number, which hyperopt may draw as a float.
    """
    from hyperopt import hp

    inside: dict[tuple[str, int] | None, list[Dimension]] = {}
    for dimension in space:
        inside.setdefault(dimension.parent, []).append(dimension)

    def expressions(parent: tuple[str, int] | None) -> dict[str, Any]:
        return {d.label: expression(d) for d in inside.get(parent, ())}

    def expression(dimension: Dimension) -> Any:
        label, name = dimension.label, dimension.distribution
        if name not in CHOICES:
            # By position: hyperopt's TPE looks for the offset of a randint only there.
            arguments = [dimension.numbers[key] for key in SIGNATURES[name] if key in dimension.numbers]
            drawn = getattr(hp, name)(label, *(map(int, arguments) if name == "randint" else arguments))
            return number(drawn) if number and dimension.integral else drawn
        options = [option(dimension, i, expressions((label, i))) for i in range(len(dimension.options))]
        if name == "choice":
            return hp.choice(label, options)
        return hp.pchoice(label, list(zip(dimension.probabilities, options, strict=True)))

    return expressions(None)
