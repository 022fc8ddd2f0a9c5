def data():
    x = [1, 2]
    return x


def model(x):
    return {{choice([f"{uniform(0, 1)}", "2"])}}

# output
model.py:7:22: error HT110: a distribution inside an f-string
    7 |     return {{choice([f"{uniform(0, 1)}", "2"])}}
      |                      ^~~~~~~~~~~~~~~~~~
      = help: name the value first: units = {{...}}, then f'{units}'
