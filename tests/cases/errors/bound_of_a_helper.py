import random


def build(most):
    return {{uniform(0, most)}}


def model():
    return build(random.random())

# output
model.py:5:25: error HT111: 'most' is a parameter of build(); bounds and lists are evaluated once, before the first trial
    5 |     return {{uniform(0, most)}}
      |                         ^~~~
      = help: draw the value in model(), and give it to build()
