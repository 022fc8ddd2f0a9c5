def data():
    x = [1, 2]
    return x


def model(x):
    return {{choice[1, 2]}}, {{hp.choise["a", "b"]}}, {{uniform[0, 1]}}, {{choice[x]}}

# output
model.py:7:12: error HT101: choice needs its arguments in parentheses, got choice[...]
    7 |     return {{choice[1, 2]}}, {{hp.choise["a", "b"]}}, {{uniform[0, 1]}}, {{choice[x]}}
      |            ^~~~~~~~~~~~~~~~
      = help: write choice([1, 2])
model.py:7:30: error HT101: choice needs its arguments in parentheses, got choice[...]
    7 |     return {{choice[1, 2]}}, {{hp.choise["a", "b"]}}, {{uniform[0, 1]}}, {{choice[x]}}
      |                              ^~~~~~~~~~~~~~~~~~~~~~~
      = help: write choice(["a", "b"])
model.py:7:55: error HT101: uniform needs its arguments in parentheses, got uniform[...]
    7 |     return {{choice[1, 2]}}, {{hp.choise["a", "b"]}}, {{uniform[0, 1]}}, {{choice[x]}}
      |                                                       ^~~~~~~~~~~~~~~~~
      = help: write uniform(0, 1)
model.py:7:74: error HT101: choice needs its arguments in parentheses, got choice[...]
    7 |     return {{choice[1, 2]}}, {{hp.choise["a", "b"]}}, {{uniform[0, 1]}}, {{choice[x]}}
      |                                                                          ^~~~~~~~~~~~~
      = help: write choice([x])
