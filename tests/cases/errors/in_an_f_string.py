def data():
    x = [1, 2]
    return x


def model(x):
    return f"{{choice([1, 2])}} of {x}", f"{ {{uniform(0, 1)}} }"

# output
model.py:7:12: error HT110: a marker inside an f-string
    7 |     return f"{{choice([1, 2])}} of {x}", f"{ {{uniform(0, 1)}} }"
      |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: name the value first: units = {{...}}, then f'{units}'
model.py:7:42: error HT110: a marker inside an f-string
    7 |     return f"{{choice([1, 2])}} of {x}", f"{ {{uniform(0, 1)}} }"
      |                                          ^~~~~~~~~~~~~~~~~~~~~~~~
      = help: name the value first: units = {{...}}, then f'{units}'
