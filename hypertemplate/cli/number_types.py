"""Types of options that take a number; their errors name the option, and say what it takes."""

from __future__ import annotations

from typing import Any

import click


class WholeNumber(click.types.IntParamType):
    """Whole number of at least `lowest`."""

    def __init__(self, lowest: int) -> None:
        self._lowest = lowest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Parse a number; UsageError names the option."""
        try:
            number = int(value)
        except ValueError:
            number = self._lowest - 1
        if number < self._lowest:
            wanted = f"a whole number of at least {self._lowest}"
            raise click.UsageError(f"{_name(param)} must be {wanted}, got {value}", ctx)
        return number


class Number(click.types.FloatParamType):
    """Any number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Parse a number; UsageError names the option."""
        try:
            return float(value)
        except ValueError:
            raise click.UsageError(f"{_name(param)} must be a number, got {value}", ctx) from None


def _name(param: click.Parameter | None) -> str:
    """Return an option as it is written, or an argument as the help calls it."""
    if isinstance(param, click.Option):
        return param.opts[0]
    return "" if param is None or param.name is None else param.name.upper()
