async def model():
    return {{uniform(0, 1)}}

# output
model.py:1:11: error HT005: 'model' is a coroutine (async def); data and model are plain functions
    1 | async def model():
      |           ^~~~~
      = help: write def instead of async def
