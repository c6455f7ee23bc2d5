"""What it costs, beside the bare driver: `python -m bench.move`. Prints what it measured and asserts nothing."""
