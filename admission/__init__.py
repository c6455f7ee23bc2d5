"""Admission of migrants' organisations to a city's network, by published rules that anyone can check."""

__version__ = "0.1.0"
