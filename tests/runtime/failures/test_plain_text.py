from __future__ import annotations

import pytest

from hypertemplate.runtime.failures.plain_text import encodable, plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        pytest.param("a\nb\n", "a\nb\n", id="plain text stays"),
        pytest.param("\ta\u00e9\u4e2d", "\ta\u00e9\u4e2d", id="tabs and letters of all scripts stay"),
        pytest.param("a\r\nb\r\n", "a\nb\n", id="Windows line ends"),
        pytest.param("1/3\r2/3\r3/3\n", "3/3\n", id="a progress bar shows its last state"),
        pytest.param("3/3 done\r", "3/3 done", id="a carriage return at the end shows what was there"),
        pytest.param("\r\r", "", id="nothing but carriage returns"),
        pytest.param("12\b\b34", "34", id="backspaces erase"),
        pytest.param("\b\ba", "a", id="backspaces at the start erase nothing"),
        pytest.param("\x1b[1mbold\x1b[0m \x1b[38;5;9mred\x1b[m", "bold red", id="colours"),
        pytest.param("\x1b[2K\x1b[1A\x1b[?25lx", "x", id="cursor movements"),
        pytest.param(
            "\x1b]0;title\x07x\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "xlink", id="titles and links"
        ),
        pytest.param("\x1bPdata\x1b\\x", "x", id="a device control string"),
        pytest.param("\x1b(Bx\x1b7y\x1b", "xy", id="two-character sequences and a lone escape"),
        pytest.param("\x1b]never closed\nnext", "\nnext", id="an unclosed title ends with its line"),
        pytest.param("a\x00b\x07c\x85d\ud800e", "abcde", id="control characters and surrogates"),
        pytest.param("a\x0cb", "ab", id="a form feed is no line end"),
    ],
)
def test_plain_text(text: str, plain: str) -> None:
    assert plain_text(text) == plain


def test_encodable_writes_surrogates_as_escapes() -> None:
    assert encodable("a\ud800\u00e9") == "a\\ud800\u00e9"
