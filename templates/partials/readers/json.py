# {% macro rows(reader, data_columns) %}
rows = json.loads((FOLDER / path).read_text(encoding={{ reader.encoding | py }}))
schema = pa.schema({{ reader.schema }})
table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema)
return pa.table({name: as_text(table[name]) for name in {{ data_columns }}})
# {% endmacro %}
