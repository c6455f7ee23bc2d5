"""Floor 6: a finding a criterion, with its reasons."""
