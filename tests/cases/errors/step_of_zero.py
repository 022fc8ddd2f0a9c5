def data():
    x = [1, 2]
    return x


def model(x):
    return {{quniform(0, 1, 0)}}, {{qnormal(0, 1, q=-2)}}

# output
model.py:7:29: error HT104: quniform() needs q > 0 (the step), got q=0
    7 |     return {{quniform(0, 1, 0)}}, {{qnormal(0, 1, q=-2)}}
      |                             ^
      = help: write q=1
model.py:7:53: error HT104: qnormal() needs q > 0 (the step), got q=-2
    7 |     return {{quniform(0, 1, 0)}}, {{qnormal(0, 1, q=-2)}}
      |                                                     ^~
      = help: write q=2
