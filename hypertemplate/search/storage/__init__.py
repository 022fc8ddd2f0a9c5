"""Storage of a study: in memory, or in a folder on disk."""
