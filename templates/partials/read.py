# {% from "partials/readers.py" import rows %}
# {% if data.is_hub %}
def read_table(split: str, config: Config) -> pa.Table:
    """The rows of one split of the hub's data set."""
    from datasets import load_dataset  # takes a second to import, and only this function needs it

    rows = load_dataset(
        config.dataset,
        # {% if data.hub_name %}
        config.dataset_name,
        # {% endif %}
        split=split,
        # {% if data.hub_revision %}
        revision=config.dataset_revision,
        # {% endif %}
    )
    return rows.select_columns(list(COLUMNS)).with_format("arrow")[:]


# {% endif %}
# {% if data.has_many_readers %}
def read_table(path: str) -> pa.Table:
    """The rows of one file; the files are not all written alike."""
    # {% for reader in data.readers %}
    if path in {{ reader.paths | py }}:
        {{ rows(reader) | trim | indent(8) }}
    # {% endfor %}
    raise ValueError(f"{path} is no data file of this project")


# {% elif data.readers %}
def read_table(path: str) -> pa.Table:
    """{{ data.readers[0].doc | doc }}"""
    {{ rows(data.readers[0]) | trim | indent(4) }}


# {% endif %}
