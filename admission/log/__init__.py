"""Floor 1: what was recorded, in a form that strangers can check (FORMATS 2 and 3)."""
