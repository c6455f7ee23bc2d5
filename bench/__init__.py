"""What it costs, beside the bare driver and bare pages: `make bench`. Prints what it measured and asserts nothing."""
