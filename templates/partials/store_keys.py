# {% if data.cuts_by_column %}
def coded(names: Column) -> tuple[list[str], np.ndarray]:
    """The distinct names in alphabetical order, and for each row (N,) the number of its name."""
    numbers: dict[str, int] = {}
    codes = np.fromiter((numbers.setdefault(n, len(numbers)) for n in names), np.int32, len(names))
    ordered = sorted(numbers)
    places = np.empty(len(ordered), np.int32)
    places[[numbers[name] for name in ordered]] = np.arange(len(ordered))
    return ordered, places[codes]


# {% endif %}
# {% if data.drop_duplicates or task.repeats_texts %}
def fingerprint(value: object) -> bytes:
    """16 bytes that are equal where the values are."""
    return hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=16).digest()


# {% endif %}
# {% if data.drop_duplicates %}
def first_of_each(fingerprints: list[pa.Array]) -> np.ndarray:
    """The rows whose fingerprint has not come before (M,), in passes over a part of them each."""
    # (N, 2) of each part, as they lie in the file
    chunks = [np.frombuffer(chunk.buffers()[1], np.uint64).reshape(-1, 2)[chunk.offset :][: len(chunk)] for chunk in fingerprints]
    starts = np.cumsum([0, *map(len, chunks)])
    is_first = np.zeros(starts[-1], bool)
    for turn in range(NUM_PASSES):
        rows = [np.flatnonzero(chunk[:, 0] % NUM_PASSES == turn) for chunk in chunks]
        if not any(map(len, rows)):
            continue
        values = np.concatenate([chunk[part] for chunk, part in zip(chunks, rows, strict=True)])
        _, first = np.unique(values, axis=0, return_index=True)
        is_first[np.concatenate([a + part for a, part in zip(starts, rows, strict=False)])[first]] = True
    return np.flatnonzero(is_first)


# {% endif %}
