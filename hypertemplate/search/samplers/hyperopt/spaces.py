"""Search spaces as hyperopt knows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypertemplate.compiler.markers.drawn_values import constant
from hypertemplate.compiler.markers.grammar import CHOICES, SIGNATURES
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.search.samplers.hyperopt.remote import INDEX


def index_space(space: tuple[Dimension, ...]) -> dict[str, Any]:
    """The space as hyperopt samples it: labels to expressions, in whose points an option is its number.

    Option number i of a choice is a dict of its inner dimensions, so that hyperopt knows on what they
    depend, and of i itself under `INDEX`; where it has none it is i.
    """
    return _expressions(space, lambda dimension, i, inner: {INDEX: i, **inner} if inner else i)


def evaluable_space(space: tuple[Dimension, ...]) -> dict[str, Any]:
    """The space for people: ``hyperopt.space_eval(evaluable_space(space), trials.argmin)`` gives values.

    A literal option is its value; one that consists of a distribution is the value drawn from it; one that
    has distributions somewhere inside is a dict of its source text, under ``option``, and of their values by
    their labels; any other is its source text. What is a whole number in a trial is an ``int``. ``fmin``
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
    """``hyperopt.space_eval``: the point of a space that these drawn values, label to value, make."""
    from hyperopt import space_eval

    return space_eval(space, dict(drawn))


def _expressions(
    space: tuple[Dimension, ...],
    option: Callable[[Dimension, int, dict[str, Any]], Any],
    number: Callable[[Any], Any] | None = None,
) -> dict[str, Any]:
    """Labels to expressions of hyperopt.

    Args:
        space: an inner dimension after its choice.
        option: a choice, the number of an option and the expressions inside it to what the option is.
        number: what is done to a whole number, which hyperopt may draw as a float.
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
