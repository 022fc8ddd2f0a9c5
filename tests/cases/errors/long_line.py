def model():
    return 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', {{uniform(1, 0)}}, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'

# output
model.py:2:106: error HT104: uniform() needs low < high, got low=1, high=0
    2 | ... aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', {{uniform(1, 0)}}, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb ...
      |                                                       ^~~~~~~~~~~~~
      = help: swap the bounds: uniform(0, 1)
