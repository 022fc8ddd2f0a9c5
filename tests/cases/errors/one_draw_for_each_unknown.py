LIMIT = 3
LIMIT = 4


def model(x=3):
    sizes = [{{choice([8, 16])[0]}}, {{choice(["small", "big"])[-1:]}}]
    for i in range(LIMIT):
        sizes.append({{choice([8, 16])[i]}})
    for i in range(x):
        for j in range(2):
            sizes.append({{uniform(0, 1)[i, j]}})
    for i in range(1000):
        sizes.append({{uniform(0, 1)[i]}})
    return sizes

# output
model.py:6:14: error HT114: an index inside a marker must be a loop variable
    6 |     sizes = [{{choice([8, 16])[0]}}, {{choice(["small", "big"])[-1:]}}]
      |              ^~~~~~~~~~~~~~~~~~~~~~
      = help: write {{choice([8, 16])}}
model.py:6:38: error HT114: an index inside a marker must be a loop variable
    6 |     sizes = [{{choice([8, 16])[0]}}, {{choice(["small", "big"])[-1:]}}]
      |                                      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: for an item of the drawn value, write the index outside: ({{choice(["small", "big"])}})[-1:]
model.py:8:22: error HT114: how many values i takes is not known before the trial
    8 |         sizes.append({{choice([8, 16])[i]}})
      |                      ^~~~~~~~~~~~~~~~~~~~~~
      = help: say at most how many: {{choice([8, 16])[i:8]}}
model.py:11:26: error HT114: how many values i takes is not known before the trial
   11 |             sizes.append({{uniform(0, 1)[i, j]}})
      |                          ^~~~~~~~~~~~~~~~~~~~~~~
      = help: say at most how many: {{uniform(0, 1)[i:8, j]}}
model.py:13:22: error HT114: this marker would draw more than 256 values, the limit
   13 |         sizes.append({{uniform(0, 1)[i]}})
      |                      ^~~~~~~~~~~~~~~~~~~~
      = help: share each value among several: {{uniform(0, 1)[i % 16:16]}}
