# {% macro rows(reader, data_columns) %}
# {% if data.on_disk %}
schema = pa.schema({{ reader.schema }})
with (FOLDER / path).open(encoding={{ reader.encoding | py }}) as file:
    for rows in groups(json_items(file)):
        batch = pa.RecordBatch.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema)
        yield pa.record_batch({name: as_text(batch[name]) for name in {{ data_columns }}})
# {% else %}
rows = json.loads((FOLDER / path).read_text(encoding={{ reader.encoding | py }}))
schema = pa.schema({{ reader.schema }})
table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema)
return pa.table({name: as_text(table[name]) for name in {{ data_columns }}})
# {% endif %}
# {% endmacro %}
