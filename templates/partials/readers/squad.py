# {% macro rows(reader, data_columns) %}
articles = json.loads((FOLDER / path).read_text(encoding={{ reader.encoding | py }}))["data"]
rows = [
    {
        "id": question.get("id", ""),
        "title": article.get("title", ""),
        "context": paragraph["context"],
        "question": question["question"],
        "answers": [] if question.get("is_impossible") else question["answers"],
    }
    for article in articles
    for paragraph in article["paragraphs"]
    for question in paragraph["qas"]
]
return pa.table({name: [row[name] for row in rows] for name in {{ data_columns }}})
# {% endmacro %}
