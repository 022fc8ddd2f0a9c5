from keras.layers import Dense

RATE = {{loguniform(1e-4, 1e-1)}}


def data():
    return 1, 2


def model(x, y, z):
    units = x.pop()
    a = {{uniform(5, units)}}
    b = {{choise([1, 2])}}; c = {{normal(0, -1)}}
    d = Dense({{uniform(0, 1, name='rate')}})
    e = Dense({{choice([1, normal(0, 1, 2)], name='rate')}})
    return f'{{uniform(0, 1)}}', undefined

# output
model.py:3:8: warning HT109: neither data nor model uses 'RATE', so this marker is not searched
    3 | RATE = {{loguniform(1e-4, 1e-1)}}
      |        ^~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: remove it, or use its value
model.py:3:10: warning HT107: the bounds of loguniform() are natural logarithms: this draws between 1.0001 and 1.10517
    3 | RATE = {{loguniform(1e-4, 1e-1)}}
      |          ^~~~~~~~~~~~~~~~~~~~~~
      = help: for values between 0.0001 and 0.1 write uniform(0.0001, 0.1, log=True)
model.py:10:5: error HT006: data() returns 2 values, but model() needs x, y, z
   10 | def model(x, y, z):
      |     ^~~~~
      = help: define x, y, z in data(), and return them by these names: return x, y, z
model.py:12:22: error HT111: 'units' is computed in model(); bounds and lists are evaluated once, before the first trial
   12 |     a = {{uniform(5, units)}}
      |                      ^~~~~
      = help: draw a share, {{uniform(0, 1)}}, and compute the value from it
model.py:13:11: error HT102: unknown distribution 'choise'
   13 |     b = {{choise([1, 2])}}; c = {{normal(0, -1)}}
      |           ^~~~~~
      = help: did you mean choice?
model.py:13:45: error HT104: normal() needs sigma > 0 (the standard deviation), got sigma=-1
   13 |     b = {{choise([1, 2])}}; c = {{normal(0, -1)}}
      |                                             ^~
      = help: write sigma=1
model.py:14:17: warning HT116: Dense() takes a whole number, and uniform() draws fractions
   14 |     d = Dense({{uniform(0, 1, name='rate')}})
      |                 ^~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: write quniform(0, 1, name='rate', q=1)
model.py:15:41: error HT103: normal() takes mu and sigma, got 3 arguments
   15 |     e = Dense({{choice([1, normal(0, 1, 2)], name='rate')}})
      |                                         ^
      = help: write normal(0, 1), or with steps qnormal(0, 1, 2)
model.py:16:12: error HT110: a marker inside an f-string
   16 |     return f'{{uniform(0, 1)}}', undefined
      |            ^~~~~~~~~~~~~~~~~~~~
      = help: name the value first: units = {{...}}, then f'{units}'
model.py:16:34: error HT301: 'undefined' is not defined
   16 |     return f'{{uniform(0, 1)}}', undefined
      |                                  ^~~~~~~~~
      = help: import it, or define 'undefined' at the top level
