"""Floor 2: who the city is, with days from and through which it holds."""
