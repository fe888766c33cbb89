# {% macro rows(reader, data_columns) %}
sentences: list[list[list[str]]] = [[]]
with (FOLDER / path).open(encoding={{ reader.encoding | py }}) as lines:
    for line in lines:
        fields = {{ reader.fields }}
        if not line.strip() or fields[0] == "-DOCSTART-":
            sentences.append([])
        # {% if reader.comment_width %}
        elif fields[0][:1] != "#" or len(fields) == {{ reader.comment_width }}:  # else a comment
            sentences[-1].append([fields[column] for column in {{ reader.positions | py }}])
        # {% else %}
        else:
            sentences[-1].append([fields[column] for column in {{ reader.positions | py }}])
        # {% endif %}
columns = [zip(*sentence, strict=True) for sentence in sentences if sentence]
return pa.table(list(zip(*columns, strict=True)), list({{ data_columns }}))
# {% endmacro %}
