# {% macro rows(reader, data_columns) %}
# {% if data.on_disk %}
with (FOLDER / path).open(encoding={{ reader.encoding | py }}) as file:
    # {% if reader.is_list %}
    items = json_items(file)
    # {% else %}
    items = (json.loads(line) for line in file if line.strip())
    # {% endif %}
    rows = ([column(item, name) for name in {{ data_columns }}] for item in items)
    yield from batches_of(rows, {{ data_columns }})
# {% else %}
# {% if reader.is_list %}
items = json.loads((FOLDER / path).read_text(encoding={{ reader.encoding | py }}))
# {% else %}
text = (FOLDER / path).read_text(encoding={{ reader.encoding | py }})
items = [json.loads(line) for line in text.split("\n") if line.strip()]
# {% endif %}
return pa.table({name: [column(item, name) for item in items] for name in {{ data_columns }}})
# {% endif %}
# {% endmacro %}
