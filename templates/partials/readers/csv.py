# {% macro rows(reader, data_columns) %}
{{ reader.csv_call }}(
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
# {% endmacro %}
