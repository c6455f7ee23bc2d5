"""Lists that the office keeps: read, judged row by row, decided by people, taken over or given back."""
