"""Floor 7: the one staircase between the rooms, and the only place that writes a state."""
