"""Pure rules: definitions, guards, the three-valued evaluator, the machine, deadlines, soundness. No database, no clock."""
