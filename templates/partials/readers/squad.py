# {% macro rows(reader, data_columns) %}
# {% if data.on_disk %}
with (FOLDER / path).open(encoding={{ reader.encoding | py }}) as file:
    rows = (
        {
            "id": question.get("id", ""),
            "title": article.get("title", ""),
            "context": paragraph["context"],
            "question": question["question"],
            "answers": [] if question.get("is_impossible") else question.get("answers", []),
        }
        for article in json_items({{ reader.items_arguments }})
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    )
    yield from batches_of(([row[name] for name in {{ data_columns }}] for row in rows), {{ data_columns }})
# {% else %}
articles = json.loads((FOLDER / path).read_text(encoding={{ reader.encoding | py }}))
# {% if not reader.is_list %}
articles = articles["data"]
# {% endif %}
rows = [
    {
        "id": question.get("id", ""),
        "title": article.get("title", ""),
        "context": paragraph["context"],
        "question": question["question"],
        "answers": [] if question.get("is_impossible") else question.get("answers", []),
    }
    for article in articles
    for paragraph in article["paragraphs"]
    for question in paragraph["qas"]
]
return pa.table({name: [row[name] for row in rows] for name in {{ data_columns }}})
# {% endif %}
# {% endmacro %}
