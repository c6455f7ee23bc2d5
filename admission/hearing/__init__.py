"""Floor 6: what the organisation says before an adverse decision (after VwVfG NRW § 28)."""
