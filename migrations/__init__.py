"""The schema's history, and the guards that the database itself keeps."""
