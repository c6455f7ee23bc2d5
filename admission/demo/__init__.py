"""The fictional city, played through the real engine; a real city never starts with it."""
