"""Floor 8: figures, read-only."""
