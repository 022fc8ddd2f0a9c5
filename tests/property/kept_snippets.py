"""Snippets of random templates whose values live on in modules that they write, in trees, and in ends of objects."""

from __future__ import annotations

KEPT_MODULES: dict[str, str] = {
    "law_environment": """
import os
import law_wide
WIDTH = os.environ.get("HT_WIDE", "none"), law_wide.WIDE, law_wide.read()
""",
    "law_wide": """
import os
WIDE = 1
def read():
    return WIDE, os.environ.get("HT_WIDE", "none")
def put(x):
    global WIDE
    WIDE = x
""",
    "law_tree": """
import xml.etree.ElementTree as et
ROOT = et.fromstring("<a><b n='1'>x</b></a>")
ROWS = {"x": ROOT[0].attrib}
def grow(x):
    ROOT[0].text += str(x)
    ROWS["x"]["n"] = str(x)
    et.SubElement(ROOT, "c").tail = "y"
    return len(ROOT)
""",
}
"""Text of each module, by its name."""

WRITTEN = "law_written"
"""Beginning of the names of modules that templates write."""

_WRITES = "import importlib, sys\nsys.path.insert(0, os.getcwd())"
_IMPORTS = "importlib.invalidate_caches()\nimport law_written$n"

WRITTEN_MODULES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (
            f"{_WRITES}\nPath('law_written$n.py').write_text('RATE = %d' % $i)",
            _IMPORTS,
            "$a.append(law_written$n.RATE)",
            "law_written$n.RATE += 1",
        ),
        "law_written$n.RATE",
    ),
    (
        (
            f"{_WRITES}\nPath('law_written$n.py').write_text('ROWS = [3]')",
            "def rows$n(x):\n    importlib.invalidate_caches()\n    from law_written$n import ROWS\n"
            "    ROWS.append(x)\n    return len(ROWS)",
            "$a.append(rows$n($i))",
        ),
        "rows$n(0)",
    ),
    (
        (
            f"{_WRITES}\nPath('law_written$n.py').write_text('import law_wide\\nRATE = law_wide.read()')",
            "import law_wide\nlaw_wide.put($i)",
            f"{_IMPORTS}\n$a.append(law_written$n.RATE[0])",
        ),
        "law_written$n.RATE",
    ),
)
"""Modules that a template writes and imports: pieces of each snippet, and what shows what it did."""

LATE_READS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (
            "os.environ['HT_WIDE'] = '10'",
            "os.environ['HT_WIDE'] = str($i)",
            "from law_environment import WIDTH as width$n\n$a.append(len(width$n))",
        ),
        "width$n",
    ),
    (
        (
            "import law_wide\nlaw_wide.WIDE = 10",
            "law_wide.WIDE = $i",
            "def wide$n():\n    import law_environment\n    return law_environment.WIDTH",
        ),
        "wide$n()",
    ),
    (
        (
            "import law_wide\nlaw_wide.put(10)",
            "law_wide.put($i)",
            "def wide$n():\n    from law_environment import WIDTH\n    return WIDTH",
            "$a.append(wide$n())",
        ),
        "wide$n()",
    ),
)
"""Modules whose import reads what stood above it, with values that setup may have set before."""

TREES: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (
            "import xml.etree.ElementTree as et\nroot$n = et.fromstring('<a><b/></a>')",
            "root$n[0].set('n', str($i))",
            "et.SubElement(root$n, 'c').text = str(len($a))",
        ),
        "et.tostring(root$n)",
    ),
    (("from law_tree import grow", "$a.append(grow($i))"), "grow(0)"),
    (("import law_tree", "law_tree.ROOT[0].text = str($i)", "law_tree.grow(1)"), "law_tree.ROWS"),
    (("from law_tree import ROOT", "def cut$n():\n    ROOT.clear()\n    return $i", "cut$n()"), "len(ROOT)"),
    (
        (
            "import xml.etree.ElementTree as et\nheld$n = {'x': et.ElementTree(et.Element('a'))}",
            "for tree$n in held$n.values():\n    tree$n.getroot().append(et.Element('b', n=str($i)))",
            "$a.append(len(held$n['x'].getroot()))",
        ),
        "et.tostring(held$n['x'].getroot())",
    ),
)
"""Documents of XML."""

OBJECT_ENDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (
            "class Gone$n:\n    def __del__(self):\n        $a.append(4)\ngone$n = Gone$n()",
            "$b.append($i)",
            "del gone$n",
            "$b.append(len($a))",
        ),
        "0",
    ),
    (
        (
            "class Gone$n:\n    def __init__(self, rows):\n        self.rows = rows\n"
            "    def __del__(self):\n        self.rows.append(5)\ngone$n = Gone$n($a)",
            "gone$n = $i",
            "$b.append(len($a))",
        ),
        "gone$n",
    ),
    (
        (
            "import random\nrandom.seed(1)\nclass Gone$n:\n    def __del__(self):\n        random.seed(7)\ngone$n = Gone$n()",
            "$a.append(random.randrange(100) + $i)",
            "del gone$n",
            "$b.append(random.randrange(100))",
        ),
        "random.randrange(100)",
    ),
)
"""Objects whose ends run code, which statements end."""

KEPT = {
    "written modules": WRITTEN_MODULES,
    "late reads": LATE_READS,
    "trees": TREES,
    "ends of objects": OBJECT_ENDS,
}
"""The kinds, each with its snippets."""
