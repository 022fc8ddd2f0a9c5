WIDTH = {{choice([8, 16])}}
SIZES = [WIDTH, WIDTH * 2]


def model():
    return {{uniform(0, WIDTH)}}, {{choice(SIZES)}}

# output
model.py:6:25: error HT111: 'WIDTH' depends on a marker; bounds and lists are evaluated once, before anything is drawn
    6 |     return {{uniform(0, WIDTH)}}, {{choice(SIZES)}}
      |                         ^~~~~
      = help: write a number, or a name that the module defines before the trial
model.py:6:44: error HT111: 'SIZES' depends on a marker; bounds and lists are evaluated once, before anything is drawn
    6 |     return {{uniform(0, WIDTH)}}, {{choice(SIZES)}}
      |                                            ^~~~~
      = help: write the list inside the marker
