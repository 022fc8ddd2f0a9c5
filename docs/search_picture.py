"""Draws ``static/search.svg``, the picture of the first page, from what the tutorial shows of a real search.

python docs/search_picture.py
"""

import re
import textwrap
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.syntax import Syntax
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

HERE = Path(__file__).parent
TUTORIAL = HERE / "tutorial.rst"
PICTURE = HERE / "static" / "search.svg"
WIDTH = 100
FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"


def main() -> None:
    """Draw the picture."""
    page = TUTORIAL.read_text(encoding="utf-8")
    code = found(r"^( {4}def model\([\s\S]*?\{\{[\s\S]*?batch_size=[^\n]*\n)", page.rpartition("3. Mark")[2])
    command, *printed = found(r"^( {4}\$ hypertemplate run [\s\S]*?)\n\n\w", page).splitlines()
    console = Console(
        record=True, width=WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(marked(code))
    console.print()
    console.print(Text.assemble(("$ ", "dim"), (command.removeprefix("$ "), "bold")))
    for line in printed:
        console.print(emphasised(line), overflow="crop", no_wrap=True)
    drawing = console.export_svg(title="model.py", theme=DIMMED_MONOKAI, unique_id="search")
    # A page loads nothing from elsewhere: the letters are those of the reader's own terminal.
    drawing = re.sub(r"@font-face \{.*?\}\s*", "", drawing, flags=re.DOTALL).replace(
        "Fira Code, monospace", FONTS
    )
    PICTURE.write_text(re.sub(r"[ \t]+$", "", drawing, flags=re.MULTILINE), encoding="utf-8")


def found(pattern: str, text: str) -> str:
    """What a pattern finds in a page, without its indentation."""
    (block,) = re.findall(pattern, text, flags=re.MULTILINE)
    return textwrap.dedent(block)


def marked(lines: str) -> Text:
    """Code with its markers set off."""
    code = Syntax("", "python", theme="monokai", background_color="default").highlight(lines)
    code.rstrip()
    code.highlight_regex(r"\{\{.*?\}\}+", "bold #ffd866")
    return code


def emphasised(line: str) -> Text:
    """A line, with the head of the table and the result in bold."""
    return Text(line, style="bold" if line.startswith(("trial ", "best of")) else "")


main()
