"""Points that trials of a study have tried already, and those that are left."""
