# {% macro rows(reader, data_columns) %}
files = sorted((FOLDER / path).glob("[!.]*/[!.]*.txt"))
# {% if data.on_disk %}
rows = ((file.read_text(encoding={{ reader.encoding | py }}), file.parent.name) for file in files)
yield from batches_of(rows, COLUMNS)
# {% else %}
texts = [file.read_text(encoding={{ reader.encoding | py }}) for file in files]
return pa.table([texts, [file.parent.name for file in files]], list(COLUMNS))
# {% endif %}
# {% endmacro %}
