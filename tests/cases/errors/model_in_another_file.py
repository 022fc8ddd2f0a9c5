from nets import create_model

rate = {{uniform(0, 1)}}

# output
model.py:1:1: error HT005: the model function 'create_model' is imported from nets
    1 | from nets import create_model
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      = help: give hypertemplate the file that defines it, or define it here
