rate = {{uniform(0, 1)}}  # hypertemplate: setup
data = [1]  # hypertemplate: never


def model():
    x = 1  # hypertemplate: trial
    return rate, data, x

# output
model.py:1:27: error HT305: this statement has a marker, so it cannot run once for all trials
    1 | rate = {{uniform(0, 1)}}  # hypertemplate: setup
      |                           ^~~~~~~~~~~~~~~~~~~~~~
      = help: remove the comment
model.py:2:13: error HT305: expected setup, trial or skip, got never
    2 | data = [1]  # hypertemplate: never
      |             ^~~~~~~~~~~~~~~~~~~~~~
      = help: write # hypertemplate: trial
model.py:6:12: error HT305: no top-level statement starts on the line of this comment
    6 |     x = 1  # hypertemplate: trial
      |            ^~~~~~~~~~~~~~~~~~~~~~
      = help: put it at the end of a top-level statement's first line
