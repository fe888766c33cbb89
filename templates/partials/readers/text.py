# {% macro rows(reader, data_columns) %}
# {% if data.on_disk %}
with (FOLDER / path).open(encoding={{ reader.encoding | py }}) as file:
    # {% if reader.unit == "line" %}
    yield from batches_of(((line,) for line in inner_lines(file)), {{ data_columns }})
    # {% elif reader.unit == "paragraph" %}
    yield from batches_of(((text,) for text in paragraphs(file)), {{ data_columns }})
    # {% else %}
    yield pa.record_batch([[file.read()]], list({{ data_columns }}))
    # {% endif %}
# {% else %}
text = (FOLDER / path).read_text(encoding={{ reader.encoding | py }})
# {% if reader.unit == "line" %}
return pa.table([text.strip("\n").split("\n")], list({{ data_columns }}))
# {% elif reader.unit == "paragraph" %}
return pa.table([re.split(r"\n(?:[ \t]*\n)+", text.strip("\n"))], list({{ data_columns }}))
# {% else %}
return pa.table([[text]], list({{ data_columns }}))
# {% endif %}
# {% endif %}
# {% endmacro %}
