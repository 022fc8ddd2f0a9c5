model = lambda x: {{uniform(0, 1)}}

# output
model.py:1:1: error HT005: the model 'model' is not a function defined with def
    1 | model = lambda x: {{uniform(0, 1)}}
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: write def model(x): return {{uniform(0, 1)}}
