"""Studies in the formats of other tools."""
