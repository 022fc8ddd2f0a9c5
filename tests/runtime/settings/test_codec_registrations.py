"""Search functions and error handlers of codecs that trials register."""

from __future__ import annotations

import codecs
import functools
from collections.abc import Iterator

import pytest

from hypertemplate.runtime.settings.codec_registrations import notice_registrations
from hypertemplate.runtime.settings.recorded_settings import RecordedSettings


@pytest.fixture(autouse=True)
def _noticed() -> Iterator[None]:
    before = codecs.register, codecs.unregister, codecs.register_error
    take_out = notice_registrations()
    settings = RecordedSettings(own=True)
    yield
    settings.put_back()
    take_out()
    assert (codecs.register, codecs.unregister, codecs.register_error) == before


def coded_by(number: int) -> None:
    """Register a codec that writes a number for each text."""

    def search(name: str) -> codecs.CodecInfo | None:
        if name != "ht_numbers":
            return None
        return codecs.CodecInfo(lambda text, errors="": (b"%d" % number, len(text)), lambda *_: ("", 0))

    codecs.register(search)


def handled(number: int, error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return str(number), error.end


def encoded(text: str, encoding: str, errors: str) -> str:
    try:
        return text.encode(encoding, errors).decode()
    except LookupError as error:
        return str(error)


def test_a_codec_that_a_trial_registers_is_not_the_next_one_s() -> None:
    settings = RecordedSettings(own=False)
    for number in (1, 2):
        assert encoded("a", "ht_numbers", "strict") == "unknown encoding: ht_numbers"
        coded_by(number)
        assert encoded("a", "ht_numbers", "strict") == str(number)
        settings.put_back()


def test_a_codec_of_setup_is_there_in_each_trial() -> None:
    coded_by(5)
    settings = RecordedSettings(own=False)
    searches = RecordedSettings(own=False)
    coded_by(6)
    settings.put_back()
    assert encoded("a", "ht_numbers", "strict") == "5"
    with searches.importing():
        coded_by(7)
    searches.put_back()
    assert encoded("a", "ht_numbers", "strict") == "5"


def test_a_codec_that_a_trial_unregisters_is_there_in_the_next_one() -> None:
    found = codecs.lookup("utf-8")

    def search(name: str) -> codecs.CodecInfo | None:
        return found if name == "ht_other" else None

    codecs.register(search)
    settings = RecordedSettings(own=False)
    codecs.unregister(search)
    assert encoded("a", "ht_other", "strict") == "unknown encoding: ht_other"
    settings.put_back()
    assert encoded("a", "ht_other", "strict") == "a"


def test_a_handler_of_errors_that_a_trial_registers_is_not_the_next_one_s() -> None:
    settings = RecordedSettings(own=False)
    for number in (1, 2):
        said = encoded("\xe9", "ascii", "ht_handler")
        assert said == "unknown error handler name 'ht_handler'"
        codecs.register_error("ht_handler", functools.partial(handled, number))
        assert encoded("\xe9", "ascii", "ht_handler") == str(number)
        settings.put_back()
