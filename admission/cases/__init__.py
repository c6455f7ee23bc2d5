"""Floor 5: one matter on its way, with its answers, documents, deadlines and recusals."""
