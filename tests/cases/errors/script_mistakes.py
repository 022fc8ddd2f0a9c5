sizes = [8, 16]
units = {{choice(size)}}
rate = {{uniform(units, 9)}}


def forgotten():
    return {{uniform(0, 1)}}


print(units, rat)

# output
model.py:2:18: error HT301: 'size' is not defined
    2 | units = {{choice(size)}}
      |                  ^~~~
      = help: did you mean sizes?
model.py:3:18: error HT111: 'units' depends on a marker; bounds and lists are evaluated once, before the first trial
    3 | rate = {{uniform(units, 9)}}
      |                  ^~~~~
      = help: draw a share, {{uniform(0, 1)}}, and compute the value from it
model.py:7:12: warning HT109: nothing uses 'forgotten', so this marker is not searched
    7 |     return {{uniform(0, 1)}}
      |            ^~~~~~~~~~~~~~~~~
      = help: remove it, or use its value
model.py:10:14: error HT301: 'rat' is not defined
   10 | print(units, rat)
      |              ^~~
      = help: did you mean rate?
