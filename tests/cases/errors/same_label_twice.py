def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1, name="a")}}, {{choice([1, normal(0, 1, name="a")])}}

# output
model.py:7:54: error HT202: the label 'a' is given twice
    7 |     return {{uniform(0, 1, name="a")}}, {{choice([1, normal(0, 1, name="a")])}}
      |                                                      ^~~~~~~~~~~~~~~~~~~~~~
      = help: give one of them another name, or leave it out
