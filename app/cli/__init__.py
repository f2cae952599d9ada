"""The `foleyscope` sub-commands, one module a family; nothing here imports Qt or torch before a command needs it."""
