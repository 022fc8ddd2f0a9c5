def model():
    return [
        {{quniform(0, 1, 0.1, step=0.1)}},
        {{quniform(0, 1, q=0.1, step=0.1)}},
        {{uniform(0, 1, step=0.1)}},
        {{uniformint(1, 9, step=2)}},
        {{normal(0, 1, q=0.5)}},
        {{quniform(0, 1)}},
        {{quniform(0, 1, step=0)}},
        {{quniform(0, 1, step="0.1")}},
    ]

# output
model.py:3:31: error HT103: quniform() got its step twice, step is another name of q
    3 |         {{quniform(0, 1, 0.1, step=0.1)}},
      |                               ^~~~~~~~
      = help: remove one of them
model.py:4:33: error HT103: quniform() got its step twice, step is another name of q
    4 |         {{quniform(0, 1, q=0.1, step=0.1)}},
      |                                 ^~~~~~~~
      = help: remove one of them
model.py:5:25: error HT103: uniform() has no argument 'step'
    5 |         {{uniform(0, 1, step=0.1)}},
      |                         ^~~~~~~~
      = help: quniform() draws in steps: write it with the same bounds and step=0.1
model.py:6:28: error HT103: uniformint() has no argument 'step'
    6 |         {{uniformint(1, 9, step=2)}},
      |                            ^~~~~~
      = help: quniform() draws in steps: write it with the same bounds and step=2
model.py:7:24: error HT103: normal() has no argument 'q'
    7 |         {{normal(0, 1, q=0.5)}},
      |                        ^~~~~
      = help: qnormal() draws in steps: write it with the same bounds and q=0.5
model.py:8:11: error HT103: quniform() needs q
    8 |         {{quniform(0, 1)}},
      |           ^~~~~~~~~~~~~~
      = help: write quniform(0, 1, q=Q), with a number in place of Q
model.py:9:31: error HT104: quniform() needs q > 0 (the step), got q=0
    9 |         {{quniform(0, 1, step=0)}},
      |                               ^
      = help: write q=1
model.py:10:31: error HT103: quniform() needs a number for q, got "0.1"
   10 |         {{quniform(0, 1, step="0.1")}},
      |                               ^~~~~
      = help: write q=0.1
