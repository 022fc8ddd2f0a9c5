import cPickle
from itertools import izip

table = {'a': 1}
settings = apply(dict, [table])
execfile('settings.txt')
total = reduce(max, table)
module = reload(cPickle)
order = cmp(1, 2)
pairs = list(izip(xrange(3), unicode('abc')))
known = table.has_key('a') and list(table.iteritems())
loss = {{uniform(0, 1)}} + order + total + len(pairs) + known + len(settings) + (module is None)

# output
model.py:1:8: warning HT011: only Python 2 has cPickle
    1 | import cPickle
      |        ^~~~~~~
      = help: use pickle
model.py:2:23: warning HT011: only Python 2 has itertools.izip
    2 | from itertools import izip
      |                       ^~~~
      = help: use zip, which is a builtin
model.py:5:12: error HT011: this is Python 2 source ('apply'), and only Python 3 can run it
    5 | settings = apply(dict, [table])
      |            ^~~~~
      = help: write f(*args) for apply(f, args)
model.py:6:1: error HT011: this is Python 2 source ('execfile'), and only Python 3 can run it
    6 | execfile('settings.txt')
      | ^~~~~~~~
      = help: write exec(open(path).read()) for execfile(path)
model.py:7:9: error HT011: this is Python 2 source ('reduce'), and only Python 3 can run it
    7 | total = reduce(max, table)
      |         ^~~~~~
      = help: write from functools import reduce
model.py:8:10: error HT011: this is Python 2 source ('reload'), and only Python 3 can run it
    8 | module = reload(cPickle)
      |          ^~~~~~
      = help: write from importlib import reload
model.py:9:9: error HT011: this is Python 2 source ('cmp'), and only Python 3 can run it
    9 | order = cmp(1, 2)
      |         ^~~
      = help: write (a > b) - (a < b) for cmp(a, b)
model.py:10:19: error HT011: this is Python 2 source ('xrange'), and only Python 3 can run it
   10 | pairs = list(izip(xrange(3), unicode('abc')))
      |                   ^~~~~~
      = help: write range
model.py:10:30: error HT011: this is Python 2 source ('unicode'), and only Python 3 can run it
   10 | pairs = list(izip(xrange(3), unicode('abc')))
      |                              ^~~~~~~
      = help: write str
model.py:11:9: warning HT011: only Python 2 has .has_key()
   11 | known = table.has_key('a') and list(table.iteritems())
      |         ^~~~~~~~~~~~~
      = help: write key in ...
model.py:11:37: warning HT011: only Python 2 has .iteritems()
   11 | known = table.has_key('a') and list(table.iteritems())
      |                                     ^~~~~~~~~~~~~~~
      = help: write .items()
