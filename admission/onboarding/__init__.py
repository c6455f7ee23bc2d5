"""Floor 6: the dated tasks that follow an admission."""
