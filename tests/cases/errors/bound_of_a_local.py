def data():
    x = [1, 2]
    return x


def size_of(x):
    return len(x)


def model(x):
    top = size_of(x)
    for depth in range(1, 3):
        sizes = [8 * depth]
        width = {{quniform(0, depth, 1)}}
    return {{uniform(0, top)}}, {{choice(sizes)}}, width

# output
model.py:14:31: error HT111: 'depth' is the variable of a loop in model(); bounds and lists are evaluated once, before the first trial
   14 |         width = {{quniform(0, depth, 1)}}
      |                               ^~~~~
      = help: draw a share, {{uniform(0, 1)}}, and compute the value from it
model.py:15:25: error HT111: 'top' is computed in model(); bounds and lists are evaluated once, before the first trial
   15 |     return {{uniform(0, top)}}, {{choice(sizes)}}, width
      |                         ^~~
      = help: write size_of(x) inside the marker
model.py:15:42: error HT111: 'sizes' is assigned in model() only below, or not always; bounds and lists are evaluated once, before the first trial
   15 |     return {{uniform(0, top)}}, {{choice(sizes)}}, width
      |                                          ^~~~~
      = help: write the list inside the marker
