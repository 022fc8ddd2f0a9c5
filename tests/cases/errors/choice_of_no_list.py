def data():
    x = [1, 2]
    return x


def model(x):
    return {{choice("abc")}}, {{choice(5)}}, {{choice({1, 2})}}, {{choice(n for n in x)}}

# output
model.py:7:21: error HT105: choice() takes one list of options, got "abc"
    7 |     return {{choice("abc")}}, {{choice(5)}}, {{choice({1, 2})}}, {{choice(n for n in x)}}
      |                     ^~~~~
      = help: write choice(["abc", OTHER]), with your other values in place of OTHER
model.py:7:40: error HT105: choice() takes one list of options, got 5
    7 |     return {{choice("abc")}}, {{choice(5)}}, {{choice({1, 2})}}, {{choice(n for n in x)}}
      |                                        ^
      = help: write choice([5, OTHER]), with your other values in place of OTHER
model.py:7:55: error HT105: choice() needs a list, which has an order, got {1, 2}
    7 |     return {{choice("abc")}}, {{choice(5)}}, {{choice({1, 2})}}, {{choice(n for n in x)}}
      |                                                       ^~~~~~
      = help: write choice([1, 2])
model.py:7:74: error HT105: choice() needs a list, which has an order, got (n for n in x)
    7 |     return {{choice("abc")}}, {{choice(5)}}, {{choice({1, 2})}}, {{choice(n for n in x)}}
      |                                                                          ^~~~~~~~~~~~~~
      = help: write choice([n for n in x])
