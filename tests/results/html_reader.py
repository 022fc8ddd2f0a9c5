"""Reader of pages: what a browser would see of them, and what it would run or load."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br"})


class PageReader(HTMLParser):
    """Reads a page; checks that what opens is closed.

    Attributes:
        text: the text of the page, with a line for each block.
        tags: names of its elements.
        attributes: names of their attributes.
        scripts: texts of its scripts.
        by_id: text of each element with an id.
    """

    BLOCKS = frozenset(
        {"p", "h1", "h2", "div", "tr", "summary", "pre", "figure", "figcaption", "text", "option"}
    )

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    @property
    def lines(self) -> list[str]:
        """Lines of text, with dashes and crosses of ASCII."""
        text = self.text.replace("\N{EN DASH}", "-").replace("\N{MULTIPLICATION SIGN}", "x")
        return [" ".join(line.split()) for line in text.split("\n") if line.strip()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in VOID:
            self._open.append(tag)
        self.text += "\n" if tag in self.BLOCKS else ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self.text += "\n" if tag in self.BLOCKS else "|" if tag in ("td", "th", "dt") else ""

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "script":
            self.scripts.append(data)
        elif not self._open or self._open[-1] != "style":
            self.text += data
