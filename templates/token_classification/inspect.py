def view(loader: Loader, tokenizer: {{ model.tokenizer_class }}, row: int) -> dict[str, Any]:
    """The tokens of one window, with the tag of each token that carries one."""
    batch = loader.batch([row])
    tokens: list[dict[str, Any]] = [
        {"text": text_of(tokenizer, int(token))} for token in batch["input_ids"][0]
    ]
    for position, label in zip(batch["positions"].tolist(), batch["labels"].tolist(), strict=True):
        tokens[position]["label"] = Config.labels[label]
    window = loader.windows[row]
    return {"row": window.row, "streams": [{"name": "window", "tokens": tokens}]}


