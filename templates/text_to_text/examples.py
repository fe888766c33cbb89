# {% from "partials/row_columns.py" import chosen, finish with context %}
# {% if data.on_disk %}
def to_rows(table: {{ data.part_type }}, config: Config) -> pa.RecordBatch:
    """Clean sources and targets of some rows."""
# {% elif data.is_hub %}
def read_examples(split: str, config: Config) -> Examples:
    """Clean sources and targets of one split."""
    table = read_table(split, config)
# {% else %}
def read_examples(paths: tuple[str, ...], config: Config) -> {{ data.examples_type }}:
    """{{ data.examples_doc | doc }}"""
    table = pa.concat_tables([read_table(path) for path in paths])
# {% endif %}
    # {% if task.is_pair %}
    firsts = [clean(text) for text in {{ data.source_lists[0] }}]
    seconds = [clean(text) for text in {{ data.source_lists[1] }}]
    texts = list(zip(firsts, seconds, strict=True))
    # {% else %}
    texts = [clean(text) for text in {{ data.source_lists[0] }}]
    # {% endif %}
    targets = [clean(text) for text in {{ data.target_list }}]
    # {% if data.on_disk and data.drop_empty %}
    # {{ data.drop_comment | doc }}
    kept = [row for row in range(len(texts)) if {{ task.row_is_there }}]
    texts, targets = [texts[row] for row in kept], [targets[row] for row in kept]
    # {% elif data.drops and not data.on_disk %}
    # {{ data.drop_comment | doc }}
    # {% if data.drop_duplicates %}
    first: dict[object, int] = {}
    for row, pair in enumerate(zip(texts, targets, strict=True)):
        first.setdefault(pair, row)
    # {% if data.drop_empty %}
    kept = [row for row in first.values() if {{ task.row_is_there }}]
    # {% else %}
    kept = list(first.values())
    # {% endif %}
    # {% else %}
    kept = [row for row in range(len(texts)) if {{ task.row_is_there }}]
    # {% endif %}
    texts, targets = [texts[row] for row in kept], [targets[row] for row in kept]
    # {% elif data.uses_groups and not data.on_disk %}
    kept = list(range(len(texts)))
    # {% endif %}
    # {% if data.on_disk %}
    columns: dict[str, Any] = {"texts": texts, "targets": targets}
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
    examples = Examples(table.column("texts"), table.column("targets"), key)
    {{ chosen() | trim | indent(4) }}
    # {% elif data.uses_groups %}
    return Examples(texts, targets), kept
    # {% else %}
    return Examples(texts, targets)
    # {% endif %}


