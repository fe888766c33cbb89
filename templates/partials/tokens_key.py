def tokens_key(examples: Examples, tokenizer: {{ model.tokenizer_class }}) -> str:
    """The key of what the tokenizer makes of examples; none for examples that are stored nowhere."""
    return examples.key and digest(examples.key, len(examples), {{ model.tokenizer_identity }})


