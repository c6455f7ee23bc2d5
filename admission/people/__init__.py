"""Floor 2: accounts, what they may do, and how they come in."""
