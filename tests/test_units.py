"""Durations, sizes and counts, as people read and write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hypertemplate.errors import UsageError
from hypertemplate.units import (
    counted,
    duration,
    duration_text,
    elapsed_text,
    listed,
    ordinal,
    rough_duration,
    size,
    size_text,
    with_article,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("90", 90, id="seconds without a unit"),
        pytest.param("1.5m", 90, id="minutes"),
        pytest.param("2H", 7200, id="hours"),
        pytest.param("1h 30m", 5400, id="two units"),
        pytest.param("1d", 86400, id="days"),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert duration(text, "timeout") == seconds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "", "--timeout: invalid duration ''; use, for example, 90s, 10m, 2h or 1h30m", id="nothing"
        ),
        pytest.param(
            "soon", "--timeout: invalid duration 'soon'; use, for example, 90s, 10m, 2h or 1h30m", id="a word"
        ),
        pytest.param(
            "1h30",
            "--timeout: invalid duration '1h30'; use, for example, 90s, 10m, 2h or 1h30m",
            id="a number without its unit",
        ),
        pytest.param(
            "-5m",
            "--timeout: invalid duration '-5m'; use, for example, 90s, 10m, 2h or 1h30m",
            id="a negative one",
        ),
        pytest.param(
            "0s",
            "--timeout must be positive, got '0s'; use, for example, 90s, 10m, 2h or 1h30m",
            id="none at all",
        ),
    ],
)
def test_what_is_no_duration(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        duration(text, "timeout")
    assert str(caught.value) == message


@pytest.mark.property
@given(st.integers(1, 10**7))
def test_a_duration_is_read_as_it_is_written(seconds: int) -> None:
    assert duration(duration_text(seconds), "timeout") == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-3, "0s"),
        (0.4, "0s"),
        (59.4, "59s"),
        (59.6, "1m00s"),
        (185, "3m05s"),
        (3599, "59m59s"),
        (7800, "2h10m"),
        (90000, "25h00m"),
    ],
)
def test_seconds(seconds: float, text: str) -> None:
    assert elapsed_text(seconds) == text


@pytest.mark.parametrize(("number", "text"), [(0, "0 trials"), (1, "1 trial"), (2, "2 trials")])
def test_counted(number: int, text: str) -> None:
    assert counted(number, "trial") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.52, "0.5s"), (9.7, "10s"), (61.4, "61s"), (150, "2m"), (7000, "117m"), (9000, "2.5h")],
)
def test_long_times(seconds: float, text: str) -> None:
    assert rough_duration(seconds) == text


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        pytest.param(512, "512 B", id="bytes"),
        pytest.param(1536, "1.5 KiB", id="KiB"),
        pytest.param(2 * 1024**3, "2.0 GiB", id="GiB"),
        pytest.param(3 * 1024**5, "3072.0 TiB", id="no unit above TiB"),
    ],
)
def test_sizes(size_bytes: int, text: str) -> None:
    assert size_text(size_bytes) == text


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [
        pytest.param("1000", 1000, id="bytes"),
        pytest.param("1.5k", 1536, id="a fraction"),
        pytest.param("512M", 512 * 1024**2, id="M"),
        pytest.param("2GiB", 2 * 1024**3, id="the whole unit"),
    ],
)
def test_sizes_that_are_read(text: str, size_bytes: int) -> None:
    assert size(text, "memory_growth") == size_bytes


@pytest.mark.parametrize("text", ["much", "0", "-1M", "1X"])
def test_invalid_sizes(text: str) -> None:
    with pytest.raises(UsageError, match="use, for example, 512M or 2G"):
        size(text, "memory_growth")


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_of_words(items: list[str], text: str) -> None:
    assert listed(items) == text


def test_ranks_as_people_say_them() -> None:
    ranks = [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)]
    assert ranks == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]


@pytest.mark.parametrize(
    "said",
    [
        *("an array", "an object", "an int", "a str", "a function", "a tuple", "a user", "a uint8", "a Unit"),
        *("an ndarray", "an SGDClassifier", "an XGBClassifier", "an LSTM", "an MLPClassifier", "an SVC"),
        *(
            "a KNNImputer",
            "a GRU",
            "a UUID",
            "a Model",
            "a NearestNeighbors",
            "an Adam",
            "an _Own",
            "a _Mine",
        ),
    ],
)
def test_articles(said: str) -> None:
    assert with_article(said.partition(" ")[2]) == said
