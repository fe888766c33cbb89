# {% macro rows(reader, data_columns) %}
# {% if reader.is_list %}
items = json.loads((FOLDER / path).read_text(encoding={{ reader.encoding | py }}))
# {% else %}
text = (FOLDER / path).read_text(encoding={{ reader.encoding | py }})
items = [json.loads(line) for line in text.split("\n") if line.strip()]
# {% endif %}
return pa.table({name: [column(item, name) for item in items] for name in {{ data_columns }}})
# {% endmacro %}
