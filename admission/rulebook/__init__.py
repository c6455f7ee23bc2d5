"""Floor 3: the rulebook, written by people, compiled to bytes, published by two."""
