# {% macro rows(reader, data_columns) %}
# Only \n ends a line: texts may hold other characters that some call line ends.
lines = {}
for column in {{ data_columns }}:
    with (FOLDER / f"{path}.{column}").open(encoding={{ reader.encoding | py }}, newline="\n") as file:
        lines[column] = [line.rstrip("\r\n") for line in file]
return pa.table(lines)
# {% endmacro %}
