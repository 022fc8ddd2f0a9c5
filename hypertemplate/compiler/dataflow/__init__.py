"""Dataflow between statements: bindings, aliases, mutations, state that outlives a trial."""
