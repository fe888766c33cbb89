"""Whether the tokenizer of a base suits the texts that it gets."""
