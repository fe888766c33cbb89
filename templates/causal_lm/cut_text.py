# {% if data.on_disk %}
@dataclass(frozen=True)
class Piece:
    """A part of a mapped text file (UTF-8): from byte `start` to `end`."""

    mapped: mmap.mmap
    start: int
    end: int

    def parts(self) -> Iterator[str]:
        """`PART` characters and the rest of a line at a time."""
        start = self.start
        while start < self.end:
            # No character has more than four bytes; the last one may be cut here.
            part = self.mapped[start : min(start + 4 * PART, self.end)].decode(errors="ignore")[:PART]
            rest = start + len(part.encode())
            start = self.mapped.find(b"\n", rest, self.end) + 1 or self.end
            yield part + self.mapped[rest:start].decode()


def read_text(paths: tuple[str, ...], config: Config) -> tuple[mmap.mmap, str]:
    """The clean text of the one file, mapped, and the key that it is stored under."""
    key = rows_key([file_digests(config)[path] for path in paths], config)

    def write(path: Path) -> None:
        with (FOLDER / paths[0]).open(encoding={{ data.readers[0].encoding | py }}) as source, path.open("w", encoding="utf-8", newline="") as file:
            while part := source.read(PART) + source.readline():
                file.write(clean(part))

    with made(FOLDER / config.cache_dir / f"{key}.txt", write).open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), key


# {% endif %}
def find_cut(text: {{ data.bytes_type }}, share: float, begin: int) -> int:
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
    # {% if data.on_disk %}
    text, key = read_text(config.train_files, config)
    # {% else %}
    text = read_examples(config.train_files, config).texts[0].encode()
    # {% endif %}
    train_end = find_cut(text, {{ task.cuts[0] }}, 0)
    # {% if task.cuts_twice %}
    ends = [0, train_end, find_cut(text, {{ task.cuts[1] }}, train_end), len(text)]
    # {% else %}
    ends = [0, train_end, len(text)]
    # {% endif %}
    # {% if data.on_disk %}
    pieces = [Examples([Piece(text, *cut)], key=digest(key, cut)) for cut in pairwise(ends)]
    # {% else %}
    pieces = [Examples([text[start:end].decode()]) for start, end in pairwise(ends)]
    # {% endif %}
    # {% if data.file_names %}
    splits = dict(zip({{ data.cut_names | py }}, pieces, strict=True))
    # {% for name in data.file_names %}
    splits[{{ name | py }}] = read_examples({{ "config.%s_files" | format(name) }}, config)
    # {% endfor %}
    return splits
    # {% else %}
    return dict(zip({{ data.cut_names | py }}, pieces, strict=True))
    # {% endif %}


