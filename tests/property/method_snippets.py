"""Snippets whose classes have methods of the same names as objects of a library, and change nothing in them."""

METHODS = (
    (
        (
            "import random\nclass Still$n:\n    def shuffle(self, rows):\n        return self",
            "rng$n = random.Random(3)\nboth$n = [Still$n(), rng$n]",
            "rng$n.shuffle($a)",
            "for one$n in both$n:\n    one$n.shuffle($b)",
            "def mixed$n(one):\n    return one.shuffle($a)",
            "mixed$n(rng$n)",
        ),
        "[$i, $a, rng$n.random()]",
    ),
    (
        (
            "import io\nclass Deaf$n:\n    def write(self, text):\n        return self\n    def seek(self, place):\n"
            "        return place",
            "heard$n = io.StringIO()\nheard$n.write('ab')",
            "class Relay$n:\n    def __init__(self, to):\n        self.to = to\n    def write(self, text):\n"
            "        self.to.write(text)",
            "Relay$n(heard$n).write(str($i))",
            "[one.seek(1) for one in (Deaf$n(), heard$n)]",
            "heard$n.write('c')",
        ),
        "[heard$n.getvalue()]",
    ),
    (
        (
            "class Idle$n:\n    def rotate(self, by):\n        return self",
            "class Rows$n(deque):\n    def peek(self):\n        return self.rotate(1)",
            "rows$n = Rows$n([1, 2, $i])\nrows$n.rotate(1)",
            "rows$n.peek()",
            "(rows$n if $i else Idle$n()).rotate(2)",
        ),
        "[list(rows$n)]",
    ),
    (
        (
            "def tally$n():\n    global times$n\n    try:\n        times$n += $i\n    except NameError:\n"
            "        times$n = 1\n    return times$n",
            "$a.append(tally$n())",
        ),
        "[tally$n()]",
    ),
)
