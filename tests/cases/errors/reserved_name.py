def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, 1)}}


_ht_ = 3

# output
model.py:10:1: error HT302: the name _ht_ is reserved for the drawn values
   10 | _ht_ = 3
      | ^~~~
      = help: use another name
