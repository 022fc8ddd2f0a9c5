import pickle
from functools import reduce
from importlib import reload

table = {'a': 1}
settings = dict(*[table])
exec(open('settings.txt').read())
total = reduce(max, table)
module = reload(pickle)
order = (1 > 2) - (1 < 2)
pairs = list(zip(range(3), str('abc')))
known = 'a' in table and list(table.items())
loss = {{uniform(0, 1)}} + order + total + len(pairs) + known + len(settings) + (module is None)
