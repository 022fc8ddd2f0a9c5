def model():
    größe = '日本語😀', {{uniform(1, 0)}}
    return größe

# output
model.py:2:23: error HT104: uniform() needs low < high, got low=1, high=0
    2 |     größe = '日本語😀', {{uniform(1, 0)}}
      |                           ^~~~~~~~~~~~~
      = help: swap the bounds: uniform(0, 1)
