"""SP274 to SP277, SP370 to SP379, SP387 and SP388: what only question answering can get wrong."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

_TASK = "task: {kind: question-answering}\n"

COLUMN_TWICE = Rule(
    "SP274",
    "question-answering-column-twice",
    "Question, context and answers are three columns. Where one column is named for two of them, "
    "the model reads its own answer or a question without a text.",
    "task: {kind: question-answering, question: context}\n",
    "task: {kind: question-answering, question: question}\n",
)
WINDOW_TOO_SMALL = Rule(
    "SP275",
    "window-too-small",
    "A long context is read in windows of `data.max_length` tokens, each with the whole question "
    "in front. `stride` of them are read again in the next window, so a window has to hold more "
    "context than that, or the next one would begin where this one did.",
    "task: {kind: question-answering, stride: 128}\ndata: {train: squad.json, max_length: 160}\n",
    "task: {kind: question-answering, stride: 48}\ndata: {train: squad.json, max_length: 160}\n",
)
ANSWER_LONGER_THAN_WINDOW = Rule(
    "SP276",
    "answer-longer-than-window",
    "`max_answer_length` is what a predicted answer may have at most, and an answer lies within "
    "one window. A limit above `data.max_length` limits nothing.",
    _TASK.replace("}", ", max_answer_length: 500}") + "data: {train: a.json, max_length: 384}\n",
    _TASK.replace("}", ", max_answer_length: 60}") + "data: {train: a.json, max_length: 384}\n",
)
METRIC_WITHOUT_UNANSWERABLE = Rule(
    "SP277",
    "metric-without-unanswerable",
    "The metrics that begin with `has_ans` and `no_ans` split the questions into those with and "
    "without an answer. Where every question has one, there is nothing to split: `exact_match` "
    "and `f1` say the same.",
    _TASK.replace("}", ", unanswerable: false}") + "evaluation: {metrics: [has_ans_f1]}\n",
    _TASK.replace("}", ", unanswerable: false}") + "evaluation: {metrics: [f1]}\n",
)
ANSWERS_OF_NO_KNOWN_FORM = Rule(
    "SP370",
    "answers-of-no-known-form",
    "Answers are written in one of these forms: a list of objects with `text` and `answer_start`, "
    "one object with the lists `text` and `answer_start`, a list of texts, or a text. A question "
    "without an answer has an empty list or nothing.",
    'data: {train: a.jsonl}   # "answers": {"span": [177, 209]}\n',
    'data: {train: a.jsonl}   # "answers": {"text": ["Denver"], "answer_start": [177]}\n',
)
ANSWER_NOT_IN_CONTEXT = Rule(
    "SP371",
    "answer-not-in-context",
    "Extractive question answering marks the answer in the context, so a row none of whose "
    "answers stands there letter by letter has nothing to mark. Such rows are left out and "
    "counted; where they are many, the wrong column is named, or the answers were written freely "
    "and need a model that generates text.",
    'data: {train: a.jsonl}   # context "It is in Denver.", answer "the city of Denver"\n',
    'data: {train: a.jsonl}   # context "It is in Denver.", answer "Denver"\n',
)
ANSWER_MOVED = Rule(
    "SP372",
    "answer-moved",
    "The context does not hold the answer at the offset that the file gives, mostly because "
    "offsets count bytes or an earlier version of the text. The occurrence nearest to the offset "
    "is taken.",
    'data: {train: a.jsonl}   # context "It is in Denver.", answer "Denver" at 11\n',
    'data: {train: a.jsonl}   # context "It is in Denver.", answer "Denver" at 9\n',
)
ANSWER_WITHOUT_OFFSET = Rule(
    "SP373",
    "answer-without-offset",
    "The file says what the answer is, and not where. The first occurrence in the context is "
    "taken, which may be another than the one that was meant where there are several.",
    'data: {train: a.jsonl}   # "answers": ["Denver"]\n',
    'data: {train: a.jsonl}   # "answers": {"text": ["Denver"], "answer_start": [9]}\n',
)
NO_ANSWER_IN_TRAIN = Rule(
    "SP374",
    "unanswerable-only-elsewhere",
    "A model learns to say that there is no answer from training questions that have none, and "
    "its threshold is tuned on such questions of the validation split. Where one of the two has "
    "none, the model answers every question, or the threshold is arbitrary.",
    "data: {train: squad_v1.json, validation: squad_v2.json}\n",
    "data: {train: squad_v2.json, validation: squad_v2_dev.json}\n",
)
MISSING_ANSWERS = Rule(
    "SP375",
    "missing-answers",
    "`unanswerable: false` says that each question has an answer in its context, and some rows "
    "have none.",
    "task: {kind: question-answering, unanswerable: false}   # a row has no answer\n",
    "task: {kind: question-answering}\n",
)
CONTEXT_IN_TWO_SPLITS = Rule(
    "SP376",
    "context-in-two-splits",
    "The same context stands in two splits, so the model has read the text about which it is "
    "tested. Where specc cuts a split, all questions about one context stay together.",
    "data: {train: a.json, test: b.json}   # b has paragraphs of a\n",
    "data: {train: a.json}\n",
)
LONG_ANSWERS = Rule(
    "SP377",
    "answers-over-the-limit",
    "Many training answers have more words than `max_answer_length` has tokens. The model can "
    "learn them, and never gives one of that length.",
    "task: {kind: question-answering, max_answer_length: 5}\n",
    "task: {kind: question-answering, max_answer_length: 40}\n",
)
UNPINNED_HUB_ANSWERS = Rule(
    "SP378",
    "unpinned-unanswerable",
    "The rows of a hub data set are read when the project runs, so it is not known now whether "
    "some questions have no answer, and what the project has to measure and tune.",
    "data: {hub: {path: squad_v2, splits: {validation: validation}}}\n",
    "task: {kind: question-answering, unanswerable: true}\n"
    "data: {hub: {path: squad_v2, splits: {validation: validation}}}\n",
)
NO_ANSWER_AT_ALL = Rule(
    "SP387",
    "no-question-has-an-answer",
    "No training question has an answer. A model of it says that there is none to whatever it is "
    "asked, and scores full marks on data of the same kind. Mostly the answers stand in another "
    "column, or all questions were marked impossible.",
    'data: {train: a.jsonl}   # "answers": [] in each row\n',
    'data: {train: a.jsonl}   # "answers": {"text": ["Denver"], "answer_start": [9]}\n',
)
OFFSETS_UNUSED = Rule(
    "SP388",
    "offsets-not-read",
    "The answers are texts alone, and the file has a column of offsets that the spec does not "
    "name. Without it the first occurrence of an answer is learned, which is another place than "
    "the one that is meant wherever the answer occurs more than once.",
    "task: {kind: question-answering, answers: answer}\n",
    "task: {kind: question-answering, answers: answer, answer_start: answer_start}\n",
)
NO_QUESTIONS = Rule(
    "SP379",
    "columns-are-no-questions",
    "Question and context are texts. Lists of words beside lists of tags are for another kind of "
    "task.",
    "task: {kind: question-answering, question: tokens, context: tags}\n",
    "task: {kind: token-classification, tokens: tokens, tags: tags}\n",
)

RULES = (
    COLUMN_TWICE,
    WINDOW_TOO_SMALL,
    ANSWER_LONGER_THAN_WINDOW,
    METRIC_WITHOUT_UNANSWERABLE,
    ANSWERS_OF_NO_KNOWN_FORM,
    ANSWER_NOT_IN_CONTEXT,
    ANSWER_MOVED,
    ANSWER_WITHOUT_OFFSET,
    NO_ANSWER_IN_TRAIN,
    MISSING_ANSWERS,
    CONTEXT_IN_TWO_SPLITS,
    LONG_ANSWERS,
    UNPINNED_HUB_ANSWERS,
    NO_ANSWER_AT_ALL,
    OFFSETS_UNUSED,
    NO_QUESTIONS,
)
