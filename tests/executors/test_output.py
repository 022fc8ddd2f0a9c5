from __future__ import annotations

import tempfile

import pytest

from hypertemplate.executors.output import TAIL_BYTES, last_lines


def shown(data: bytes) -> str:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return last_lines(file.fileno())


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"", "", id="nothing"),
        pytest.param(b"one\ntwo", "one\ntwo", id="a last line without an end"),
        pytest.param(b"one\n\n\n", "one", id="blank lines at the end"),
        pytest.param(b"\n\none\n", "\n\none", id="blank lines before the first"),
        pytest.param(b"1/2\r2/2\n\x1b[1mdone\x1b[0m\n", "2/2\ndone", id="a progress bar and colours"),
        pytest.param(b"caf\xe9 \xe4\xb8\xad\n", "caf\ufffd \u4e2d", id="bytes that are not UTF-8"),
        pytest.param(
            b"\n".join(b"%d" % n for n in range(30)),
            "\n".join(map(str, range(10, 30))),
            id="more than 20 lines",
        ),
    ],
)
def test_the_last_lines(data: bytes, text: str) -> None:
    assert shown(data) == text


def test_only_the_end_of_a_long_output_is_read() -> None:
    lines = b"".join(b"%099d\n" % n for n in range(10_000))
    assert shown(lines) == "\n".join(f"{n:099}" for n in range(9_980, 10_000))


def test_a_gigabyte_is_not_read() -> None:
    with tempfile.TemporaryFile() as file:
        file.truncate(1 << 30)  # a hole, which takes no room
        file.seek(0, 2)
        file.write(b"\nlast\n")
        file.flush()
        assert last_lines(file.fileno()) == "last"


def test_an_endless_line_is_cut_at_its_start() -> None:
    assert shown(b"x" * TAIL_BYTES + b"end\n") == "x" * (TAIL_BYTES - 4) + "end"
    assert shown(b"x" * TAIL_BYTES + b"\nend\n") == "end"
