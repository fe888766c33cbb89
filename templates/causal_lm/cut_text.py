def find_cut(text: bytes, share: float, begin: int) -> int:
    """Where the first `share` of a text ends: after a line end before it, or at a character."""
    wanted = round(len(text) * share)
    line_end = text.rfind(b"\n", max(begin, wanted // 2, wanted - NEAR), wanted)
    if wanted == len(text) or line_end >= 0:
        return wanted if wanted == len(text) else line_end + 1
    while wanted and text[wanted] & 0xC0 == 0x80:  # inside of a character
        wanted -= 1
    return wanted


def read_splits(config: Config) -> dict[str, Examples]:
    """The splits by name: one after the other, since neighbouring lines are alike."""
    # {% if data.checks_files %}
    check_files(config)
    # {% endif %}
    text = read_examples(config.train_files, config).texts[0].encode()
    train_end = find_cut(text, {{ task.cuts[0] }}, 0)
    # {% if task.cuts_twice %}
    ends = [0, train_end, find_cut(text, {{ task.cuts[1] }}, train_end), len(text)]
    # {% else %}
    ends = [0, train_end, len(text)]
    # {% endif %}
    pieces = [Examples([text[start:end].decode()]) for start, end in pairwise(ends)]
    # {% if data.file_names %}
    splits = dict(zip({{ data.cut_names | py }}, pieces, strict=True))
    # {% for name in data.file_names %}
    splits[{{ name | py }}] = read_examples({{ "config.%s_files" | format(name) }}, config)
    # {% endfor %}
    return splits
    # {% else %}
    return dict(zip({{ data.cut_names | py }}, pieces, strict=True))
    # {% endif %}


