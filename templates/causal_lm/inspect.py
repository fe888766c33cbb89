def view(loader: Loader, tokenizer: {{ model.tokenizer_class }}, row: int) -> dict[str, Any]:
    """The tokens of one block; each is to be told from those before it{{ task.isolation_words }}."""
    batch = loader.batch([row])
    tokens: list[dict[str, Any]] = [
        {"text": text_of(tokenizer, int(token))} for token in batch["input_ids"][0]
    ]
    return {"row": row, "streams": [{"name": "block", "tokens": tokens}]}


