def view(loader: Loader, tokenizer: {{ model.tokenizer_class }}, row: int) -> dict[str, Any]:
    """The tokens of one text, and the answer to learn."""
    batch = loader.batch([row])
    # {% if task.is_multi_label %}
    answer = [name for name, flag in zip(Config.labels, batch["labels"][0], strict=True) if flag]
    # {% elif task.is_regression %}
    answer = float(batch["labels"][0])
    # {% else %}
    answer = Config.labels[int(batch["labels"][0])]
    # {% endif %}
    tokens = [{"text": text_of(tokenizer, int(token))} for token in batch["input_ids"][0]]
    return {"row": row, "answer": answer, "streams": [{"name": "text", "tokens": tokens}]}


