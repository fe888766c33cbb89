# {% macro rows(reader, data_columns) %}
# {% if data.on_disk %}
# Pages are read one by one, not all that is asked for at once.
file = pyarrow.parquet.ParquetFile(FOLDER / path, pre_buffer=False, buffer_size=1 << 20)
for batch in file.iter_batches(ROWS_AT_ONCE, columns=list({{ data_columns }})):
    yield pa.record_batch({name: as_text(batch[name]) for name in {{ data_columns }}})
# {% else %}
table = pyarrow.parquet.read_table(FOLDER / path, columns=list({{ data_columns }}))
return pa.table({name: as_text(table[name]) for name in {{ data_columns }}})
# {% endif %}
# {% endmacro %}
