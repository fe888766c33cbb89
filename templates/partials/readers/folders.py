# {% macro rows(reader, data_columns) %}
files = sorted((FOLDER / path).glob("[!.]*/[!.]*.txt"))
texts = [file.read_text(encoding={{ reader.encoding | py }}) for file in files]
return pa.table([texts, [file.parent.name for file in files]], list(COLUMNS))
# {% endmacro %}
