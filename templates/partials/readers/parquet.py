# {% macro rows(reader, data_columns) %}
table = pyarrow.parquet.read_table(FOLDER / path, columns=list({{ data_columns }}))
return pa.table({name: as_text(table[name]) for name in {{ data_columns }}})
# {% endmacro %}
