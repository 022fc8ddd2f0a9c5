from hyperas import optim
from nets import create_model

rate = {{uniform(0, 1)}}
optim.minimize(create_model)

# output
model.py:2:1: error HT005: the model function 'create_model' is imported from nets
    2 | from nets import create_model
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: give hypertemplate the file that defines it, or define it here
