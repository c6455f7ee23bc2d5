"""Floor 6: who is known, from which source, and what may be shown of them."""
