def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1e999)}}, {{loguniform(0, 1000)}}

# output
model.py:7:25: error HT104: high must be finite, got high=inf
    7 |     return {{uniform(0, 1e999)}}, {{loguniform(0, 1000)}}
      |                         ^~~~~
      = help: write a finite number, such as 1000
model.py:7:51: error HT104: loguniform() draws up to exp(1000), which is too large for a float
    7 |     return {{uniform(0, 1e999)}}, {{loguniform(0, 1000)}}
      |                                                   ^~~~
      = help: the bounds are natural logarithms: for values up to 1000 write uniform(1, 1000, log=True)
