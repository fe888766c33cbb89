# {% from "partials/row_columns.py" import chosen, finish with context %}
# {% if data.on_disk %}
def to_rows(table: {{ data.part_type }}, config: Config) -> pa.RecordBatch:
    """Clean texts and targets of some rows."""
# {% elif data.is_hub %}
def read_examples(split: str, config: Config) -> Examples:
    """Clean texts and targets of one split."""
    table = read_table(split, config)
# {% else %}
def read_examples(paths: tuple[str, ...], config: Config) -> {{ data.examples_type }}:
    """{{ data.examples_doc | doc }}"""
    table = pa.concat_tables([read_table(path) for path in paths])
# {% endif %}
    # {% if task.is_pair %}
    firsts = [clean(text) for text in {{ data.text_lists[0] }}]
    seconds = [clean(text) for text in {{ data.text_lists[1] }}]
    texts = list(zip(firsts, seconds, strict=True))
    # {% else %}
    texts = [clean(text) for text in {{ data.text_lists[0] }}]
    # {% endif %}
    # {% if task.target == "columns" %}
    columns = (
        # {% for values in data.label_lists %}
        {{ values }},
        # {% endfor %}
    )
    labels = list(zip(*columns, strict=True))
    # {% elif task.reads_lists %}
    labels = [names or [] for names in {{ data.raw_label_list }}]
    # {% else %}
    labels = {{ data.label_list }}
    # {% endif %}
    # {% if data.on_disk and data.drop_empty %}
    # {{ data.drop_comment | doc }}
    kept = [row for row, text in enumerate(texts) if {{ task.text_is_there }}]
    texts, labels = [texts[row] for row in kept], [labels[row] for row in kept]
    # {% elif data.drops and not data.on_disk %}
    # {{ data.drop_comment | doc }}
    # {% if data.drop_duplicates %}
    first: dict[object, int] = {}
    for row, (text, label) in enumerate(zip(texts, labels, strict=True)):
        first.setdefault((text, {{ task.label_key }}), row)
    # {% if data.drop_empty %}
    kept = [row for row in first.values() if {{ task.row_is_there }}]
    # {% else %}
    kept = list(first.values())
    # {% endif %}
    # {% else %}
    kept = [row for row, text in enumerate(texts) if {{ task.text_is_there }}]
    # {% endif %}
    texts, labels = [texts[row] for row in kept], [labels[row] for row in kept]
    # {% elif data.uses_groups and not data.on_disk %}
    kept = list(range(len(texts)))
    # {% endif %}
    # {% if data.on_disk %}
    columns: dict[str, Any] = {"texts": texts, "targets": {{ task.targets_call }}.tolist()}
    # {% if data.stratified %}
    columns["strata"] = labels
    # {% endif %}
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
    examples = Examples(table.column("texts"), torch.from_numpy(table.numbers("targets")), key)
    {{ chosen() | trim | indent(4) }}
    # {% elif data.uses_groups %}
    return Examples(texts, {{ task.targets_call }}), kept
    # {% elif data.stratified %}
    return Examples(texts, {{ task.targets_call }}), labels
    # {% else %}
    return Examples(texts, {{ task.targets_call }})
    # {% endif %}


