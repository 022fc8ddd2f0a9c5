"""Links between pages as files.

A link to ``tutorial.rst`` leads to the file where pages are shown as text, and to the page in what Sphinx
builds. Where the text of a link is the name of the file, it becomes the title of that page. A link to any
other file of the repository becomes a download. A link that leads nowhere draws a warning, which ends ``make
docs``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging

PAGES = {
    "README.rst": "index",
    "CONTRIBUTING.rst": "contributing",
    "CHANGES.rst": "changes",
    "notebooks/README.rst": "examples",
}
"""The pages that stand for files outside ``docs``, by the path of the file in the repository."""

log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, which calls this."""
    app.connect("doctree-read", _read)
    app.connect("doctree-resolved", _resolved)
    return {"parallel_read_safe": True}


def _read(app: Sphinx, doctree: nodes.document) -> None:
    """Find what each link leads to; take away the contents, which the theme shows beside the page."""
    for topic in list(doctree.findall(nodes.topic)):
        if "contents" in topic["classes"]:
            topic.parent.remove(topic)
    docs, name = Path(app.srcdir), app.env.docname
    is_included = name in ("contributing", "changes")
    folder = docs.parent if is_included else (docs / name).parent
    for link in list(doctree.findall(nodes.reference)):
        target = link.get("refuri", "")
        if not target or "://" in target or target.startswith(("#", "mailto:")):
            continue
        path, _, fragment = target.partition("#")
        file = (folder / path).resolve()
        if not file.exists():
            log.warning("no such file: %s", target, location=link)
        elif page := _page(file, docs):
            link["page"], link["fragment"], link["is_named"] = page, fragment, link.astext() != path
        elif file.is_file():
            _offer(link, file, docs)
        else:  # a folder has no page
            link.replace_self(nodes.literal("", link.astext()))


def _page(file: Path, docs: Path) -> str | None:
    """The name of the page that Sphinx makes of a file; None if it makes none."""
    if file.is_relative_to(docs) and file.suffix == ".rst":
        return file.relative_to(docs).with_suffix("").as_posix()
    return PAGES.get(file.relative_to(docs.parent).as_posix())


def _offer(link: nodes.reference, file: Path, docs: Path) -> None:
    """Replace a link by one that downloads the file."""
    path = Path("..", file.relative_to(docs.parent)).as_posix()
    text = nodes.literal("", link.astext(), classes=["xref", "download"])
    download = addnodes.download_reference(
        "", "", text, reftype="download", refdomain="", reftarget=f"/{path}"
    )
    link.replace_self(download)


def _resolved(app: Sphinx, doctree: nodes.document, name: str) -> None:
    """Lead each link to the address of its page."""
    for link in doctree.findall(nodes.reference):
        if not (page := link.get("page")):
            continue
        fragment = link["fragment"]
        if fragment and fragment not in app.env.get_doctree(page).ids:
            log.warning("no such section: %s#%s", page, fragment, location=link)
        link["internal"] = True
        link["refuri"] = app.builder.get_relative_uri(name, page) + (f"#{fragment}" if fragment else "")
        if not link["is_named"]:
            link.children = []
            link += nodes.Text(app.env.titles[page].astext())
