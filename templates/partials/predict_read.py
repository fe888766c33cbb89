def read_csv(path: Path) -> pa.Table:
    """The texts of a CSV or TSV file, read as the training data is."""
    columns = {{ task.text_columns | py }}
    return pyarrow.csv.read_csv(
        path,
        # {% if data.csv %}
        read_options=pyarrow.csv.ReadOptions(
            # {% for option in data.csv.read_options %}
            {{ option }},
            # {% endfor %}
        ),
        # {% endif %}
        parse_options=pyarrow.csv.ParseOptions(
            # {% if data.csv %}
            delimiter={{ data.predict_delimiter }},
            quote_char={{ data.csv.quote | py }},
            newlines_in_values={{ data.csv.quoted | py }},
            # {% else %}
            delimiter="\t" if path.suffix.lower() == ".tsv" else ",",
            newlines_in_values=True,
            # {% endif %}
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            include_columns=columns,
            column_types=dict.fromkeys(columns, pa.string()),
            strings_can_be_null=False,
        ),
    )


# {% if task.is_pair %}
def read_file(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs in a file, one by one."""
    first, second = {{ task.text_columns | py }}
    ending = path.suffix.lower()
    if ending in (".csv", ".tsv"):
        table = read_csv(path)
        yield from zip(table[first].to_pylist(), table[second].to_pylist(), strict=True)
    elif ending in (".jsonl", ".ndjson"):
        with path.open(encoding="utf-8") as file:
            for row in map(json.loads, filter(str.strip, file)):
                yield str(row[first] or ""), str(row[second] or "")
    elif ending in (".txt", ""):
        with path.open(encoding="utf-8") as file:
            yield from read_lines(file)
    else:
        raise SystemExit(f"{path}: say .csv, .tsv, .jsonl, or .txt with two texts a line")


def read_lines(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Two texts a line, with a tab between them."""
    for line in lines:
        first, _, second = line.rstrip("\n").partition("\t")
        yield first, second


# {% else %}
def read_file(path: Path) -> Iterator[str]:
    """The texts in a file, one by one."""
    column = {{ task.text_columns[0] | py }}
    ending = path.suffix.lower()
    if ending in (".csv", ".tsv"):
        yield from read_csv(path)[column].to_pylist()
    elif ending in (".jsonl", ".ndjson"):
        with path.open(encoding="utf-8") as file:
            yield from (str(json.loads(line)[column] or "") for line in file if line.strip())
    elif ending in (".txt", ""):
        with path.open(encoding="utf-8") as file:
            yield from (line.rstrip("\n") for line in file)
    else:
        raise SystemExit(f"{path}: say .csv, .tsv, .jsonl, or .txt with one text a line")


# {% endif %}
