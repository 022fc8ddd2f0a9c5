def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1, name="a")}}, {{choice([1, normal(0, 1, name="a")])}}

# output
model.py:7:54: error HT202: the label 'a' is given twice
    7 |     return {{uniform(0, 1, name="a")}}, {{choice([1, normal(0, 1, name="a")])}}
      |                                                      ^~~~~~~~~~~~~~~~~~~~~~
      = help: rename one of them, or omit the name
