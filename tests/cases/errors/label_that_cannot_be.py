def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1, name="a=b")}}, {{uniform(0, 1, name=x)}}

# output
model.py:7:33: error HT202: a label must be a string literal without '=', got "a=b"
    7 |     return {{uniform(0, 1, name="a=b")}}, {{uniform(0, 1, name=x)}}
      |                                 ^~~~~
      = help: write name='units'
model.py:7:64: error HT202: a label must be a string literal without '=', got x
    7 |     return {{uniform(0, 1, name="a=b")}}, {{uniform(0, 1, name=x)}}
      |                                                                ^
      = help: write name='units'
