# {% if task.reads_arrays %}
class Lists(ast.NodeTransformer):
    """Calls such as `array([9], dtype=int32)` become what is in their brackets."""

    def visit_Call(self, node: ast.Call) -> Any:
        return self.visit(node.args[0])


# {% endif %}
# {% if task.reads_both %}
def is_json(cell: str) -> bool:
    """Whether a text is JSON, and no literal of Python."""
    try:
        json.loads(cell)
    except ValueError:
        return False
    return True


# {% endif %}
# {% if task.has_many_forms %}
def to_answers(cell: Any) -> list[tuple[str, int | None]]:
    """Each answer of a row with its offset, None where the file gives none; the forms differ."""
    # {% if task.parse %}
    if isinstance(cell, str) and cell[:1] in ("[", "{"):
        return to_answers({{ task.parse }})
    # {% endif %}
    if isinstance(cell, str):
        return [(cell, None)]
    if isinstance(cell, dict):
        texts, starts = cell["text"], cell.get("answer_start")
        if isinstance(texts, str):
            return [(texts, starts)]
        return [(text, starts[i] if starts else None) for i, text in enumerate(texts or [])]
    return [pair for item in cell or [] for pair in to_answers(item)]


# {% else %}
# {% if task.answer_start %}
def to_answers(cell: {{ task.cell_type }}, start: Any) -> list[tuple[str, int | None]]:
    """Each answer of a row with its offset, None where the file gives none."""
# {% else %}
def to_answers(cell: {{ task.cell_type }}) -> list[tuple[str, int | None]]:
    """Each answer of a row with its offset, None where the file gives none."""
# {% endif %}
    return {{ task.answers_expression }}


# {% endif %}
def find(context: str, answer: str, near: int) -> int:
    """Where `answer` begins: the occurrence nearest to `near`; -1 where there is none."""
    if context.startswith(answer, near):
        return near
    starts = (match.start() for match in re.finditer(f"(?={re.escape(answer)})", context))
    return min(starts, key=lambda start: abs(start - near), default=-1)


# {% if task.cleans %}
def find_span(raw: str, context: str, answers: list[tuple[str, int | None]]) -> tuple[int, int]:
    """Characters of the first answer that stands in the clean context; (0, 0): none does.

    Cleaning moves the offsets, and some files give wrong ones: the nearest occurrence is taken.
    """
    for answer, offset in answers:
        text = clean(answer).strip()
        start = find(context, text, len(clean(raw[: max(offset or 0, 0)]))) if text else -1
        if start >= 0:
            return start, start + len(text)
    return 0, 0


# {% else %}
def find_span(context: str, answers: list[tuple[str, int | None]]) -> tuple[int, int]:
    """Characters of the first answer that stands in the context; (0, 0): none does.

    Some files give wrong offsets: the nearest occurrence is taken.
    """
    for answer, offset in answers:
        text = answer.strip()
        start = find(context, text, max(offset or 0, 0)) if text else -1
        if start >= 0:
            return start, start + len(text)
    return 0, 0


# {% endif %}
# {% from "partials/row_columns.py" import chosen, finish with context %}
# {% if data.on_disk %}
def to_rows(table: {{ data.part_type }}, config: Config) -> pa.RecordBatch:
    """Some clean questions and contexts, and where the answers stand."""
    tables = [table]
# {% elif data.is_hub %}
def read_examples(split: str, config: Config) -> Examples:
    """Clean questions and contexts of one split, and where the answers stand."""
    tables = [read_table(split, config)]
# {% else %}
def read_examples(paths: tuple[str, ...], config: Config) -> {{ data.examples_type }}:
    """{{ data.examples_doc | doc }}"""
    tables = [read_table(path) for path in paths]
# {% endif %}
    questions = [clean(text) for table in tables for text in table[{{ task.question | py }}].to_pylist()]
    raw = [text for table in tables for text in table[{{ task.context | py }}].to_pylist()]
    # {% if task.answer_start %}
    cells = [table[{{ task.answers | py }}].to_pylist() for table in tables]
    starts = [table[{{ task.answer_start | py }}].to_pylist() for table in tables]
    said = [to_answers(*row) for row in zip(chain(*cells), chain(*starts), strict=True)]
    # {% else %}
    said = [to_answers(cell) for table in tables for cell in table[{{ task.answers | py }}].to_pylist()]
    # {% endif %}
    contexts = [clean(text) for text in raw]
    answers = [[text for answer, _ in row if (text := clean(answer).strip())] for row in said]
    # {% if task.cleans %}
    spans = [find_span(*row) for row in zip(raw, contexts, said, strict=True)]
    # {% else %}
    spans = [find_span(*row) for row in zip(contexts, said, strict=True)]
    # {% endif %}
    # {{ data.drop_comment | doc }}
    # {% if data.drop_duplicates and not data.on_disk %}
    first: dict[object, int] = {}
    for row, parts in enumerate(zip(questions, contexts, map(tuple, answers), strict=True)):
        first.setdefault(parts, row)
    kept = [row for row in first.values() if {{ task.row_is_kept }}]
    # {% else %}
    kept = [row for row in range(len(questions)) if {{ task.row_is_kept }}]
    # {% endif %}
    # {% if data.on_disk %}
    columns: dict[str, Any] = {
        "questions": [questions[row] for row in kept],
        "contexts": [contexts[row] for row in kept],
        "answers": [answers[row] for row in kept],
        "spans": [spans[row] for row in kept],
    }
    {{ finish() | trim | indent(4) }}


# {% if data.is_hub %}
def read_examples(split: str, config: Config) -> {{ data.examples_type }}:
    """{{ data.examples_doc | doc }}"""
    table, key = read_rows(split, config)
# {% else %}
def read_examples(paths: tuple[str, ...], config: Config) -> {{ data.examples_type }}:
    """{{ data.examples_doc | doc }}"""
    table, key = read_rows(paths, config)
# {% endif %}
    questions, contexts = table.column("questions"), table.column("contexts")
    examples = Examples(questions, contexts, table.column("answers"), table.column("spans"), key)
    {{ chosen() | trim | indent(4) }}
    # {% else %}
    examples = Examples(questions, contexts, answers, spans).pick(kept)
    # {% if data.uses_groups %}
    return examples, kept
    # {% else %}
    return examples
    # {% endif %}
    # {% endif %}


