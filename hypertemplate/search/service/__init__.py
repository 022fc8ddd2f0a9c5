"""The one service of a search for all interfaces."""
