def view(loader: Loader, tokenizer: {{ model.tokenizer_class }}, row: int) -> dict[str, Any]:
    """What is read of one row, and what is to be written; every token of that is learned."""
    batch = loader.batch([row])
    read = [{"text": text_of(tokenizer, int(token))} for token in batch["input_ids"][0]]
    written = [text_of(tokenizer, int(token)) for token in batch["labels"]]
    target = [{"text": text, "label": text} for text in written]
    streams = [{"name": "source", "tokens": read}, {"name": "target", "tokens": target}]
    return {"row": row, "streams": streams}


