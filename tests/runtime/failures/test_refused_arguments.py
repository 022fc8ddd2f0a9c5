"""What a template is told whose command line argparse, click or absl does not accept."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

import pytest

from hypertemplate.runtime.failures.refused_arguments import Refusal, advice, refusal


def by_argparse(*arguments: str) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, required=True)
    parser.parse_args(arguments)


LIBRARY = """
import sys

def exits():
    sys.exit(2)

def exits_for_an_exception():
    try:
        raise ValueError("flag --epochs:\\n  not a number.")
    except ValueError:
        sys.exit(1)
"""

library: dict[str, Any] = {"__name__": "flags.app"}
exec(LIBRARY, library)


@pytest.mark.parametrize(
    ("call", "arguments", "expected"),
    [
        pytest.param(
            by_argparse,
            ("--epochs", "x"),
            Refusal("argparse", "argument --epochs: invalid int value: 'x'"),
            id="argparse, of a value",
        ),
        pytest.param(
            by_argparse,
            (),
            Refusal("argparse", "the following arguments are required: --epochs"),
            id="argparse, of what is missing",
        ),
        pytest.param(
            library["exits_for_an_exception"],
            (),
            Refusal("flags", "flag --epochs: not a number"),
            id="another library, for an exception",
        ),
        pytest.param(library["exits"], (), Refusal("flags", ""), id="another library, without a reason"),
        pytest.param(lambda: sys.exit(2), (), None, id="code of the user's"),
    ],
)
def test_what_a_library_says_of_the_arguments(
    call: Callable[..., None],
    arguments: tuple[str, ...],
    expected: Refusal | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "hypertemplate.runtime.failures.refused_arguments.is_own_module_name", lambda name: name == __name__
    )
    with pytest.raises(SystemExit) as caught:
        call(*arguments)
    found = refusal(caught.value)
    assert found == expected


def test_advice_for_what_was_not_accepted() -> None:
    refused = Refusal("argparse", "the following arguments are required: --epochs")
    assert advice(refused, ["train.py"]) == (
        "argparse: the following arguments are required: --epochs; give arguments as in: "
        "hypertemplate run train.py -- ARGS"
    )
    assert advice(Refusal("absl", ""), ["train.py", "--lr", "1 2"]) == (
        "absl does not accept the template's arguments; the arguments are: --lr '1 2'"
    )
    assert advice(None, ["train.py", "4"]) == (
        "the template reads more arguments than it was given; the arguments are: 4"
    )
