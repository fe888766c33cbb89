def encode(tokenizer: Tokenizer, texts: Iterable[{{ data.document_type }}]) -> Iterator[tuple[str, Encoding]]:
    """The texts in parts that end at a line end, each with its tokens; an empty part opens a text."""
    # {% if data.on_disk %}
    parts = chain.from_iterable(chain([""], split_lines(text)) for text in texts)
    for group in groups(parts):
        yield from zip(group, tokenizer.encode_batch(group, add_special_tokens=False), strict=True)
    # {% else %}
    parts = (part for text in texts for part in ("", *split_lines(text)))
    while group := list(islice(parts, 100)):
        yield from zip(group, tokenizer.encode_batch(group, add_special_tokens=False), strict=True)
    # {% endif %}


def split_lines(text: {{ data.document_type }}) -> Iterator[str]:
    """A text in parts of `PART` characters and the rest of a line."""
    # {% if data.on_disk and data.by_position %}
    if isinstance(text, Piece):
        yield from text.parts()
        return
    # {% endif %}
    start = 0
    while start < len(text):
        end = text.find("\n", start + PART) + 1 or len(text)
        yield text[start:end]
        start = end


def byte_counts(text: str, encoding: Encoding) -> np.ndarray:
    """UTF-8 bytes of each token (T,); those of a character in several tokens go to the first."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    sizes = 1 + (codes > 0x7F) + (codes > 0x7FF) + (codes > 0xFFFF)
    ends = np.maximum.accumulate([end for _, end in encoding.offsets])
    ends[-1] = len(text)
    return np.diff(np.concatenate([[0], np.cumsum(sizes)])[ends], prepend=0)


