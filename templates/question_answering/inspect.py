def view(loader: Loader, tokenizer: {{ model.tokenizer_class }}, row: int) -> dict[str, Any]:
    """The tokens of one window; `start` and `end` stand at the answer, at 0 where it is not here."""
    batch = loader.batch([row])
    tokens: list[dict[str, Any]] = [
        {"text": text_of(tokenizer, int(token))} for token in batch["input_ids"][0]
    ]
    start, end = batch["labels"][0].tolist()
    tokens[end]["label"] = "end"
    tokens[start]["label"] = "start" if start != end else "start and end"
    window = loader.windows[row]
    answers = loader.examples.answers[window.row] or ["no answer"]
    return {"row": window.row, "answer": answers[0], "streams": [{"name": "window", "tokens": tokens}]}


