# {% if data.streams_json %}
def json_items(file: TextIO, name: str | None = None) -> Iterator[Any]:
    """The items of a JSON list one by one; with a name, of that list in the file's object."""
    decoder, text, place = json.JSONDecoder(), "", 0

    def read() -> None:
        nonlocal text, place
        more = file.read(max(1 << 20, len(text) - place))
        if not more:
            raise SystemExit(f"{file.name} ends inside of a value")
        text, place = text[place:] + more, 0

    def sign() -> str:
        """The next character of the notation, which stays to be read."""
        nonlocal place
        while True:
            while place < len(text) and text[place] in " \t\r\n,:":
                place += 1
            if place < len(text):
                return text[place]
            read()

    def value() -> Any:
        nonlocal place
        while sign():
            try:
                found, place = decoder.raw_decode(text, place)
            except json.JSONDecodeError:
                read()  # the value does not end in what is here
            else:
                return found

    while sign() == "{":
        place += 1
        while value() != name:
            value()
    place += 1
    while sign() != "]":
        yield value()


# {% endif %}
# {% if data.streams_lines %}
def inner_lines(file: TextIO) -> Iterator[str]:
    """The lines of a file without the empty ones at its beginning and end."""
    num_empty, has_begun = 0, False
    for line in (line.rstrip("\n") for line in file):
        if not line:
            num_empty += 1
            continue
        yield from [""] * (num_empty * has_begun)
        yield line
        num_empty, has_begun = 0, True


# {% endif %}
# {% if data.streams_paragraphs %}
def paragraphs(file: TextIO) -> Iterator[str]:
    """What stands between blank lines; the first line and the last one are never blank."""
    lines: list[str] = []
    is_first = True
    for line, following in pairwise(chain(inner_lines(file), [None])):
        if line is None or (not is_first and following is not None and not line.strip(" \t")):
            if lines:
                yield "\n".join(lines)
            lines = []
        else:
            lines.append(line)
        is_first = False
    if lines:
        yield "\n".join(lines)


# {% endif %}
