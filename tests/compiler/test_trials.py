"""Whole templates in ordinary style: each trial is what a fresh run of the file would be."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.stages import explain
from tests.compiler.support import cells, compiled, labels, run_trials, source, trials_and_fresh_runs

SCRIPTS = {
    "a function that is called when an object goes": """
import weakref
class One: pass
gone = []
one = One()
weakref.finalize(one, gone.append, 5)
rate = {{choice([10, 20, 30])}}
del one
loss = rate, list(gone)
""",
    "a text that is filled in with all names": """
lr = {{choice([10, 20, 30])}}
loss = 'lr=%(lr)s' % globals()
""",
    "the names under a name": """
names = globals()
n = 1
lr = {{choice([10, 20, 30])}}
first = [value for key, value in names.items() if key == 'n']
n = 5
loss = first, names['lr'], dict(globals())['lr'], 'lr' in names
""",
    "texts that are run": """
text = 'lr * 2'
lr = 1
lr = {{choice([10, 20, 30])}}
n = 1
first = eval('n')
loss = eval(text), first, eval('lr', globals())
""",
    "batches of a generator, the first taken in setup": """
import numpy as np
x = np.arange(20.0)
def batches(a, n):
    for i in range(0, len(a), n):
        yield a[i:i + n]
train = batches(x, 4)
first = next(train)
w = {{choice([10, 20, 30])}} / 10
loss = 0
for b in train:
    loss += float(b.sum()) * w
""",
    "a function that divides its argument in place": """
import numpy as np
x = np.ones((4, 3)) * 8
def scale(a, by):
    a /= by
lr = {{choice([10, 20, 30])}} / 10
scale(x, lr)
loss = float(x.sum())
""",
    "an array by another name": """
import numpy as np
x = np.zeros(4)
best = x
best[0] = {{choice([10, 20, 30])}}
x[1] += 1
loss = x.tolist()
""",
    "views of an array": """
import numpy as np
x = np.zeros((4, 2))
head = x[:2]
flat = x.reshape(-1)
flat[0] += {{choice([10, 20, 30])}}
head[1] += 1
loss = x.tolist()
""",
    "a heap": """
import heapq
queue = [3, 1, 2]
heapq.heapify(queue)
heapq.heappush(queue, {{choice([10, 20, 30])}})
low = heapq.heappop(queue)
loss = low, sorted(queue)
""",
    "an object that keeps a history": """
class Trainer:
    def __init__(self): self.log = []
    def train(self, lr):
        self.log.append(lr)
        return sum(self.log)
t = Trainer()
loss = t.train({{choice([10, 20, 30])}})
""",
    "columns that are popped": """
rows = {'x': [1, 2], 'y': [3, 4]}
y = rows.pop('y')
k = {{choice([10, 20, 30])}}
z = rows.pop('x')
loss = [a * k for a in z], y, rows
""",
    "a list out of a dict": """
config = {'layers': [1]}
layers = config['layers']
layers.append({{choice([10, 20, 30])}})
loss = config
""",
    "a random generator that shuffles": """
import random
rng = random.Random(3)
idx = list(range(6))
rng.shuffle(idx)
split = {{choice([10, 20, 30])}} // 10
rng.shuffle(idx)
loss = idx[:split]
""",
    "attributes that are set by name": """
class NS: pass
cfg = NS()
cfg.n = 1
def bump(c, **kw):
    for k, v in kw.items(): setattr(c, k, getattr(c, k) + v)
bump(cfg, n={{choice([10, 20, 30])}})
loss = cfg.n
""",
    "a list that a function hands back": """
names = ['a']
def registry(): return names
registry().append({{choice([10, 20, 30])}})
loss = list(names)
""",
    "a function that hands back its argument": """
names = ['a']
def same(x): return x
other = same(names)
other.append({{choice([10, 20, 30])}})
loss = list(names)
""",
    "a change after the trial has read it": """
names = ['a']
def registry(): return names
r = registry()
w = [{{choice([10, 20, 30])}}, str(names)]
r.append(1)
loss = w, list(names)
""",
    "the items of a dict in a loop": """
hist = {'loss': [], 'acc': []}
for k, v in hist.items():
    v.append({{choice([10, 20, 30])}})
