# {% macro rows(reader, data_columns) %}
table = pyarrow.json.read_json(
    {{ reader.json_source }},
    read_options=pyarrow.json.ReadOptions(block_size=BLOCK_SIZE),
    parse_options=pyarrow.json.ParseOptions(
        explicit_schema=pa.schema({{ reader.schema }}), unexpected_field_behavior="ignore"
    ),
)
return pa.table({name: as_text(table[name]) for name in {{ data_columns }}})
# {% endmacro %}
