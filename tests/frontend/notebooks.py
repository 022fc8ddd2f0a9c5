"""Short ways to notebooks on disk, whole ones and broken ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PYTHON = {"language_info": {"name": "python"}, "kernelspec": {"name": "python3", "language": "python"}}


def code(source: object, count: object = None, **more: object) -> dict[str, Any]:
    """A code cell of version 4."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": source, "execution_count": count}
    return cell | more


def text(source: object = "# Title", kind: str = "markdown") -> dict[str, Any]:
    """A cell of text."""
    return {"cell_type": kind, "metadata": {}, "source": source}


def notebook(*cells: object, metadata: object = PYTHON, **more: object) -> dict[str, Any]:
    """A notebook of version 4."""
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)} | more


def sheets(*worksheets: object, metadata: object = None, **more: object) -> dict[str, Any]:
    """A notebook of version 3, from the cells of each worksheet."""
    cells = [{"cells": cells} for cells in worksheets]
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": metadata or {}, "worksheets": cells} | more


def save(folder: Path, content: object, name: str = "train.ipynb") -> str:
    """Write a notebook, a text or bytes to a file of `folder`; the path."""
    if not isinstance(content, (str, bytes)):
        content = json.dumps(content)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return str(folder / name)
