def data():
    x = [1, 2]
    return x


def model(x):
    return {{normal(0, -1)}}, {{qlognormal(0, 0, 1)}}

# output
model.py:7:24: error HT104: normal() needs sigma > 0 (the standard deviation), got sigma=-1
    7 |     return {{normal(0, -1)}}, {{qlognormal(0, 0, 1)}}
      |                        ^~
      = help: write sigma=1
model.py:7:47: error HT104: qlognormal() needs sigma > 0 (the standard deviation), got sigma=0
    7 |     return {{normal(0, -1)}}, {{qlognormal(0, 0, 1)}}
      |                                               ^
      = help: write sigma=1
