"""Pure rules: definitions, guards, evaluator, machine, deadlines, soundness. They know no database and no clock."""