loss = hist
""",
    "a dict that a class holds": """
class Config:
    lr = [1]
    extra = {}
c = Config()
c.extra['a'] = {{choice([10, 20, 30])}}
c.lr.append(1)
loss = Config.extra, Config.lr
""",
    "a partial function": """
from functools import partial
seen = []
def log(p, v): seen.append((p, v))
say = partial(log, 'x')
def go(n): say(n)
go({{choice([10, 20, 30])}})
loss = list(seen)
""",
    "a sort between two trial statements": """
x = [3, 1, 2]
a = x[0] * {{choice([10, 20, 30])}}
x.sort()
b = x[0] * {{choice([10, 20, 30])}}
loss = a, b
""",
    "a deque by two names": """
from collections import deque
window = deque([1, 2], maxlen=3)
window.append({{choice([10, 20, 30])}})
avg = sum(window) / len(window)
w2 = window
w2.appendleft(0)
loss = avg, list(window)
""",
    "an array that is normalised and then scaled": """
import numpy as np
x = np.arange(4.0)
mean = x.mean()
x -= mean
y = x
w = {{choice([10, 20, 30])}}
y *= w
loss = x.tolist(), mean
""",
    "what NumPy writes to": """
import numpy as np
x = np.ones(3); buf = np.zeros(3)
np.add(x, {{choice([10, 20, 30])}}, out=buf)
np.add(buf, 1, buf)
loss = buf.tolist()
""",
    "a context manager that logs": """
from contextlib import contextmanager
log = []
@contextmanager
def timer(n):
    log.append(n)
    yield
with timer('a'):
    w = {{choice([10, 20, 30])}}
loss = list(log), w
""",
    "a method that changes its argument": """
class Aug:
    def apply(self, x):
        x[0] = 9
        return x
aug = Aug()
x = [1, 2]
y = [{{choice([10, 20, 30])}}, *aug.apply(x)]
x.append(1)
loss = y, x
""",
    "a name that is bound again under a condition": """
x = [1]
if len(x) > 3:
    x = [2]
x.append({{choice([10, 20, 30])}})
loss = x
""",
    "a call that binds a name again": """
def reset():
    global a
    a = [1]
a = []
reset()
a.append({{choice([10, 20, 30])}})
loss = a
""",
    "a name whose first object lives on": """
import numpy as np
w = np.zeros(3)
w += 1
base = w
w = np.ones(3)
w *= {{choice([10, 20, 30])}}
loss = w.tolist(), base.tolist()
""",
    "loops with the same variable": """
total = 0
for i in range(4):
    total += i
layers = [total]
for i in range(2):
    layers.append({{choice([10, 20, 30])}})
j = i
loss = layers, i, j, total
""",
    "a context that counts": """
import io
class Ctx:
    def __init__(self): self.n = 0
    def __enter__(self): return self
    def __exit__(self, *a): self.n += 1
c = Ctx()
with c as d:
    w = {{choice([10, 20, 30])}}
with c as d:
    v = d.n
loss = c.n, v, w
""",
    "a constant that a function reads and that changes": """
def f(): return K * 2
K = 1
a = f()
b = f() + {{choice([10, 20, 30])}}
K = 5
c = f() + {{choice([10, 20, 30])}}
loss = a, b, c
""",
    "a copy of a dict that shares its items": """
base = {'units': [1]}
cfg = dict(base)
cfg['units'].append({{choice([10, 20, 30])}})
loss = base, cfg
""",
    "a deep copy": """
import copy
base = {'units': [1]}
cfg = copy.deepcopy(base)
cfg['units'].append({{choice([10, 20, 30])}})
loss = base, cfg
""",
    "items of a sorted list": """
items = [[3], [1]]
s = sorted(items)
s[0].append({{choice([10, 20, 30])}})
loss = items
""",
    "items of joined lists": """
a = [[1]]
b = [[2]]
c = a + b
c[1].append({{choice([10, 20, 30])}})
loss = b
""",
    "an iterable that counts": """
class Bar:
    def __init__(self, it): self.it = it; self.n = 0
    def __iter__(self):
        for i in self.it:
            self.n += 1
            yield i
