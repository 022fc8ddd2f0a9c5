"""Markers proposed for the values of plain code: rules, the values that they concern, and their edits."""
