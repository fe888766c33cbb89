"""SP30x, SP31x: files that are missing, cannot be read, or lack what the spec asks for."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

_TASK = "task: {kind: text-classification, text: message, label: intent}\n"

_PAIRS = "task: {kind: text-to-text, source: en, target: de}\n"

MISSING_FILE = Rule(
    "SP301",
    "missing-file",
    "There is no such file. Paths start from the folder of the spec, not from the folder in which "
    "the command is typed.",
    "data: {train: data/intent.csv}\n",
    "data: {train: data/intents.csv}\n",
)
PATTERN_WITHOUT_FILES = Rule(
    "SP302",
    "pattern-without-files",
    "The path holds `*`, `?` or `[`, and no file matches it. `**` stands for any depth of folders. "
    "Matches are taken in alphabetical order.",
    "data: {train: data/part-*.cvs}\n",
    "data: {train: data/part-*.csv}\n",
)
FOLDER_WITHOUT_CLASSES = Rule(
    "SP303",
    "folder-without-classes",
    "A folder can be a split if it holds one folder for each class, and in each of them one .txt "
    "file for each text. To take all files of a folder, write a pattern.",
    "data: {train: data}\n",
    "data: {train: data/*.csv}\n",
)
UNKNOWN_FORMAT = Rule(
    "SP304",
    "unknown-file-format",
    "The file's ending does not say how it is read. Known are .csv, .tsv, .txt (a table), .json, "
    ".jsonl, .ndjson and .parquet; for any other name say `format`. Packed files are unpacked "
    "first.",
    "data: {train: data/intents.dat}\n",
    "data: {train: data/intents.dat, format: csv}\n",
)
UNREADABLE_FILE = Rule(
    "SP305",
    "unreadable-file",
    "The file is there, but its content is not what its format promises: a line of JSONL that is "
    "no JSON object, a JSON file that is no list of objects, a damaged Parquet file, or a file "
    "without the right to read it.",
    'data: {train: data/intents.jsonl}   # line 3: {"message": "hello", "intent": \n',
    'data: {train: data/intents.jsonl}   # line 3: {"message": "hello", "intent": "greeting"}\n',
)
WRONG_ENCODING = Rule(
    "SP306",
    "wrong-encoding",
    "The file holds bytes that the declared encoding cannot read. Left out, `encoding` is found "
    "out: a byte order mark, UTF-8 if all bytes fit, else a guess that is shown.",
    "data: {train: data/intents.csv, encoding: utf-8}   # the file is GB 18030\n",
    "data: {train: data/intents.csv, encoding: gb18030}\n",
)
GUESSED_ENCODING = Rule(
    "SP307",
    "guessed-encoding",
    "The file has no byte order mark and is not UTF-8, so its encoding was guessed from its bytes. "
    "A wrong guess turns accented letters and Chinese characters into others without any error. "
    "Declare the encoding, or save the file as UTF-8.",
    "data: {train: data/umlauts.csv}\n",
    "data: {train: data/umlauts.csv, encoding: cp1252}\n",
)
RAGGED_ROWS = Rule(
    "SP308",
    "ragged-rows",
    "Some rows have more or fewer fields than the header. Mostly a text holds the delimiter and is "
    "not quoted. No row is skipped in silence. Rows are counted as a spreadsheet does: the header "
    "is row 1.",
    "data: {train: data/intents.csv}   # row 3: hello, you,greeting\n",
    'data: {train: data/intents.csv}   # row 3: "hello, you",greeting\n',
)
UNCLOSED_QUOTE = Rule(
    "SP309",
    "unclosed-quote",
    "A field starts with the quote character and does not end with it, so the rows below it would "
    "be read as one text; or something stands before the quotes, which then are letters of the "
    "text. Where quotes have no meaning in the file, turn quoting off.",
    'data: {train: data/quotes.csv}   # a field: "Never" again\n',
    "data: {train: data/quotes.csv, quote: none}\n",
)
EMPTY_FILE = Rule(
    "SP310",
    "empty-file",
    "The file holds no rows: it is empty, or has a header and nothing below it.",
    "data: {train: data/header_only.csv}\n",
    "data: {train: data/intents.csv}\n",
)
MISSING_HEADER = Rule(
    "SP311",
    "missing-header",
    "The first row of the file looks like data, not like the names of columns. Name the columns in "
    "`data.columns`; all rows are then read as data.",
    _TASK + "data: {train: data/sms.tsv}\n",
    _TASK + "data: {train: data/sms.tsv, columns: [intent, message]}\n",
)
MISSING_COLUMN = Rule(
    "SP312",
    "missing-column",
    "The file has no column of this name. Names are compared letter by letter: case and spaces "
    "count.",
    "task: {kind: text-classification, text: mesage, label: intent}\n",
    _TASK,
)
AMBIGUOUS_COLUMN = Rule(
    "SP313",
    "ambiguous-column",
    "The header holds this name twice, so it is not clear which column is meant.",
    _TASK + "data: {train: twice.csv}   # message,message,intent\n",
    _TASK + "data: {train: once.csv}   # message,answer,intent\n",
)
COLUMNS_DO_NOT_MATCH = Rule(
    "SP314",
    "columns-do-not-match",
    "`data.columns` names every column of a file without a header, from left to right, also those "
    "that are not used.",
    _TASK + "data: {train: three.tsv, columns: [message, intent]}\n",
    _TASK + "data: {train: three.tsv, columns: [message, intent, id]}\n",
)
UNSUITABLE_TYPE = Rule(
    "SP315",
    "unsuitable-type",
    "A column of a JSON or Parquet file holds something else than the task can use: lists or "
    "objects as a text, objects as a label, or values of different kinds in one column.",
    'data: {train: a.jsonl}   # {"message": {"de": "Hallo"}, "intent": "greeting"}\n',
    'data: {train: a.jsonl}   # {"message": "Hallo", "intent": "greeting"}\n',
)
TAG_SEQUENCES = Rule(
    "SP316",
    "tag-sequences",
    "The labels are tags of single words, such as `O B-PER I-PER`. That is token classification; "
    "text classification gives a label to a whole text.",
    "task: {kind: text-classification, text: tokens, label: ner_tags}\n",
    "task: {kind: token-classification, tokens: tokens, tags: ner_tags}\n",
)
MISPLACED_SPAN = Rule(
    "SP317",
    "misplaced-span",
    "A span counts characters from 0, and its end is the first character after it. It must lie "
    "inside the text, be longer than nothing, hold a word, and not overlap another one.",
    '{"text": "Berlin", "entities": [[0, 9, "LOC"]]}\n',
    '{"text": "Berlin", "entities": [[0, 6, "LOC"]]}\n',
)

MISCOUNTED_SPANS = Rule(
    "SP389",
    "spans-not-at-their-offsets",
    "Offsets count characters. The text at the offsets is not what the spans name, so the tags "
    "would fall on other words: mostly the tool that wrote the file counts UTF-16 units, as "
    "browsers do, or bytes, or names the last character of a span as its end.",
    '{"text": "😀 Oslo", "entities": [{"start": 3, "end": 7, "label": "LOC", "text": "Oslo"}]}\n',
    '{"text": "😀 Oslo", "entities": [{"start": 2, "end": 6, "label": "LOC", "text": "Oslo"}]}\n',
)
SEPARATOR_LINE = Rule(
    "SP355",
    "separator-line",
    "Excel writes and reads a first line such as `sep=;`, which tells it the delimiter. Any other "
    "program takes it for the header. Delete the line; the delimiter is found without it.",
    _TASK + "data: {train: data/excel.csv}   # line 1: sep=;\n",
    _TASK + "data: {train: data/excel.csv}   # line 1: message;intent\n",
)
REPEATED_HEADER = Rule(
    "SP356",
    "repeated-header",
    "The header stands again below, mostly because files were joined. Each such row is read as a "
    "text whose label is the name of the label column. A CoNLL file has no header at all.",
    _TASK + "data: {train: data/joined.csv}   # rows 1 and 32: message,intent\n",
    _TASK + "data: {train: [data/first.csv, data/second.csv]}\n",
)

UNEQUAL_LINES = Rule(
    "SP380",
    "unequal-line-counts",
    "In parallel files, line 7 of one belongs to line 7 of the other. With unequal counts, a line "
    "was lost or split somewhere, and every pair behind that place is wrong.",
    _PAIRS + "data: {train: data/train, format: parallel}   # 100 lines and 99\n",
    _PAIRS + "data: {train: data/train, format: parallel}   # 100 lines each\n",
)

OTHER_JSON_SHAPE = Rule(
    "SP357",
    "other-json-shape",
    "A JSON file holds one object per row: as a list (.json) or a line each (.jsonl), with the "
    "columns at the top of each object. The table stands in this file in another way: by columns, "
    "inside another object, or with columns inside objects.",
    _TASK + 'data: {train: data/columns.json}   # {"message": ["hello", …], "intent": […]}\n',
    _TASK + 'data: {train: data/rows.json}   # [{"message": "hello", "intent": "greeting"}, …]\n',
)
SINGLE_QUOTES = Rule(
    "SP358",
    "single-quotes",
    "The fields of the file stand in single quotes. The quote character of a table is the double "
    "one unless the spec says something else, so that single quotes would become part of the "
    "texts.",
    _TASK + "data: {train: data/single.csv}   # 'hello, you',greeting\n",
    _TASK + 'data: {train: data/single.csv, quote: "\'"}\n',
)
ROWS_ABOVE_HEADER = Rule(
    "SP359",
    "rows-above-header",
    "The names of the columns stand in a row further down; spreadsheets are often saved with a "
    "title above the table. The header is the first row of a file.",
    _TASK + "data: {train: data/report.csv}   # rows 1 and 2: Report,; row 3: message,intent\n",
    _TASK + "data: {train: data/table.csv}   # row 1: message,intent\n",
)

RULES = (
    UNEQUAL_LINES,
    MISSING_FILE,
    PATTERN_WITHOUT_FILES,
    FOLDER_WITHOUT_CLASSES,
    UNKNOWN_FORMAT,
    UNREADABLE_FILE,
    WRONG_ENCODING,
    GUESSED_ENCODING,
    RAGGED_ROWS,
    UNCLOSED_QUOTE,
    EMPTY_FILE,
    MISSING_HEADER,
    MISSING_COLUMN,
    AMBIGUOUS_COLUMN,
    COLUMNS_DO_NOT_MATCH,
    UNSUITABLE_TYPE,
    TAG_SEQUENCES,
    MISPLACED_SPAN,
    MISCOUNTED_SPANS,
    SEPARATOR_LINE,
    REPEATED_HEADER,
    OTHER_JSON_SHAPE,
    SINGLE_QUOTES,
    ROWS_ABOVE_HEADER,
)
