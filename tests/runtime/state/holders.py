"""Templates whose trials change what something holds that is neither a container nor an instance of their own."""

from __future__ import annotations

from .mutations import Mutation

HOLDERS: dict[str, Mutation] = {
    "a counter in a defaultdict": Mutation(
        "import collections, itertools\nv = collections.defaultdict(itertools.count().__next__)",
        "v[len(v)] + 10 * v['more']",
        "'v' (line 2)",
    ),
    "the counter of a defaultdict alone": Mutation(
        "import collections, itertools\nv = collections.defaultdict(itertools.count().__next__)",
        "v.default_factory()",
        "'v' (line 2)",
    ),
    "an instance in a defaultdict": Mutation(
        "import collections\nfrom beside import Registry\nv = collections.defaultdict(Registry().add)",
        "v.default_factory('a')",
        "'v' (line 3)",
    ),
    "a partial function in a defaultdict": Mutation(
        "import collections, functools\n"
        "v = collections.defaultdict(functools.partial(next, iter(range(100))))",
        "v.default_factory()",
        "'v' (line 2)",
    ),
    "a defaultdict that is no longer one": Mutation(
        "import collections\nv = collections.defaultdict(lambda: 1)",
        "(v.default_factory() if v.default_factory else 5) + (setattr(v, 'default_factory', None) or 0)",
        "'v' (line 2)",
    ),
    "a counter in a partial function": Mutation(
        "import functools, itertools\nf = functools.partial(next, itertools.count())", "f()", "'f' (line 2)"
    ),
    "a counter in a keyword of a partial function": Mutation(
        "import functools, itertools\nf = functools.partial(lambda *, it: next(it), it=itertools.count())",
        "f()",
        "'f' (line 2)",
    ),
    "the method of an iterator": Mutation(
        "import itertools\nf = itertools.count(3).__next__", "f()", "'f' (line 2)"
    ),
    "the method of an iterator, in a list": Mutation(
        "import itertools\nfs = [itertools.count(3).__next__]", "fs[0]()", "'fs' (line 2)"
    ),
    "the method of an iterator, in a partial function": Mutation(
        "import functools, itertools\nf = functools.partial(itertools.count(3).__next__)",
        "f()",
        "'f' (line 2)",
    ),
    "a list behind a read-only view": Mutation(
        "import types\nfrom beside import push\nv = types.MappingProxyType({'a': []})",
        "push(v['a'], x)",
        "'v' (line 3)",
    ),
    "a list behind the items of a dict": Mutation(
        "from beside import push\nv = {'a': []}.values()", "push([*v][0], x)", "'v' (line 2)"
    ),
    "a key of sorting": Mutation(
        "import functools\nfrom beside import collected\n"
        "k = functools.cmp_to_key(lambda a, b, seen=[]: collected(a, seen))",
        "sum([k(1) < k(2), k(1) > k(2)]) + len(sorted([1, 2, 3], key=k))",
        "'k' (line 3)",
    ),
    "what a weak dict knows by its keys": Mutation(
        "import weakref\nclass K: pass\nk = K()\nv = weakref.WeakKeyDictionary({k: []})",
        "len(v[k]) + (v[k].append(x) or 0) + len(v) + (v.__setitem__(K, 1) or 0)",
        "'v' (line 4)",
    ),
    "what a weak dict knows by its values": Mutation(
        "import weakref\nclass K: pass\nk = K()\nv = weakref.WeakValueDictionary({1: k})",
        "len(v) + (v.__setitem__(2, K) or 0)",
        "'v' (line 4)",
    ),
    "a weak set": Mutation(
        "import weakref\nclass K: pass\nv = weakref.WeakSet()", "len(v) + (v.add(K) or 0)", "'v' (line 3)"
    ),
    "the implementation of a generic function": Mutation(
        "import functools\n"
        "@functools.singledispatch\ndef f(x): return 0\n"
        "@f.register(float)\ndef _(x, seen=[]):\n    seen.append(x)\n    return len(seen)\n"
        "del _",
        "f(x)",
        "'f' (line 2)",
    ),
    "a generic method": Mutation(
        "import functools\n"
        "class K:\n    @functools.singledispatchmethod\n    def f(self, x): return 0\n"
        "    @f.register(float)\n    def _(self, x, seen=[]): return (seen.append(x), len(seen))[1]\n"
        "    del _\n"
        "k = K()",
        "k.f(x)",
        "'k' (line 8)",
    ),
    "an attribute of a member of an enum": Mutation(
        "import enum\nfrom beside import put\nclass E(enum.Enum):\n    A = 1\n",
        "put(E.A, 'n', 1)",
        "'E' (line 3)",
    ),
    "the value of a member of an enum": Mutation(
        "import enum\nfrom beside import push\nclass E(enum.Enum):\n    A = []\n",
        "push(E.A.value, 1)",
        "'E' (line 3)",
    ),
    "an attribute of a tuple of one's own": Mutation(
        "from beside import put\nclass T(tuple): pass\nt = T([1])", "put(t, 'n', 1)", "'t' (line 3)"
    ),
    "a field of a chain of dicts": Mutation(
        "import collections\nfrom beside import bump\nv = collections.ChainMap({}, {'n': 1})",
        "bump(v) + len(v.maps[0])",
        "'v' (line 3)",
    ),
    "a function that a library has wrapped": Mutation(
        "import contextlib\n@contextlib.contextmanager\ndef f(seen=[]):\n    seen.append(1)\n    yield len(seen)",
        "f().__enter__()",
        "'f' (line 2)",
    ),
    "a function that an iterator calls": Mutation(
        "import itertools\nfrom beside import NEXT\nv = map(lambda _, n=NEXT: n(), itertools.repeat(0))",
        "next(v)",
        "'v' (line 3)",
    ),
    "a list behind a bound method of a list": Mutation(
        "add = [].append", "len(add.__self__) + (add(x) or 0)", "'add' (line 1)"
    ),
    "what a getter gets": Mutation(
        "import operator\nclass K:\n    def __init__(self): self.n = 0\n    def __index__(self):\n        self.n += 1\n        return self.n % 3\nf = operator.itemgetter(K())",
        "f([1, 2, 3])",
        "'f' (line 7)",
    ),
    "what a method caller passes": Mutation(
        "import operator\nf = operator.methodcaller('count', [])",
        "len(f.__reduce__()[1][1]) + (f.__reduce__()[1][1].append(x) or 0)",
        "'f' (line 2)",
    ),
    "an object behind a weak reference": Mutation(
        "import weakref\nfrom beside import Registry\nclass K: held = Registry()\nr = weakref.ref(K.held)\nf = K",
        "r().add(x)",
        "'r' (line 4)",
    ),
    "an attribute of an element of a document": Mutation(
        "import xml.etree.ElementTree as et\nd = et.Element('a', n='1')",
        "int(d.get('n')) + (d.set('n', '2') or 0)",
        "'d' (line 2)",
    ),
    "a queue": Mutation("import queue\nq = queue.Queue()", "q.qsize() + (q.put(1) or 0)", "'q' (line 2)"),
    "a simple namespace": Mutation(
        "import types\nfrom beside import push\nn = types.SimpleNamespace(a=[])",
        "push(n.a, x)",
        "'n' (line 3)",
    ),
    "a user dict": Mutation(
        "import collections\nfrom beside import bump\nn = collections.UserDict(n=1)",
        "bump(n)",
        "'n' (line 3)",
    ),
    "a context": Mutation(
        "import contextvars\nfrom beside import push\nV = contextvars.ContextVar('V', default=[])",
        "push(V.get(), 1)",
        "'V' (line 3)",
    ),
    "a property's function": Mutation(
        "class K:\n    @property\n    def p(self, seen=[]):\n        seen.append(1)\n        return len(seen)\nk = K()",
        "k.p",
        "'k' (line 6)",
    ),
    "a cell": Mutation(
        "import types\nfrom beside import push\nc = types.CellType([])",
        "push(c.cell_contents, 1)",
        "'c' (line 3)",
    ),
    "a super object": Mutation(
        "from beside import Registry\nclass K(Registry): pass\ns = super(K, K())", "s.add(x)", "'s' (line 3)"
    ),
}
