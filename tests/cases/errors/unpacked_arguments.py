def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(*x)}}, {{uniform(**x)}}

# output
model.py:7:22: error HT103: uniform() needs its arguments one by one, not unpacked
    7 |     return {{uniform(*x)}}, {{uniform(**x)}}
      |                      ^~
      = help: write them as in uniform(0, 1)
model.py:7:39: error HT103: uniform() needs its arguments one by one, not unpacked
    7 |     return {{uniform(*x)}}, {{uniform(**x)}}
      |                                       ^~~
      = help: write them as in uniform(0, 1)
