# {% if data.on_disk %}
def rows_key(content: object, config: Config) -> str:
    """What rows and tokens are made of: data, settings and code, but no path."""
    settings = [getattr(config, name) for name in SETTINGS]
    return digest([digest(FOLDER / name) for name in CODE], settings, content)


# {% if data.is_hub %}
def read_rows(split: str, config: Config) -> tuple[Table, str]:
    """The clean rows of one split, and the key that they are stored under."""
    content = hashlib.sha256()
    for table in read_table(split, config):
        for batch in table.to_batches():
            content.update(batch.serialize())
    key = rows_key(content.hexdigest(), config)
    parts: Iterator[Part] = ((to_rows(table, config), {}) for table in read_table(split, config))
    return stored(FOLDER / config.cache_dir, key, ROWS, lambda: parts), key
# {% else %}
def read_rows(paths: tuple[str, ...], config: Config) -> tuple[Table, str]:
    """The clean rows of all files of one split, and the key that they are stored under."""
    digests = file_digests(config)
    # {% if data.has_folders %}
    inside = [(n.removeprefix(path), d) for path in paths for n, d in digests.items() if Path(n).is_relative_to(path)]
    key = rows_key(inside, config)
    # {% elif data.has_columns %}
    key = rows_key([digests[f"{path}.{name}"] for path in paths for name in {{ data.file_columns }}], config)
    # {% else %}
    key = rows_key([digests[path] for path in paths], config)
    # {% endif %}
    # {% if data.reads_group %}
    columns = (*COLUMNS, {{ data.group | py }}) if paths == config.train_files else COLUMNS
    tables = (table for path in paths for table in read_table(path, columns))
    # {% else %}
    tables = (table for path in paths for table in read_table(path))
    # {% endif %}
    parts: Iterator[Part] = ((to_rows(part, config), {}) for table in tables for part in slices(table))
    return stored(FOLDER / config.cache_dir, key, ROWS, lambda: parts), key
# {% endif %}


# {% endif %}
