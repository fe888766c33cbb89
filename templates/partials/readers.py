# {% macro rows(reader, data_columns) %}
# {% if reader.format == "csv" %}
return pyarrow.csv.read_csv(
    FOLDER / path,
    read_options=pyarrow.csv.ReadOptions(
        # {% for option in reader.read_options %}
        {{ option }},
        # {% endfor %}
    ),
    parse_options=pyarrow.csv.ParseOptions(
        delimiter={{ reader.delimiter | py }},
        quote_char={{ reader.quote | py }},
        newlines_in_values={{ reader.quoted | py }},
    ),
    convert_options=pyarrow.csv.ConvertOptions(
        include_columns={{ data_columns }},
        column_types=dict.fromkeys({{ data_columns }}, pa.string()),
        strings_can_be_null=False,
    ),
)
# {% elif reader.format == "jsonl" %}
table = pyarrow.json.read_json(
    {{ reader.json_source }},
    read_options=pyarrow.json.ReadOptions(block_size=BLOCK_SIZE),
    parse_options=pyarrow.json.ParseOptions(
        explicit_schema=pa.schema({{ reader.schema }}), unexpected_field_behavior="ignore"
    ),
)
return pa.table({name: as_text(table[name]) for name in {{ data_columns }}})
# {% elif reader.format == "json" %}
rows = json.loads((FOLDER / path).read_text(encoding={{ reader.encoding | py }}))
schema = pa.schema({{ reader.schema }})
table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema)
return pa.table({name: as_text(table[name]) for name in {{ data_columns }}})
# {% elif reader.format == "parquet" %}
table = pyarrow.parquet.read_table(FOLDER / path, columns=list({{ data_columns }}))
return pa.table({name: as_text(table[name]) for name in {{ data_columns }}})
# {% else %}
files = sorted((FOLDER / path).glob("[!.]*/[!.]*.txt"))
texts = [file.read_text(encoding={{ reader.encoding | py }}) for file in files]
return pa.table([texts, [file.parent.name for file in files]], list(COLUMNS))
# {% endif %}
# {% endmacro %}
