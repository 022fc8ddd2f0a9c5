def model():
    a = {{[64, 128]}}
    b = {{64, 128}}
    c = {{"relu", choice(["elu", "selu"])}}
    d = {{("adam", "sgd")}}
    e = 2 * {{uniform(0, 1) + choice([1, 2])}}
    sizes = [1, 2]
    return a, b, c, d, e, {{sizes}}, {{}}, {{"a": 1}}

# output
model.py:2:9: error HT101: a marker must contain one distribution call, got [64, 128]
    2 |     a = {{[64, 128]}}
      |         ^~~~~~~~~~~~~
      = help: for one of these values write {{choice([64, 128])}}
model.py:3:9: error HT101: a marker must contain one distribution call, got 2 items
    3 |     b = {{64, 128}}
      |         ^~~~~~~~~~~
      = help: for one of these values write {{choice([64, 128])}}
model.py:4:9: error HT101: a marker must contain one distribution call, got 2 items
    4 |     c = {{"relu", choice(["elu", "selu"])}}
      |         ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: for one of these values write {{choice(["relu", choice(["elu", "selu"])])}}
model.py:5:9: error HT101: a marker must contain one distribution call, got ("adam", "sgd")
    5 |     d = {{("adam", "sgd")}}
      |         ^~~~~~~~~~~~~~~~~~~
      = help: for one of these values write {{choice(["adam", "sgd"])}}
model.py:6:13: error HT101: a marker must contain one distribution call, got uniform(0, 1) + choice([1, 2])
    6 |     e = 2 * {{uniform(0, 1) + choice([1, 2])}}
      |             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: put the rest outside: {{uniform(0, 1)}} + {{choice([1, 2])}}
model.py:8:27: error HT101: a marker must contain one distribution call, got sizes
    8 |     return a, b, c, d, e, {{sizes}}, {{}}, {{"a": 1}}
      |                           ^~~~~~~~~
      = help: for one of its items write {{choice(sizes)}}
model.py:8:38: error HT101: a marker must contain one distribution call; this one is empty
    8 |     return a, b, c, d, e, {{sizes}}, {{}}, {{"a": 1}}
      |                                      ^~~~
      = help: write, for example, {{uniform(0, 1)}} or {{choice([64, 128])}}
model.py:8:44: error HT101: a marker must contain one distribution call, got "a": 1
    8 |     return a, b, c, d, e, {{sizes}}, {{}}, {{"a": 1}}
      |                                            ^~~~~~~~~~
      = help: write, for example, {{uniform(0, 1)}} or {{choice([64, 128])}}