bar = Bar(range(3))
s = 0
for v in bar: s += v * {{choice([10, 20, 30])}}
loss = s, bar.n
""",
    "a class that counts its objects": """
class Layer:
    count = 0
    def __init__(self, n):
        Layer.count += 1
        self.name = 'layer_%d' % Layer.count
a = Layer(1)
b = Layer({{choice([10, 20, 30])}})
loss = a.name, b.name
""",
    "a class that registers": """
class Reg:
    items = {}
    @classmethod
    def register(cls, n): cls.items[n] = len(cls.items)
    @staticmethod
    def size(): return len(Reg.items)
Reg.register('a')
Reg.register({{choice([10, 20, 30])}})
loss = Reg.size(), Reg.items
""",
    "a function inside a function": """
def fit(model, data):
    def step(x):
        model.append(x)
    for d in data: step(d)
    return len(model)
net = []
n1 = fit(net, [1])
n2 = fit(net, [{{choice([10, 20, 30])}}, 2])
loss = n1, n2, net
""",
    "methods in a chain": """
class Seq:
    def __init__(self): self.l = []
    def add(self, x): self.l.append(x); return self
    def fit(self): return sum(self.l)
s = Seq().add(1)
s = s.add({{choice([10, 20, 30])}}).add(3)
loss = s.fit(), s.l
""",
    "a list that a loop empties": """
todo = [1, 2, 3]
out = []
while todo:
    out.append(todo.pop() * {{choice([10, 20, 30])}})
loss = out
""",
    "a list that a pattern takes": """
cfg = {'a': [1]}
match cfg:
    case {'a': got}:
        got.append({{choice([10, 20, 30])}})
loss = cfg
""",
    "three names of one list": """
a = [1]
t = [{{choice([10, 20, 30])}}, str(a)]
b, c = a, a
b.append(2)
u = [{{choice([10, 20, 30])}}, str(c)]
c.append(3)
loss = t, u, a
""",
    "a function that replaces matches": """
import re
seen = []
def shorter(match):
    seen.append(match.group())
    return 'x'
text = re.sub('a+', shorter, 'a' * {{choice([10, 20, 30])}})
n = len(seen[0])
loss = n, seen
""",
    "a metaclass that notes objects": """
class Noting(type):
    made = []
    def __call__(cls, *given):
        Noting.made.append(given)
        return super().__call__(*given)
class Net(metaclass=Noting):
    def __init__(self, units): self.units = units
Net({{choice([10, 20, 30])}})
Net(1)
loss = Noting.made
""",
    "a function that binds names by their texts": """
def keep(**given):
    globals().update(given)
keep(rate={{choice([10, 20, 30])}})
doubled = rate * 2
loss = doubled
""",
    "a function that imports for all": """
def load():
    global m
    import math as m
load()
loss = m.sqrt({{choice([10, 20, 30])}})
""",
    "a context variable": """
import contextvars
rate = contextvars.ContextVar('rate', default=1)
token = rate.set({{choice([10, 20, 30])}})
loss = rate.get()
""",
    "a lambda in a list": """
acts = [lambda x: hist.append(x)]
hist = []
acts[0]({{choice([10, 20, 30])}})
loss = hist
""",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_trial_of_a_script_is_a_fresh_run(name: str) -> None:
    found, expected = trials_and_fresh_runs(SCRIPTS[name])
    assert found == expected


TUTORIALS = {
    "images: load, reshape, normalise, one-hot, build, fit, evaluate": (
        """
import numpy as np
def load_data():
    return (np.ones((6, 4, 4)), np.arange(6) % 3), (np.ones((2, 4, 4)), np.arange(2))
class Dense:
    def __init__(self, n): self.n = n
class Sequential:
    def __init__(self, layers=None): self.layers = list(layers or [])
    def add(self, l): self.layers.append(l)
    def compile(self, *a, **k): pass
    def fit(self, x, y, **k): return [len(self.layers), float(x.sum())]
    def evaluate(self, x, y): return [len(self.layers), self.layers[0].n, float(x.sum())]
    def summary(self): pass
