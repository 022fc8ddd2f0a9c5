"""Models that are kept: their files, and what they need to compute as in their trial."""
