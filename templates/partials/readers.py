# {% macro rows(reader) %}
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
        include_columns=COLUMNS,
        column_types=dict.fromkeys(COLUMNS, pa.string()),
        strings_can_be_null=False,
    ),
)
# {% elif reader.format == "jsonl" %}
return pyarrow.json.read_json(
    {{ reader.json_source }},
    read_options=pyarrow.json.ReadOptions(block_size=BLOCK_SIZE),
    parse_options=pyarrow.json.ParseOptions(
        explicit_schema=pa.schema({{ reader.schema }}), unexpected_field_behavior="ignore"
    ),
)
# {% elif reader.format == "json" %}
rows = json.loads((FOLDER / path).read_text(encoding={{ reader.encoding | py }}))
schema = pa.schema({{ reader.schema }})
return pa.Table.from_pylist([{name: row.get(name) for name in COLUMNS} for row in rows], schema)
# {% elif reader.format == "parquet" %}
return pyarrow.parquet.read_table(FOLDER / path, columns=list(COLUMNS))
# {% else %}
files = sorted((FOLDER / path).glob("*/*.txt"))
texts = [file.read_text(encoding={{ reader.encoding | py }}) for file in files]
return pa.table([texts, [file.parent.name for file in files]], list(COLUMNS))
# {% endif %}
# {% endmacro %}