batch_size = 128
num_classes = 10
(x_train, y_train), (x_test, y_test) = load_data()
x_train = x_train.reshape(6, 16).astype('float32')
x_test = x_test.reshape(2, 16)
x_train /= 255
x_test /= 255
print(x_train.shape[0], 'train samples')
y_train = np.eye(num_classes)[y_train]
input_shape = x_train.shape[1:]
model = Sequential([Dense(input_shape[0])])
model.add(Dense({{choice([10, 20, 30])}}))
model.summary()
model.compile(loss='x', optimizer='adam')
history = model.fit(x_train, y_train, batch_size=batch_size, validation_data=(x_test, y_test))
score = model.evaluate(x_test, y_test)
loss = score
""",
        [
            "(x_train, y_train), (x_test, y_test) = load_data()",
            "x_train /= 255",
            "y_train = np.eye(num_classes)[y_train]",
        ],
    ),
    "a table: split, scale, fit in a loop": (
        """
import numpy as np
class Scaler:
    def fit(self, x): self.m = x.mean(); return self
    def transform(self, x): return x - self.m
    def fit_transform(self, x): return self.fit(x).transform(x)
class Clf:
    def __init__(self, C): self.C = C; self.seen = 0
    def fit(self, x, y): self.seen += 1; self.w = x.sum() * self.C; return self
    def score(self, x, y): return float(self.w) + self.seen
def train_test_split(*a): return sum(([v[:4], v[4:]] for v in a), [])
X = np.arange(12.0).reshape(6, 2)
y = np.arange(6)
X_train, X_test, y_train, y_test = train_test_split(X, y)
scaler = Scaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)
for i in range(3):
    print(i)
clf = Clf(C={{choice([10, 20, 30])}})
clf.fit(X_train, y_train)
for i in range(2):
    clf.fit(X_test, y_test)
loss = clf.score(X_test, y_test)
""",
        [
            "X_train, X_test, y_train, y_test = train_test_split(X, y)",
            "X_train = scaler.fit_transform(X_train)",
            "X_test = scaler.transform(X_test)",
        ],
    ),
    "settings first, data after them": (
        """
import numpy as np
LR = {{choice([10, 20, 30])}}
EPOCHS = 5
def load():
    return np.ones((4, 2)), np.ones(4)
x, y = load()
x = x / 2
mean = x.mean(axis=0)
x -= mean
idx = np.arange(len(x))
np.random.seed(1)
np.random.shuffle(idx)
x, y = x[idx], y[idx]
def evaluate(w): return float(((x * w) ** 2).sum())
losses = []
for e in range(EPOCHS):
    losses.append(evaluate(LR) + e)
best = min(losses)
loss = best
""",
        ["x, y = load()", "x -= mean", "np.random.shuffle(idx)"],
    ),
    "a first model with the same name": (
        """
import numpy as np
class Model:
    def __init__(self, shape, n): self.n = n; self.shape = shape; self.k = 0
    def fit(self, x, y): self.k += 1; return {'loss': [self.n * float(x.sum())]}
    def evaluate(self, x, y): return self.k * self.n
data = np.ones((10, 3))
split = int(len(data) * 0.8)
train, test = data[:split], data[split:]
model = Model(train.shape, 3)
history = model.fit(train, train)
print(history['loss'])
model = Model(train.shape, {{choice([10, 20, 30])}})
history = model.fit(train, train)
loss = model.evaluate(test, test)
""",
        ["data = np.ones((10, 3))", "model = Model(train.shape, 3)", "history = model.fit(train, train)"],
    ),
    "columns of a table": (
        """
import numpy as np
df = {'a': np.ones(4), 'b': np.ones(4), 'target': np.ones(4)}
target = df.pop('target')
df['c'] = df['a'] * 2
x = np.stack(list(df.values()), axis=1)
for col in list(df):
    df[col] = df[col] / 2
def build(n_in, hidden):
    return [n_in, hidden]
def train(net, x, y):
    net.append(1)
    return x.sum() * net[1]
net = build(x.shape[1], {{choice([10, 20, 30])}})
loss = float(train(net, x, target))
plot = [1]
plot.append(len(x))
""",
        ["target = df.pop('target')", "for col in list(df):", "x = np.stack(list(df.values()), axis=1)"],
    ),
    "sizes of the data in the model": (
        """
import numpy as np
class Input:
    def __init__(self, shape): self.shape = shape
