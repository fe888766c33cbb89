# {% if not data.is_hub %}
# {% if data.on_disk %}
@cache
# {% endif %}
def file_digests(config: Config) -> dict[str, str]:
    """The sha256 of each data file, for the record of a run."""
    digests = {}
    for path in {{ data.all_files }}:
        # {% if data.has_folders %}
        for file in sorted((FOLDER / path).glob("[!.]*/[!.]*.txt")) or [FOLDER / path]:
            with file.open("rb") as stream:
                name = (Path(path) / file.relative_to(FOLDER / path)).as_posix()
                digests[name] = hashlib.file_digest(stream, "sha256").hexdigest()
        # {% elif data.has_columns %}
        for name in [f"{path}.{column}" for column in {{ data.file_columns }}]:
            with (FOLDER / name).open("rb") as stream:
                digests[name] = hashlib.file_digest(stream, "sha256").hexdigest()
        # {% else %}
        with (FOLDER / path).open("rb") as stream:
            digests[path] = hashlib.file_digest(stream, "sha256").hexdigest()
        # {% endif %}
    return digests


# {% endif %}
# {% if data.checks_files %}
def check_files(config: Config) -> None:
    """Stops if a data file is not the one that the project was made for."""
    for path, size, _ in config.expected_files:
        if not (FOLDER / path).exists():
            raise SystemExit(f"{FOLDER / path} is not there; the project reads it where it was")
        if (FOLDER / path).stat().st_size != size:
            raise SystemExit(f"{FOLDER / path} is not the file this project was made for")
    if file_digests(config) != {path: digest for path, _, digest in config.expected_files}:
        raise SystemExit("a data file has changed since this project was made")


# {% endif %}
