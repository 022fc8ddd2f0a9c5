WIDTH = {{choice([8, 16])}}
SIZES = [WIDTH, WIDTH * 2]


def model():
    return {{uniform(0, WIDTH)}}, {{choice(SIZES)}}

# output
model.py:6:25: error HT111: 'WIDTH' depends on a marker; bounds and lists are evaluated once, before the first trial
    6 |     return {{uniform(0, WIDTH)}}, {{choice(SIZES)}}
      |                         ^~~~~
      = help: draw a share, {{uniform(0, 1)}}, and compute the value from it
model.py:6:44: error HT111: 'SIZES' depends on a marker; bounds and lists are evaluated once, before the first trial
    6 |     return {{uniform(0, WIDTH)}}, {{choice(SIZES)}}
      |                                            ^~~~~
      = help: write the list inside the marker
