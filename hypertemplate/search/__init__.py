"""Studies: who proposes points, who runs them, where what comes of them is kept."""
