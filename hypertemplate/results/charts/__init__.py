"""Charts of a study as SVG: pure functions from a summary to a text.

A chart is readable without a style sheet, in light and dark themes: text and lines have the colour of the
text around it. What a page styles or moves has a class, and what belongs to a trial its number.
"""
