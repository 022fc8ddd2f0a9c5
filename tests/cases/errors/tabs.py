def model():
	return	{{uniform(1, 0)}}

# output
model.py:2:11: error HT104: uniform() needs low < high, got low=1, high=0
    2 | 	return	{{uniform(1, 0)}}
      | 	      	  ^~~~~~~~~~~~~
      = help: swap the bounds: uniform(0, 1)
