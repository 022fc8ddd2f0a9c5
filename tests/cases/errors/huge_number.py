def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 10 ** 400)}}, {{uniform(0, None)}}, {{randint(0, None)}}

# output
model.py:7:25: error HT104: high must be finite, got high=a number too large for a float
    7 |     return {{uniform(0, 10 ** 400)}}, {{uniform(0, None)}}, {{randint(0, None)}}
      |                         ^~~~~~~~~
      = help: write a finite number, such as 1000
model.py:7:52: error HT103: uniform() needs a number for high, got None
    7 |     return {{uniform(0, 10 ** 400)}}, {{uniform(0, None)}}, {{randint(0, None)}}
      |                                                    ^~~~
      = help: write it as in uniform(0, 1)
model.py:7:71: error HT104: randint(n) draws from 0 to n - 1 and needs n > 0, got 0
    7 |     return {{uniform(0, 10 ** 400)}}, {{uniform(0, None)}}, {{randint(0, None)}}
      |                                                                       ^
      = help: write randint(10) for 0 to 9, or randint(1, 11) for 1 to 10
