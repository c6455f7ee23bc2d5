"""Floor 6: is everything there that the criteria ask for, and what was asked for later."""
