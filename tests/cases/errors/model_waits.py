import asyncio


async def model():
    await asyncio.sleep(0)
    return {{uniform(0, 1)}}

# output
model.py:4:11: error HT005: 'model' is a coroutine (async def); data and model are plain functions
    4 | async def model():
      |           ^~~~~
      = help: write a plain function that calls asyncio.run()
