# {% from "partials/row_columns.py" import chosen, finish with context %}
# {% if data.on_disk %}
def to_rows(table: {{ data.part_type }}, config: Config) -> pa.RecordBatch:
    """Some clean documents."""
# {% elif data.is_hub %}
def read_examples(split: str, config: Config) -> Examples:
    """Clean documents of one split."""
    table = read_table(split, config)
# {% else %}
def read_examples(paths: tuple[str, ...], config: Config) -> {{ data.examples_type }}:
    """{{ data.examples_doc | doc }}"""
    table = pa.concat_tables([read_table(path) for path in paths])
# {% endif %}
    texts = [clean(text) for text in {{ data.text_lists[0] }}]
    # {% if data.on_disk and data.drop_empty %}
    # {{ data.drop_comment | doc }}
    kept = [row for row, text in enumerate(texts) if text]
    texts = [texts[row] for row in kept]
    # {% elif data.drops and not data.on_disk %}
    # {{ data.drop_comment | doc }}
    # {% if data.drop_duplicates %}
    first: dict[str, int] = {}
    for row, text in enumerate(texts):
        first.setdefault(text, row)
    # {% if data.drop_empty %}
    kept = [row for row in first.values() if texts[row]]
    # {% else %}
    kept = list(first.values())
    # {% endif %}
    # {% else %}
    kept = [row for row, text in enumerate(texts) if text]
    # {% endif %}
    texts = [texts[row] for row in kept]
    # {% elif data.uses_groups and not data.on_disk %}
    kept = list(range(len(texts)))
    # {% endif %}
    # {% if data.on_disk %}
    columns: dict[str, Any] = {"texts": texts}
    {{ finish() | trim | indent(4) }}


# {% if data.is_hub %}
def read_examples(split: str, config: Config) -> {{ data.examples_type }}:
    """{{ data.examples_doc | doc }}"""
    table, key = read_rows(split, config)
# {% else %}
def read_examples(paths: tuple[str, ...], config: Config) -> {{ data.examples_type }}:
    """{{ data.examples_doc | doc }}"""
    table, key = read_rows(paths, config)
# {% endif %}
    examples = Examples(table.column("texts"), key=key)
    {{ chosen() | trim | indent(4) }}
    # {% elif data.uses_groups %}
    return Examples(texts), kept
    # {% else %}
    return Examples(texts)
    # {% endif %}


