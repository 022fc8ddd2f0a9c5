"""Pieces of templates whose files are the trial's own, for `trial_programs`.

Other than in `file_pieces`, a trial may look for a file that it writes later: what another trial has written must
not be there.
"""

from __future__ import annotations

TRIAL_FILE_PIECES: tuple[tuple[str, ...], ...] = (
    (
        "with open('ap$n', 'a') as ap$n:\n    ap$n.write(str($i))",
        "with open('ap$n') as read$n:\n    $a.append(int(read$n.read()))",
    ),
    (
        "for row in (1, 2):\n    with open('rw$n', 'a') as rows$n:\n        print(row * $i, file=rows$n)",
        "$a += [int(row) for row in Path('rw$n').read_text().split()]",
    ),
    (
        "Path('bs$n').write_text('1\\n')",
        "with open('bs$n', 'a') as bs$n:\n    print($i, file=bs$n)",
        "$b.append(sum(map(int, Path('bs$n').read_text().split())))",
    ),
    (
        "$a.append(int(os.path.exists('ex$n')))",
        "Path('ex$n').write_text(str($i))",
        "$a.append(int(os.path.exists('ex$n')))",
    ),
    (
        "Path('rm$n').write_text(str($i))",
        "$a.append(int(Path('rm$n').read_text()))\nos.remove('rm$n')",
        "$b.append(int(os.path.exists('rm$n')))",
    ),
    (
        "with open('xx$n', 'x') as x$n:\n    x$n.write(str($i))",
        "$a.append(int(Path('xx$n').read_text()))",
    ),
    (
        "Path('ch$n').write_text('55')",
        "with open('ch$n', 'r+') as ch$n:\n    ch$n.write(str($i)[:1])",
        "$a.append(int(Path('ch$n').read_text()))",
    ),
    (
        "Path('mv$n').write_text('5')",
        "if $i > 10:\n    os.rename('mv$n', 'to$n')",
        "$a += [int(os.path.exists(name)) for name in ('mv$n', 'to$n')]",
    ),
    (
        "os.makedirs('ls$n', exist_ok=True)",
        "for k in range($i % 7):\n    Path('ls$n', str(k)).touch()",
        "$a.append(len(os.listdir('ls$n')))",
    ),
    (
        "os.makedirs('rt$n', exist_ok=True)\nPath('rt$n/one').write_text('1')",
        "import shutil\nif $i > 10:\n    shutil.rmtree('rt$n')",
        "$a.append(int(os.path.isdir('rt$n')))",
    ),
    (
        "import zipfile",
        "with zipfile.ZipFile('zp$n.zip', 'w') as zip$n:\n    zip$n.writestr('x', str($i))",
        "with zipfile.ZipFile('zp$n.zip') as zip$n:\n    $a.append(int(zip$n.read('x')))",
    ),
    (
        "import pickle\nPath('ab$n').write_text('3')",
        "path$n = os.path.join(os.getcwd(), 'ab$n')\nwith open(path$n, 'wb') as ab$n:\n    pickle.dump($i, ab$n)",
        "with open('ab$n', 'rb') as ab$n:\n    $a.append(pickle.load(ab$n))",
    ),
)
"""The pieces of several snippets."""
