class Settings:
    rate = {{uniform(0, 1)}}

# output
model.py: error HT003: no model function: the file defines no function
      = help: put what builds, trains and scores into: def model(...): ... return {'loss': loss}
