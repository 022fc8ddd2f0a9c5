"""Pieces of templates that carry values in files, for `trial_programs`: what one writes, another one reads.

What a trial leaves in the folder is there for the next one here. So none of them reads a file that the same
trial writes later.
"""

from __future__ import annotations

WRITE = "with open('f$n', 'w') as w$n:\n    w$n.write(str($i))"
READ = "with open('f$n') as r$n:\n    $a.append(int(r$n.read()))"

FILE_PIECES: tuple[tuple[str, ...], ...] = (
    (WRITE, READ),
    (WRITE, READ, WRITE, READ),
    ("Path('g$n').write_text(str(len($a)))", "$a.append($i)", "$b.append(int(Path('g$n').read_text()))"),
    (
        "def save$n(name, x):\n    Path(name).write_text(str(x))",
        "save$n('s$n', $i)",
        "$a.append(int(Path('s$n').read_text()))",
    ),
    (
        "folder$n = os.path.join('.', 'd$n')\nos.makedirs(folder$n, exist_ok=True)",
        "with open(f'{folder$n}/x.json', 'w') as out$n:\n    json.dump([$i], out$n)",
        "with open(Path('d$n') / 'x.json') as in$n:\n    $a += json.load(in$n)",
    ),
    (
        "Path('l$n').write_text('1')",
        "with open('l$n', 'a') as l$n:\n    l$n.write(str($i))",
        "$a.append(len(Path('l$n').read_text()))",
    ),
    (
        "class Store$n:\n    def __init__(self, path):\n        self.path = Path(path)\n"
        "    def keep(self, x):\n        self.path.write_text(str(x))\n",
        "store$n = Store$n('o$n')",
        "store$n.keep($i)",
        "$b.append(int(Path('o$n').read_text()))",
    ),
    (
        "path$n = lambda k: 'p$n-%d' % k",
        "for k in (1, 2):\n    Path(path$n(k)).write_text(str(k * $i))",
        "import glob\nfor found$n in sorted(glob.glob('p$n-*')):\n    $a.append(int(Path(found$n).read_text()))",
    ),
    (
        "Path('m$n').write_text(str(len($b)))",
        "os.replace('m$n', 'n$n')",
        "$a.append(int(Path('n$n').read_text()) + $i)",
    ),
    (
        "Path('t$n').write_text('5')",
        "@functools.lru_cache(maxsize=None)\ndef told$n():\n    return int(Path('t$n').read_text())",
        "Path('t$n').write_text(str($i))",
        "$a.append(told$n())",
    ),
    (
        "names$n = ['u$n-a', 'u$n-b']",
        "for name in names$n:\n    Path(name).write_text(str($i))",
        "$a += [int(Path(name).read_text()) for name in names$n]",
    ),
    ("Path('v$n').write_text(str($i))", "$a.append(os.path.getsize('v$n'))"),
)
"""The pieces of several snippets."""
