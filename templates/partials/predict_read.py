# {% if data.like %}
LIKE = {{ data.like | py }}  # a training file of each form


# {% endif %}
# {% if data.headless %}
def names_of(path: Path) -> tuple[str, ...]:
    """The columns of a file: none where its first row names them, else those of training or the inputs alone."""
    with path.open(encoding={{ data.headless.encoding | py }}, newline="") as file:
        # {% if data.headless.quote %}
        first = next(csv.reader(file, delimiter={{ data.headless.delimiter | py }}, quotechar={{ data.headless.quote | py }}), [])
        # {% else %}
        first = next(csv.reader(file, delimiter={{ data.headless.delimiter | py }}, quoting=csv.QUOTE_NONE), [])
        # {% endif %}
    if set({{ data.inputs | py }}) <= set(first):
        return ()
    return {{ data.inputs | py }} if len(first) == {{ data.inputs | length }} else {{ data.headless.columns | py }}


# {% endif %}
def refuse_names(parser: argparse.ArgumentParser, texts: list[str]) -> None:
    """Refuse the name of a file in place of a text."""
    try:
        names = [text for text in texts if Path(text).is_file()]
    except (OSError, ValueError):  # too long for a name
        return
    if names:
        parser.error(f"{names[0]} is a file: write --file {names[0]}")


# {% if data.own_encoding %}
def refuse_utf8(path: Path) -> None:
    """Refuse UTF-8, whose letters would be read as others, without a word."""
    try:
        with path.open(encoding="utf-8") as file:
            is_ascii = all(map(str.isascii, file))
    except UnicodeDecodeError:
        return
    if not is_ascii:
        raise ValueError("it is in UTF-8, and the files of training are in {{ data.own_encoding }}: convert it")


# {% endif %}
def read_file(path: Path) -> Iterator[{{ data.input_type }}]:
    """The {{ data.inputs_word }} in a file, one by one, as training reads them."""
    ending, place = path.suffix.lower(), str(path)
    try:
        # {% if data.folder_encoding %}
        if path.is_dir() or ending == ".txt":  # a file is a text, as in the folders of classes
            files = sorted(path.glob("**/[!.]*.txt")) if path.is_dir() else [path]
            yield from (file.read_text(encoding={{ data.folder_encoding | py }}) for file in files)
            return
        # {% endif %}
        # {% if data.own_test %}
        if {{ data.own_test }}:
            # {% if data.own_encoding %}
            refuse_utf8(path)
            # {% endif %}
            for part in {{ data.own_call }}:
                # {% if data.has_two_inputs %}
                yield from zip(part[0].to_pylist(), part[1].to_pylist(), strict=True)
                # {% elif data.own_is_text %}
                yield from filter(None, part[0].to_pylist())
                # {% else %}
                yield from part[0].to_pylist()
                # {% endif %}
            return
        # {% endif %}
        with path.open(encoding={{ data.json_encoding | py }}, newline="\n") as file:
            # {% if data.reads_plain %}
            if ending in (".txt", ""):
                # {% if data.plain_is_whole %}
                yield file.read()
                # {% elif data.has_two_inputs %}
                yield from map(split_pair, file)
                # {% else %}
                yield from (line.rstrip("\r\n") for line in file)
                # {% endif %}
                return
            # {% endif %}
            for number, row in enumerate(rows_of(file, ending), start=1):
                place = f"{path}, row {number}"
                yield {{ data.input_of_row }}
    except {{ data.reading_errors }} as error:
        raise SystemExit(f"{place} cannot be read: {error}") from None


def rows_of(file: TextIO, ending: str) -> Iterator[Any]:
    """The rows of {{ data.rows_words | doc }}."""
    # {% if data.reads_other_tables %}
    if ending in (".csv", ".tsv"):
        csv.field_size_limit(sys.maxsize)
        rows = csv.reader(file, delimiter="\t" if ending == ".tsv" else ",")
        names = next(rows, [])
        yield from (dict(zip(names, row, strict=True)) for row in rows if row)
        return
    # {% endif %}
    if ending not in {{ data.json_endings | py }}:
        raise ValueError({{ data.refusal | py }})
    # {% if data.reads_pipes %}
    first = file.readline()
    # {% if data.flattens_squad %}
    if ending == ".json" and first.lstrip()[:1] != "[":
        articles = json.loads(first + file.read())["data"]
        paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
        for paragraph in paragraphs:
            yield from (dict(zip({{ data.inputs | py }}, (asked["question"], paragraph["context"]), strict=True)) for asked in paragraph["qas"])
        return
    # {% endif %}
    is_list = first.lstrip()[:1] == "["
    lines = filter(str.strip, chain([first], file))
    yield from json.loads(first + file.read()) if is_list else map(json.loads, lines)
    # {% else %}
    is_list = file.readline().lstrip()[:1] == "["
    file.seek(0)
    yield from json.load(file) if is_list else map(json.loads, filter(str.strip, file))
    # {% endif %}


# {% if data.splits_pairs %}
def split_pair(line: str) -> tuple[str, str]:
    """Two texts with a tab between them."""
    first, second = line.rstrip("\r\n").split("\t", 1)
    return first, second


# {% endif %}
# {% if data.reads_words %}
def as_text(raw: Any) -> Any:
    """A value as training has it: numbers in their shortest form, true as 1, nothing as the empty text."""
    if isinstance(raw, list):
        return [as_text(word) for word in raw]
# {% else %}
def as_text(raw: Any) -> str:
    """A value as training has it: numbers in their shortest form, true as 1, nothing as the empty text."""
# {% endif %}
    return str(int(raw)) if isinstance(raw, int) else pa.scalar(raw).cast(pa.string()).as_py() or ""