def load(): return np.ones((3, 5))
x = load()
mean, std = x.mean(0), x.std(0) + 1
x = (x - mean) / std
datasets = {'train': x, 'val': x[:1]}
inp = Input(shape=datasets['train'].shape[1:])
stack = [inp]
stack.append({{choice([10, 20, 30])}})
def on_end(e): hist.append(e)
hist = []
for e in range(2):
    on_end(float(datasets['train'].sum()) * stack[1])
loss = hist
""",
        ["x = load()", "x = (x - mean) / std"],
    ),
}


@pytest.mark.parametrize("name", TUTORIALS)
def test_loading_and_preparing_the_data_is_setup(name: str) -> None:
    text, lines = TUTORIALS[name]
    found, expected = trials_and_fresh_runs(text)
    assert found == expected
    setup = [
        text[one.span.start : one.span.end].split("\n")[0]
        for one in explain(source(text))
        if one.placement is Placement.SETUP
    ]
    assert [line for line in lines if line not in setup] == []


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["n = [1]", "alias = n; alias.append(10)"], id="by another name"),
        pytest.param(["n = [1]", "add = n.append", "add(10)"], id="by its method"),
        pytest.param(["n = [1]", "def same(x): return x", "b = same(n)", "b.append(10)"], id="by a function"),
        pytest.param(["n = [1]", "def add(x): x.append(10)", "add(n)"], id="as an argument"),
        pytest.param(["n = [1]", "b = [n]", "b[0].append(10)"], id="as an item"),
        pytest.param(
            ["n = [1]", "b = [n, 2]", "c, d = b", "c.append(10)"], id="as an item that is taken out"
        ),
        pytest.param(
            ["n = [1]", "class C:\n    def __init__(self, f): f(10)", "C(n.append)"], id="through an object"
        ),
        pytest.param(
            [
                "n = [1]",
                "class Noted:\n    def __init__(self, f): self.f = f\n"
                "    def __call__(self): n.append(10)\n    def __get__(self, one, owner): return self",
                "class C:\n    @Noted\n    def go(self): pass",
                "C().go()",
            ],
            id="by a decorated method",
        ),
        pytest.param(
            [
                "class C:\n    class D:\n        n = [1]\n    def put(self): self.D.n.append(10)",
                "C().put()",
                "n = C.D.n",
            ],
            id="of a class in a class",
        ),
        pytest.param(
            [
                "import contextlib, io",
                "text = io.StringIO()",
                "with contextlib.redirect_stdout(text):\n    print(10)",
                "n = [1, *map(int, text.getvalue().split())]",
            ],
            id="by what is printed",
        ),
        pytest.param(
            [
                "from unittest import mock",
                "t = {'n': 1}",
                "p = mock.patch.dict(t, n=10)",
                "p.start()",
                "n = [1, t['n']]",
            ],
            id="by a patch that is started",
        ),
        pytest.param(["n = [1]", "class C:\n    def __del__(self): n.append(10)", "C()"], id="at its end"),
        pytest.param(
            [
                "n = [1]",
                "class C:\n    def __del__(self): n.append(10)",
                "class D:\n    def __del__(self): n.append(20)",
                "C()",
            ],
            id="at its end, where another class has one too",
        ),
        pytest.param(
            [
                "n = [1]",
                "class M(type):\n    def __call__(cls): n.append(10)",
                "class C(metaclass=M): pass",
                "C()",
            ],
            id="by a metaclass",
        ),
        pytest.param(
            ["import collections", "n = {}", "collections.ChainMap(n)[10] = 1", "n = [1, *n]"], id="in a view"
        ),
        pytest.param(
            [
                "import functools",
                "@functools.singledispatch\ndef f(x): return 1",
                "@f.register(int)\ndef _(x): return 10",
                "def n(): yield from (f('a'), f(1))",
                "n = n()",
            ],
            id="by a decorator that a method makes",
        ),
    ],
)
def test_a_notebook_keeps_what_changes_an_object(texts: list[str]) -> None:
    notebook = cells(*texts, "def model():\n    return list(n), {{uniform(0, 1)}}")
    assert run_trials(compiled(notebook), [{labels(notebook)[0]: 0}] * 2) == [([1, 10], 0)] * 2
