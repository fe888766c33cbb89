"""Whether a step fits into the memory of the target, and what to change where it does not."""
