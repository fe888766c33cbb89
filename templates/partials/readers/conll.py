# {% macro rows(reader, data_columns) %}
# {% if data.on_disk %}
places = {{ reader.places | py }}
with (FOLDER / path).open(encoding={{ reader.encoding | py }}) as lines:
    parts = groupby(lines, lambda line: line.split()[:1] not in ([], ["-DOCSTART-"]))
    sentences = ([{{ reader.fields }} for line in part] for is_sentence, part in parts if is_sentence)
    # {% if reader.numbered %}
    # Ranges (1-2), empty nodes (1.1) and comments are not words.
    words = ([w for w in part if w[0].isdigit()] for part in sentences)
    sentences = (part for part in words if part)
    # {% elif reader.comment_width %}
    # A line that begins with # and has not the columns of a word is a comment.
    width = {{ reader.comment_width }}
    words = ([w for w in part if w[0][:1] != "#" or len(w) == width] for part in sentences)
    sentences = (part for part in words if part)
    # {% endif %}
    # {% if data.uses_groups %}
    rows = (
        [
            [word[places[name]] for word in part] if name in COLUMNS else part[0][places[name]]
            for name in {{ data_columns }}
        ]
        for part in sentences
    )
    yield from batches_of(rows, {{ data_columns }})
    # {% else %}
    rows = ([[word[places[name]] for word in part] for name in {{ data_columns }}] for part in sentences)
    yield from batches_of(rows, {{ data_columns }})
    # {% endif %}
# {% else %}
with (FOLDER / path).open(encoding={{ reader.encoding | py }}) as lines:
    parts = groupby(lines, lambda line: line.split()[:1] not in ([], ["-DOCSTART-"]))
    sentences = [[{{ reader.fields }} for line in part] for is_sentence, part in parts if is_sentence]
# {% if reader.numbered %}
# Ranges (1-2), empty nodes (1.1) and comments are not words.
words = [[w for w in part if w[0].isdigit()] for part in sentences]
sentences = [part for part in words if part]
# {% elif reader.comment_width %}
# A line that begins with # and has not the columns of a word is a comment.
width = {{ reader.comment_width }}
words = [[w for w in part if w[0][:1] != "#" or len(w) == width] for part in sentences]
sentences = [part for part in words if part]
# {% endif %}
places = {{ reader.places | py }}
# {% if data.uses_groups %}
rows = {
    name: [[word[places[name]] for word in part] if name in COLUMNS else part[0][places[name]] for part in sentences]
    for name in {{ data_columns }}
}
return pa.table(rows)
# {% else %}
return pa.table({name: [[word[places[name]] for word in part] for part in sentences] for name in {{ data_columns }}})
# {% endif %}
# {% endif %}
# {% endmacro %}
