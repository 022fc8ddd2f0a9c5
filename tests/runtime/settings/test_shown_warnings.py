"""Warnings that trials repeat: each is shown once."""

from __future__ import annotations

import warnings

import pytest

from hypertemplate.runtime.settings.shown_warnings import ShownWarnings


def warn(*texts: str) -> list[str]:
    """Warn from one line; return what was shown."""
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        hooked = ShownWarnings()
        undo = hooked.install()
        for text in texts:
            with hooked.trial():
                for one in text.split():
                    warnings.warn(one, FutureWarning, stacklevel=1)
        undo()
        warnings.warn("end", FutureWarning, stacklevel=1)
    return [str(one.message) for one in shown]


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        pytest.param(("a", "a", "a"), ["a"], id="one that each trial shows"),
        pytest.param(("a", "b a"), ["a", "b"], id="another one of the same line"),
        pytest.param(
            ("a a", "a a"), ["a", "a"], id="one that a trial shows twice, since its code wants that"
        ),
    ],
)
def test_a_warning_that_an_earlier_trial_has_shown_is_left_out(
    texts: tuple[str, ...], shown: list[str]
) -> None:
    assert warn(*texts) == [*shown, "end"]
