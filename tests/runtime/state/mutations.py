"""Templates whose trials change what setup made, in ways that no text of theirs shows."""

from __future__ import annotations

import dataclasses
import re
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

from hypertemplate.compiler.program import Join, Program, Reached
from tests.runtime.programs import program, uniform

VALUES = (10.0, 20.0, 10.0, 30.0)
"""The values that the marker has in the trials."""

BESIDE = """
    import contextvars
    import ctypes
    import functools
    import hashlib
    import io
    import itertools
    import random
    import struct
    import threading

    LOG = []
    NUMBERS = itertools.count(1)
    TURNS = itertools.cycle([1, 2, 3])
    ROWS = iter([4, 5, 6, 7])
    PAIRS = zip(ROWS, ROWS)
    NAMED = map(str, itertools.chain([8, 9], itertools.repeat(3)))
    ONE, OTHER = itertools.tee([1, 2, 3, 4])
    LATER = iter({'a': 1, 'b': 2, 'c': 3, 'd': 4})
    TEXT = io.StringIO('first')
    BYTES = io.BytesIO(b'abcdef')
    SEEN = hashlib.sha256(b'')
    STEP = contextvars.ContextVar('step', default=0)
    LOCAL = threading.local()
    LOCAL.n = 0
    BUFFER = ctypes.create_string_buffer(4)
    VIEW = memoryview(bytearray(4))
    READY = threading.Event()
    COUNT = 0

    class Registry:
        kept = []
        def __init__(self):
            self.names = []
        def add(self, name):
            self.names.append(name)
            return len(self.names)
        def keep(self, name):
            self.kept.append(name)
            return len(self.kept)

    class Numbered:
        numbers = itertools.count(1)
        def __init__(self):
            self.turns = itertools.cycle('ab')
        def both(self):
            return next(self.numbers) * 10 + ord(next(self.turns))

    def outer():
        numbers = itertools.count(1)
        def inner(): return next(numbers)
        return inner

    NEXT = outer()

    def told(numbers=itertools.count(1)):
        return next(numbers)

    def written(text):
        TEXT.write(text)
        return len(TEXT.getvalue())

    def hashed(more):
        SEEN.update(repr(more).encode())
        return int(SEEN.hexdigest()[:6], 16)

    def stepped():
        STEP.set(STEP.get() + 1)
        return STEP.get()

    def localised():
        LOCAL.n += 1
        return LOCAL.n

    @functools.singledispatch
    def kind(x): return 0.0

    def registered():
        found = kind(1) + 5 * kind(1.0)
        kind.register(int, lambda x: 1.0)
        return found

    def packed(buffer):
        struct.pack_into('B', buffer, 0, buffer[0] + 1 if isinstance(buffer[0], int) else buffer[0][0] + 1)
        return buffer[0] if isinstance(buffer[0], int) else buffer[0][0]

    def first_time():
        was = READY.is_set()
        READY.set()
        return float(was)

    class Slotted:
        __slots__ = ('n', 'late')
        def __init__(self):
            self.n = 0
        def count(self):
            self.n += 1
            self.late = getattr(self, 'late', 0) + 1
            return self.n + self.late

    class Keyed(dict):
        last = None
        def note(self, key):
            self.last = (self.last or 0) + 1
            self[key] = len(self)
            return len(self) + self.last

    class Dice:
        def __init__(self):
            self.random = random.Random(7)
        def roll(self):
            return self.random.randrange(1000)

    def bump(state):
        state['n'] += 1
        return state['n']

    def push(items, item):
        items.append(item)
        return len(items)

    def put(value, name, more):
        setattr(value, name, getattr(value, name, 0) + more)
        return getattr(value, name)

    def turn(items):
        items.rotate(1)
        items.append(items[0])
        return len(items) * 100 + items[0]

    def join(items, item):
        items.add(item)
        return len(items)

    def logged(item):
        LOG.append(item)
        return len(LOG)

    def numbered():
        global COUNT
        COUNT += 1
        return COUNT

    def collected(item, seen=[]):
        seen.append(item)
        return len(seen)

    def counted(function):
        n = 0
        @functools.wraps(function)
        def inner(*args):
            nonlocal n
            n += 1
            return function(*args) + n
        return inner

    def spawned(seeds):
        (child,) = seeds.spawn(1)
        drawn = child.integers(1000) if hasattr(child, 'integers') else child.generate_state(1)[0] % 1000
        return float(drawn)

    def drawn(bits):
        return float(bits.random_raw() % 1000)

    def halve(array):
        array /= 2
        return float(array.sum())

    def scale(table):
        table['a'] = table['a'] * 2
        table['late'] = 1
        return float(table['a'].sum()) + table.shape[1]
"""


