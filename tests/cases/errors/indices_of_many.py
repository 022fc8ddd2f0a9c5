def model():
    total = 0
    for i in range(3):
        total += {{choice([8, 16])}}[i]
        total += {{uniform(0, 1)[i:2]}}
        total += {{uniform(0, 1)[0]}}
    for i in range(5000):
        total += {{uniform(0, 1)[i]}}
    while i < 4:
        total += {{uniform(0, 1)[i]}}
        i += 1
    return total + {{choice([8, 16])}}[0] + ({{uniform(0, 1), choice([2, 3])}})

# output
model.py:4:18: warning HT114: this takes an item of a number that is drawn
    4 |         total += {{choice([8, 16])}}[i]
      |                  ^~~~~~~~~~~~~~~~~~~~~~
      = help: for one value for each i write {{choice([8, 16])[i]}}
model.py:5:18: error HT114: i reaches 2, but this marker draws only for 0 to 1
    5 |         total += {{uniform(0, 1)[i:2]}}
      |                  ^~~~~~~~~~~~~~~~~~~~~~
      = help: let the loop decide: [i]
model.py:6:18: error HT114: an index inside a marker must be a loop variable
    6 |         total += {{uniform(0, 1)[0]}}
      |                  ^~~~~~~~~~~~~~~~~~~~
      = help: write {{uniform(0, 1)}}
model.py:8:18: error HT114: this marker would draw more than 256 values, the limit
    8 |         total += {{uniform(0, 1)[i]}}
      |                  ^~~~~~~~~~~~~~~~~~~~
      = help: share each value among several: {{uniform(0, 1)[i % 16:16]}}
model.py:10:18: error HT114: how many values i takes is not known before the trial
   10 |         total += {{uniform(0, 1)[i]}}
      |                  ^~~~~~~~~~~~~~~~~~~~
      = help: say at most how many: {{uniform(0, 1)[i:8]}}
model.py:12:20: warning HT114: this takes an item of a number that is drawn
   12 |     return total + {{choice([8, 16])}}[0] + ({{uniform(0, 1), choice([2, 3])}})
      |                    ^~~~~~~~~~~~~~~~~~~~~~
      = help: remove the index
model.py:12:46: error HT101: a marker must contain one distribution call, got 2 items
   12 |     return total + {{choice([8, 16])}}[0] + ({{uniform(0, 1), choice([2, 3])}})
      |                                              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: give each its own marker: {{uniform(0, 1)}}, {{choice([2, 3])}}
