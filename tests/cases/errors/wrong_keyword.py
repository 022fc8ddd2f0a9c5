def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(lo=0, high=1)}}, {{normal(mean=0, sd=1)}}, {{uniform(0, 1, low=2)}}

# output
model.py:7:22: error HT103: uniform() has no argument 'lo'
    7 |     return {{uniform(lo=0, high=1)}}, {{normal(mean=0, sd=1)}}, {{uniform(0, 1, low=2)}}
      |                      ^~~~
      = help: did you mean low?
model.py:7:48: error HT103: normal() has no argument 'mean'
    7 |     return {{uniform(lo=0, high=1)}}, {{normal(mean=0, sd=1)}}, {{uniform(0, 1, low=2)}}
      |                                                ^~~~~~
      = help: did you mean mu?
model.py:7:81: error HT103: uniform() got 'low' twice
    7 |     return {{uniform(lo=0, high=1)}}, {{normal(mean=0, sd=1)}}, {{uniform(0, 1, low=2)}}
      |                                                                                 ^~~~~
      = help: remove one of them
