"""Floor 9: the desks, one an audience, and what they share (access, forms, pages, errors)."""
