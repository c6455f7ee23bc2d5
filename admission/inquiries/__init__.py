"""Inquiries of the council: a question verbatim, its parts, the answer in versions, signed by two and frozen."""
