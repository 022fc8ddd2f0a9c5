"""Detection of a machine's devices, without loading a framework, and the plan of a search on them."""
