# {% macro rows(reader, data_columns) %}
text = (FOLDER / path).read_text(encoding={{ reader.encoding | py }})
# {% if reader.unit == "line" %}
return pa.table([text.strip("\n").split("\n")], list({{ data_columns }}))
# {% elif reader.unit == "paragraph" %}
return pa.table([re.split(r"\n(?:[ \t]*\n)+", text.strip("\n"))], list({{ data_columns }}))
# {% else %}
return pa.table([[text]], list({{ data_columns }}))
# {% endif %}
# {% endmacro %}