class Mutation(NamedTuple):
    """A template, ``x`` being the value of its marker.

    Attributes:
        setup: its statements before the model.
        value: what the model adds to ``x``.
        name: what the note names.
        parameters: of the model, where there is a data function.
    """

    setup: str
    value: str
    name: str
    parameters: str = ""


MUTATIONS: dict[str, Mutation] = {
    "a method of an imported class": Mutation(
        "from beside import Registry\nlayers = Registry()", "layers.add(x)", "'layers' (line 2)"
    ),
    "a list of an imported class": Mutation(
        "from beside import Registry\nlayers = Registry()", "layers.keep(x)", "'layers' (line 2)"
    ),
    "an item, inside an imported function": Mutation(
        "from beside import bump\nstate = {'n': 0}", "bump(state)", "'state' (line 2)"
    ),
    "what only some option reaches": Mutation(
        "from beside import bump\nstate = {'n': 0}",
        "(bump(state) if x == 20 else 0) + state['n']",
        "'state' (line 2)",
    ),
    "a counter behind an imported decorator": Mutation(
        "from beside import counted\n@counted\ndef f(x): return x", "f(x)", "'f' (line 2)"
    ),
    "a class attribute": Mutation("from beside import put\nclass K: n = 0", "put(K, 'n', 1)", "'K' (line 2)"),
    "an attribute that was not there": Mutation(
        "from beside import put\nclass K: pass\nk = K()", "put(k, 'late', 1)", "'k' (line 3)"
    ),
    "an attribute of a function": Mutation(
        "from beside import put\ndef f(): pass", "put(f, 'calls', 1)", "'f' (line 2)"
    ),
    "slots": Mutation("from beside import Slotted\ns = Slotted()", "s.count()", "'s' (line 2)"),
    "a dict with attributes": Mutation(
        "from beside import Keyed\nk = Keyed(a=1)", "k.note(x)", "'k' (line 2)"
    ),
    "a deque": Mutation(
        "import collections\nfrom beside import turn\nq = collections.deque([1, 2])",
        "turn(q)",
        "'q' (line 3)",
    ),
    "a set": Mutation("from beside import join\ns = {1, 2}", "join(s, x)", "'s' (line 2)"),
    "nested lists": Mutation(
        "from beside import push\nrows = [[], [[1]]]", "push(rows[1][0], x)", "'rows' (line 2)"
    ),
    "an instance in a list": Mutation(
        "from beside import Registry\nheld = [Registry(), 3]", "held[0].add(x)", "'held' (line 2)"
    ),
    "an instance in a tuple of a dict": Mutation(
        "from beside import Registry\nheld = {'a': (Registry(),)}", "held['a'][0].add(x)", "'held' (line 2)"
    ),
    "an ordered dict": Mutation(
        "import collections\nfrom beside import bump\nd = collections.OrderedDict(n=1, m=2)",
        "bump(d) + 10 * list(d).index('n') + (d.move_to_end('n') or 0)",
        "'d' (line 3)",
    ),
    "bytes": Mutation("from beside import push\nb = bytearray(b'ab')", "push(b, 7)", "'b' (line 2)"),
    "numbers": Mutation(
        "import array\nfrom beside import push\na = array.array('d', [1, 2])", "push(a, 7)", "'a' (line 3)"
    ),
    "a default of an imported function": Mutation(
        "from beside import collected", "collected(x)", "'collected' (line 1)"
    ),
    "a list of an imported module": Mutation(
        "from beside import logged", "logged(x)", "'LOG', which 'logged' (line 1) uses,"
    ),
    "a number of an imported module": Mutation(
        "from beside import numbered", "numbered()", "'beside.COUNT', which 'numbered' (line 1) uses,"
    ),
    "the names of an imported module": Mutation(
        "import beside", "beside.logged(x) + beside.numbered()", "'beside.COUNT' (line 1)"
    ),
    "a bound method": Mutation(
        "from beside import Registry\nadd = Registry().add", "add(x)", "'add' (line 2)"
    ),
    "a partial function": Mutation(
        "import functools\nfrom beside import push\nadd = functools.partial(push, [])",
        "add(x)",
        "'add' (line 3)",
    ),
    "a cache": Mutation(
        "import functools\n@functools.lru_cache\ndef f(): return [0]",
        "(f().append(x) or len(f()))",
        "'f' (line 2)",
    ),
    "a random generator of an instance": Mutation(
        "from beside import Dice\ndice = Dice()", "dice.roll()", "'dice' (line 2)"
    ),
    "an array": Mutation(
        "import numpy as np\nfrom beside import halve\na = np.ones(9)", "halve(a)", "'a' (line 3)"
    ),
    "an array of a dict": Mutation(
        "import numpy as np\nfrom beside import halve\nd = {'a': np.ones((9, 2))}",
        "halve(d['a'])",
        "'d['a']' (line 3)",
    ),
    "a table": Mutation(
        "import pandas as pd\nfrom beside import scale\nt = pd.DataFrame({'a': [1.0, 2.0], 'b': ['x', 'y']})",
        "scale(t)",
        "'t' (line 3)",
    ),
    "a list in a table": Mutation(
        "import pandas as pd\nfrom beside import push\nt = pd.DataFrame({'a': [1, 2], 'b': [[], [3]]})",
        "push(t.at[1, 'b'], x)",
        "'t' (line 3)",
    ),
    "a dict in an array": Mutation(
        "import numpy as np\nfrom beside import bump\na = np.array([{'n': 1}, 2], dtype=object)",
        "bump(a[0])",
        "'a' (line 3)",
    ),
    "a list in a record of an array": Mutation(
        "import numpy as np\nfrom beside import push\na = np.array([(1, [])], dtype=[('n', int), ('o', object)])",
        "push(a[0]['o'], x)",
        "'a' (line 3)",
    ),
    "attributes of a table": Mutation(
        "import pandas as pd\nfrom beside import push, scale\nt = pd.DataFrame({'a': [1.0, 2.0]})\n"
        "t.attrs['rows'] = []",
        "scale(t) + push(t.attrs['rows'], x)",
        "'t' (line 3)",
    ),
    "seeds that are spawned": Mutation(
        "import numpy as np\nfrom beside import spawned\ns = np.random.SeedSequence(5)",
        "spawned(s)",
        "'s' (line 3)",
    ),
    "a generator that spawns others": Mutation(
        "import numpy as np\nfrom beside import spawned\ng = np.random.default_rng(5)",
        "spawned(g) + g.random()",
        "'g' (line 3)",
    ),
    "bits that are drawn": Mutation(
        "import numpy as np\nfrom beside import drawn\nb = np.random.PCG64(5)",
        "drawn(b)",
        "'b' (line 3)",
    ),
    "a generator of a class of one's own": Mutation(
        "import numpy as np\nfrom beside import drawn\nclass Own(np.random.RandomState): pass\nr = Own(5)",
        "drawn(r._bit_generator)",
        "'r' (line 4)",
    ),
    "an iterator that counts": Mutation("from beside import NUMBERS", "next(NUMBERS)", "'NUMBERS' (line 1)"),
    "an iterator that goes round": Mutation("from beside import TURNS", "next(TURNS)", "'TURNS' (line 1)"),
    "an iterator under two names": Mutation(
        "import beside\nfrom beside import ROWS", "next(ROWS) * 10 + next(beside.ROWS)", "'beside' (line 1)"
    ),
    "an iterator over another one": Mutation(
        "import beside", "sum(next(beside.PAIRS)) * 10 + next(beside.ROWS)", "'beside' (line 1)"
    ),
    "iterators in iterators": Mutation("from beside import NAMED", "int(next(NAMED))", "'NAMED' (line 1)"),
    "an iterator with a twin": Mutation(
        "import beside",
        "next(beside.ONE) * 10 + (next(beside.OTHER) + next(beside.OTHER))",
        "'beside' (line 1)",
    ),
    "an iterator over a dict": Mutation("from beside import LATER", "ord(next(LATER))", "'LATER' (line 1)"),
    "iterators of a class and an instance": Mutation(
        "from beside import Numbered\nn = Numbered()", "n.both()", "'n' (line 2)"
    ),
    "an iterator around a function": Mutation("from beside import NEXT", "NEXT()", "'NEXT' (line 1)"),
    "an iterator as a default": Mutation("from beside import told", "told()", "'told' (line 1)"),
    "a text in memory": Mutation(
        "from beside import written", "written('x')", "'TEXT', which 'written' (line 1) uses,"
    ),
    "bytes in memory": Mutation("from beside import BYTES", "BYTES.read(1)[0]", "'BYTES' (line 1)"),
    "a hash": Mutation("from beside import hashed", "hashed(x)", "'SEEN', which 'hashed' (line 1) uses,"),
    "a variable of a thread": Mutation(
        "from beside import localised", "localised()", "'LOCAL', which 'localised' (line 1) uses,"
    ),
    "a buffer of C": Mutation("from beside import BUFFER, packed", "packed(BUFFER)", "'BUFFER' (line 1)"),
    "a view of bytes": Mutation("from beside import VIEW, packed", "packed(VIEW)", "'VIEW' (line 1)"),
    "a generic function": Mutation(
        "from beside import registered", "registered()", "'kind', which 'registered' (line 1) uses,"
    ),
    "an event": Mutation(
        "from beside import first_time", "first_time()", "'READY', which 'first_time' (line 1) uses,"
    ),
    "what data returned": Mutation(
        "from beside import push\ndef data(): return [1, 2], 0", "push(rows, 1)", "'rows'", "rows, zero"
    ),
}


