# {% macro rows(reader, data_columns) %}
{{ reader.json_call }}(
    {{ reader.json_source }},
    read_options=pyarrow.json.ReadOptions(block_size=BLOCK_SIZE),
    parse_options=pyarrow.json.ParseOptions(
        explicit_schema=pa.schema({{ reader.schema }}), unexpected_field_behavior="ignore"
    ),
)
# {% if data.on_disk %}
for batch in batches:
    yield pa.record_batch({name: as_text(batch[name]) for name in {{ data_columns }}})
# {% else %}
return pa.table({name: as_text(table[name]) for name in {{ data_columns }}})
# {% endif %}
# {% endmacro %}
