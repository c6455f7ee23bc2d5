"""The yearly confirmation: who was asked in which round and how, and what they answered."""