def mutating(mutation: Mutation, folder: Path) -> Program:
    """The program of a mutation, beside which lies what it imports.

    The compiler might see through some; here all is setup, save the model.
    """
    (folder / "beside.py").write_text(dedent(BESIDE), encoding="utf-8")
    made = program(
        mutation.setup,
        _model(mutation, "(_ht_['x'])"),
        folder=folder,
        parameters=(uniform("x"),),
        data="data" if mutation.parameters else None,
        join=Join("position", count=2) if mutation.parameters else None,
    )
    bound = re.search(r"'(\w+)(\['a'\]|\.\w+)?' \((line \d)\)", mutation.name)
    return dataclasses.replace(made, reached=(Reached(bound[1], bound[3]),) if bound else ())


def fresh(mutation: Mutation, value: float) -> Any:
    """What a run of the whole file gives with a value in place of its marker."""
    sys.modules.pop("beside", None)
    names: dict[str, Any] = {"__name__": "model"}
    exec(f"{mutation.setup}\n{_model(mutation, repr(value))}", names)
    return names["model"](*names["data"]()) if mutation.parameters else names["model"]()


def _model(mutation: Mutation, value: str) -> str:
    return (
        f"def model({mutation.parameters}):\n    x = {value}\n    return float(x * 1e6 + {mutation.value})\n"
    )
