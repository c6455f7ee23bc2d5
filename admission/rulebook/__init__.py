"""The rulebook: read from reviewed TOML, compiled to canonical JSON, checked, read aloud, published, shown."""
