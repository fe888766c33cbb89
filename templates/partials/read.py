# {% if data.converts %}
def as_text(column: {{ data.column_type }}) -> {{ data.column_type }}:
    # {% if data.keeps_objects %}
    """Numbers in their shortest form, nothing as the empty text; objects and lists as they are."""
    # {% else %}
    """Numbers in their shortest form, true and false as 1 and 0, nothing as the empty text."""
    # {% endif %}
    # {% if data.keeps_objects %}
    if pa.types.is_nested(column.type):
        return column
    # {% else %}
    if pa.types.is_nested(column.type):  # a list of any of Arrow's kinds
        # {% if data.has_list_views %}
        column = pa.array(column.to_pylist(), pa.list_(column.type.value_type))
        # {% endif %}
        if pa.types.is_boolean(column.type.value_type):
            column = column.cast(pa.list_(pa.int8()))
        return column.cast(pa.list_(pa.string()))
    # {% endif %}
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    return column.cast(pa.string()).fill_null("")


# {% endif %}
# {% if data.on_disk %}
# {% include "partials/streams.py" %}
# {% endif %}
# {% if data.is_hub %}
# {% if data.on_disk %}
def read_table(split: str, config: Config) -> Iterator[pa.Table]:
    """The rows of one split of the hub's data set, some at a time."""
# {% else %}
def read_table(split: str, config: Config) -> pa.Table:
    """The rows of one split of the hub's data set."""
# {% endif %}
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
    # {% if data.on_disk %}
    for table in rows.select_columns(list(COLUMNS)).with_format("arrow").iter(ROWS_AT_ONCE):
        yield pa.table({name: as_text(table[name]) for name in COLUMNS})
    # {% else %}
    table = rows.select_columns(list(COLUMNS)).with_format("arrow")[:]
    return pa.table({name: as_text(table[name]) for name in COLUMNS})
    # {% endif %}


# {% endif %}
# {% if data.has_many_readers %}
def read_table(
    path: str,
    # {% if data.takes_columns %}
    columns: tuple[str, ...] = COLUMNS,
    # {% endif %}
    # {% if data.like %}
    like: str = "",
    # {% endif %}
    # {% if data.headless %}
    names: Sequence[str] | None = None,
    # {% endif %}
) -> {{ data.rows_type }}:
    """The rows of one file; the files are not all written alike."""
    # {% for reader in data.readers %}
    # {% from reader.template import rows with context %}
    if {{ data.read_key }} in {{ reader.paths | py }}:
        {{ rows(reader, data.asked) | trim | indent(8) }}
        # {% if data.on_disk %}
        return
        # {% endif %}
    # {% endfor %}
    raise ValueError(f"{path} is no data file of this project")


# {% elif data.readers %}
# {% from data.readers[0].template import rows with context %}
def read_table(
    path: str,
    # {% if data.takes_columns %}
    columns: tuple[str, ...] = COLUMNS,
    # {% endif %}
    # {% if data.like %}
    like: str = "",
    # {% endif %}
    # {% if data.headless %}
    names: Sequence[str] | None = None,
    # {% endif %}
) -> {{ data.rows_type }}:
    """{{ data.readers[0].doc | doc }}"""
    {{ rows(data.readers[0], data.asked) | trim | indent(4) }}


# {% endif %}
