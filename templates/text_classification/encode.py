# {% if model.tokenizer_file %}
# {% if model.uses_type_ids and task.is_pair %}
def encode(
    tokenizer: Tokenizer, texts: list[tuple[str, str]]
) -> tuple[list[list[int]], list[list[int]], int]:
    """Token ids and segment ids of each pair, and how many pairs were truncated."""
    encodings = tokenizer.encode_batch(texts)
    num_truncated = sum(bool(encoding.overflowing) for encoding in encodings)
    return [e.ids for e in encodings], [e.type_ids for e in encodings], num_truncated


# {% else %}
def encode(tokenizer: Tokenizer, texts: list[{{ task.text_type }}]) -> tuple[list[list[int]], int]:
    """Token ids of each text, and how many texts were truncated."""
    encodings = tokenizer.encode_batch(texts)
    num_truncated = sum(bool(encoding.overflowing) for encoding in encodings)
    return [encoding.ids for encoding in encodings], num_truncated


# {% endif %}
# {% else %}
def encode(tokenizer: PreTrainedTokenizerBase, texts: list[{{ task.text_type }}]) -> tuple[list[list[int]], int]:
    """Token ids of each text, and how many texts reach `max_length`."""
    max_length = Config.max_length
    # {% if task.is_pair %}
    firsts, seconds = map(list, zip(*texts, strict=True))
    ids = tokenizer(firsts, seconds, truncation=True, max_length=max_length)["input_ids"]
    # {% else %}
    ids = tokenizer(texts, truncation=True, max_length=max_length)["input_ids"]
    # {% endif %}
    return ids, sum(len(row) >= max_length for row in ids)


# {% endif %}
# {% if data.on_disk %}
# {% include "partials/tokens_key.py" %}
def tokenized(examples: Examples, tokenizer: {{ model.tokenizer_class }}, config: Config) -> Table:
    """Token ids of each text, in the order of the examples."""

    def parts() -> Iterator[Part]:
        for texts in groups(examples.texts):
            # {% if model.uses_type_ids and task.is_pair %}
            ids, type_ids, num_truncated = encode(tokenizer, texts)
            columns = [lists_of(ids), lists_of(type_ids)]
            # {% else %}
            ids, num_truncated = encode(tokenizer, texts)
            columns = [lists_of(ids)]
            # {% endif %}
            yield pa.record_batch(columns, schema=TOKENS), {"truncated": num_truncated}

    os.environ["RAYON_NUM_THREADS"] = str(config.tokenizer_threads)
    return stored(FOLDER / config.cache_dir, tokens_key(examples, tokenizer), TOKENS, parts)


# {% endif %}
