"""Floor 4: the organisations, their names, and who speaks for them."""
