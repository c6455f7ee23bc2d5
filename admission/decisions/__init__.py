"""Floor 6: proposal, second signature and notice (after VwVfG NRW §§ 37, 39, 41)."""
