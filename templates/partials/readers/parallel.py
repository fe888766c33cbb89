# {% macro rows(reader, data_columns) %}
# Only \n ends a line: texts may hold other characters that some call line ends.
# {% if data.on_disk %}
names = [FOLDER / f"{path}.{column}" for column in {{ data_columns }}]
with ExitStack() as opened:
    files = [opened.enter_context(name.open(encoding={{ reader.encoding | py }}, newline="\n")) for name in names]
    rows = ([line.rstrip("\r\n") for line in lines] for lines in zip(*files, strict=True))
    yield from batches_of(rows, {{ data_columns }})
# {% else %}
lines = {}
for column in {{ data_columns }}:
    with (FOLDER / f"{path}.{column}").open(encoding={{ reader.encoding | py }}, newline="\n") as file:
        lines[column] = [line.rstrip("\r\n") for line in file]
return pa.table(lines)
# {% endif %}
# {% endmacro %}
