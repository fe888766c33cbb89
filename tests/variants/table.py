"""One change of each field of the language, and how far it may reach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`value` at `at` of a base changes exactly `files`, and at most `lines` lines in all.

    `field` is the model's name and the key as it is written in a spec.
    """

    field: str
    base: str
    at: str
    value: object
    files: str
    lines: int

    @property
    def path(self) -> tuple[str | int, ...]:
        """`at` by key; a number is a place in a list."""
        return tuple(int(key) if key.isdigit() else key for key in self.at.split("."))


DEVICE_FILES = (
    "README.md checkpoint.py config.py data.py evaluate.py model.py predict.py results.py "
    "speedups.py tests/test_smoke.py train.py"
)
HUB_FILES = (
    "README.md config.py data.py data/duplicate_questions.csv evaluate.py predict.py "
    "requirements.txt results.py speedups.py tests/test_smoke.py train.py"
)
VALIDATION_FILES = (
    "README.md config.py data.py data/more.csv evaluate.py results.py tests/test_smoke.py train.py"
)

PLAIN_WORDS = (
    "README.md config.py data.py evaluate.py predict.py requirements.txt results.py train.py"
)
OTHER_TYPES = "README.md config.py predict.py train.py"
ROWS = (
    Row("Spec.name", "quick", "name", "another-name", "README.md results.py", 6),
    Row(
        "TextClassification.text",
        "pair",
        "task.text",
        ["question2", "question1"],
        "README.md data.py predict.py train.py",
        20,
    ),
    Row(
        "TextClassification.label",
        "topics",
        "task.label",
        ["billing", "bug", "account"],
        "README.md config.py data.py predict.py train.py",
        25,
    ),
    Row("TextClassification.separator", "tags", "task.separator", "+", "config.py data.py", 8),
    Row(
        "TextClassification.problem",
        "pair",
        "task.problem",
        "multi-class",
        "README.md config.py evaluate.py",
        15,
    ),
    Row("TextClassification.labels", "pair", "task.labels", ["yes", "no"], "config.py", 5),
    Row(
        "TextClassification.thresholds",
        "topics",
        "task.thresholds",
        "tuned",
        "config.py evaluate.py results.py",
        40,
    ),
    Row("TokenClassification.tokens", "words", "task.tokens", 3, "data.py", 4),
    Row("TokenClassification.tags", "words", "task.tags", -2, PLAIN_WORDS, 160),
    Row("TokenClassification.text", "spans", "task.text", "title", "data.py", 2),
    Row("TokenClassification.spans", "spans", "task.spans", "people", f"{OTHER_TYPES} data.py", 12),
    Row("TokenClassification.scheme", "words", "task.scheme", "iob1", "data.py", 2),
    Row("TokenClassification.scheme", "words", "task.scheme", "plain", PLAIN_WORDS, 150),
    Row("TokenClassification.types", "words", "task.types", ["B", "A"], OTHER_TYPES, 10),
    Row(
        "TokenClassification.tag_names",
        "numbers",
        "task.tag_names",
        ["O", "B-A", "B-C"],
        OTHER_TYPES,
        12,
    ),
    Row(
        "TokenClassification.label_on",
        "words",
        "task.label_on",
        "all",
        "evaluate.py windows.py",
        12,
    ),
    Row(
        "Pretrained.base", "hub", "model.base", "bert-base-cased", "README.md config.py train.py", 8
    ),
    Row(
        "Pretrained.base",
        "quick",
        "model.base",
        "prajjwal1/bert-tiny",
        "README.md config.py data.py model.py requirements.txt train.py",
        35,
    ),
    Row("Pretrained.revision", "hub", "model.revision", "v1", "config.py data.py model.py", 6),
    Row(
        "Pretrained.architecture",
        "unknown",
        "model.architecture",
        "bert",
        "README.md data.py evaluate.py model.py requirements.txt speedups.py tests/test_smoke.py "
        "train.py",
        95,
    ),
    Row(
        "Pretrained.freeze",
        "quick",
        "model.freeze",
        ["layers 0-2"],
        "README.md config.py model.py tests/test_smoke.py",
        30,
    ),
    Row(
        "Pretrained.freeze",
        "quick",
        "model.freeze",
        "encoder",
        "README.md config.py data.py features.py model.py speedups.py tests/test_smoke.py train.py",
        55,
    ),
    Row(
        "Pretrained.head",
        "quick",
        "model.head",
        {"pooling": "mean"},
        "evaluate.py model.py predict.py results.py speedups.py tests/test_smoke.py train.py",
        118,
    ),
    Row(
        "Pretrained.dropout",
        "quick",
        "model.dropout",
        0.2,
        "config.py model.py tests/test_smoke.py",
        7,
    ),
    Row("Head.pooling", "head", "model.head.pooling", "max", "model.py", 7),
    Row("Head.hidden", "head", "model.head.hidden", [64, 32], "model.py", 7),
    Row("Head.activation", "head", "model.head.activation", "gelu", "model.py", 2),
    Row("Head.dropout", "head", "model.head.dropout", 0.3, "model.py", 6),
    Row(
        "Scratch.architecture",
        "scratch",
        "model.architecture",
        "roberta",
        "README.md evaluate.py model.py tests/test_smoke.py train.py",
        46,
    ),
    Row("Scratch.layers", "scratch", "model.layers", 3, "README.md config.py train.py", 8),
    Row("Scratch.hidden_size", "scratch", "model.hidden_size", 64, "config.py", 6),
    Row("Scratch.heads", "scratch", "model.heads", 8, "config.py", 2),
    Row("Scratch.feed_forward_size", "scratch", "model.feed_forward_size", 96, "config.py", 2),
    Row("Scratch.max_positions", "scratch", "model.max_positions", 80, "config.py", 2),
    Row(
        "Scratch.head",
        "scratch",
        "model.head",
        {"pooling": "max"},
        "evaluate.py model.py predict.py results.py speedups.py tests/test_smoke.py train.py",
        111,
    ),
    Row("Scratch.dropout", "scratch", "model.dropout", 0.2, "config.py", 2),
    Row("TrainTokenizer.train", "scratch", "model.tokenizer.train", "bpe", "data.py", 28),
    Row("TrainTokenizer.train", "scratch", "model.tokenizer.train", "unigram", "data.py", 34),
    Row("TrainTokenizer.vocab_size", "scratch", "model.tokenizer.vocab_size", 700, "config.py", 2),
    Row("TrainTokenizer.lower_case", "scratch", "model.tokenizer.lower_case", False, "data.py", 2),
    Row(
        "DataFields.train",
        "quick",
        "data.train",
        "more.csv",
        "config.py data/intents.csv data/more.csv",
        6,
    ),
    Row(
        "DataFields.validation",
        "uncut",
        "data.validation",
        "more.csv",
        VALIDATION_FILES,
        85,
    ),
    Row(
        "DataFields.test",
        "uncut",
        "data.test",
        "more.csv",
        "README.md config.py data.py data/more.csv",
        30,
    ),
    Row(
        "DataFields.hub",
        "listed",
        "data",
        {"hub": {"path": "acme/pairs", "splits": {"validation": "dev"}}},
        HUB_FILES,
        222,
    ),
    Row(
        "DataFields.format",
        "unread",
        "data.format",
        "tsv",
        "README.md config.py data.py predict.py results.py",
        20,
    ),
    Row(
        "DataFields.delimiter",
        "bare",
        "data.delimiter",
        ";",
        "README.md config.py data.py predict.py results.py",
        20,
    ),
    Row(
        "DataFields.quote", "bare", "data.quote", "'", "README.md config.py data.py predict.py", 10
    ),
    Row("DataFields.encoding", "quick", "data.encoding", "latin-1", "data.py predict.py", 8),
    Row(
        "DataFields.columns",
        "bare",
        "data.columns",
        ["label", "text"],
        "README.md config.py data.py evaluate.py predict.py results.py train.py",
        50,
    ),
    Row("DataFields.max_length", "quick", "data.max_length", 24, "README.md config.py", 15),
    Row("DataFields.truncation", "quick", "data.truncation", "start", "data.py", 2),
    Row("DataFields.copy", "quick", "data.copy", "never", "config.py data.py data/intents.csv", 26),
    Row("Split.validation", "quick", "data.split.validation", 0.2, "README.md config.py", 15),
    Row("Split.test", "quick", "data.split.test", 0.25, "README.md config.py", 15),
    Row(
        "Split.stratified",
        "quick",
        "data.split.stratified",
        False,
        "README.md config.py data.py results.py",
        55,
    ),
    Row("Split.group", "stars", "data.split.group", "product", "README.md config.py data.py", 72),
    Row("Split.seed", "quick", "data.split.seed", 5, "README.md config.py", 10),
    Row("Clean.strip_html", "quick", "data.clean.strip_html", True, "data.py", 5),
    Row("Clean.unicode", "quick", "data.clean.unicode", "nfkc", "data.py", 2),
    Row("Clean.lower_case", "quick", "data.clean.lower_case", True, "data.py", 2),
    Row(
        "Clean.replace", "quick", "data.clean.replace", [{"pattern": "x+", "by": "x"}], "data.py", 2
    ),
    Row("Replace.pattern", "replace", "data.clean.replace.0.pattern", "[0-9]+", "data.py", 2),
    Row("Replace.by", "replace", "data.clean.replace.0.by", "9", "data.py", 2),
    Row("Clean.stop_words", "quick", "data.clean.stop_words", ["please"], "data.py", 5),
    Row("Clean.whitespace", "quick", "data.clean.whitespace", False, "data.py", 2),
    Row("Clean.drop_empty", "quick", "data.clean.drop_empty", False, "data.py", 5),
    Row("Clean.drop_duplicates", "quick", "data.clean.drop_duplicates", True, "data.py", 9),
    Row("Hub.path", "hub", "data.hub.path", "acme/other", "config.py", 2),
    Row("Hub.name", "hub", "data.hub.name", "plain", "config.py data.py", 5),
    Row("Hub.revision", "hub", "data.hub.revision", "v2", "config.py data.py", 5),
    Row("HubSplits.train", "hub", "data.hub.splits.train", "training", "config.py", 2),
    Row("HubSplits.validation", "hub", "data.hub.splits.validation", "dev", "config.py", 2),
    Row(
        "HubSplits.test",
        "hub",
        "data.hub.splits.test",
        "test",
        "README.md config.py data.py evaluate.py results.py tests/test_smoke.py train.py",
        30,
    ),
    Row("Training.epochs", "quick", "training.epochs", 4, "README.md config.py", 6),
    Row(
        "Training.steps",
        "auto",
        "training.steps",
        50,
        "README.md config.py tests/test_smoke.py train.py",
        15,
    ),
    Row("Training.batch_size", "quick", "training.batch_size", 16, "README.md config.py", 15),
    Row("LearningRate.encoder", "quick", "training.learning_rate", 0.0003, "config.py", 2),
    Row(
        "LearningRate.head",
        "quick",
        "training.learning_rate",
        {"encoder": 0.0002, "head": 0.001},
        "config.py model.py tests/test_smoke.py",
        25,
    ),
    Row(
        "LearningRate.layer_decay",
        "quick",
        "training.learning_rate",
        {"encoder": 0.0002, "layer_decay": 0.9},
        "config.py model.py tests/test_smoke.py",
        30,
    ),
    Row("Training.optimizer", "quick", "training.optimizer", "adam", "train.py", 2),
    Row("Training.optimizer", "quick", "training.optimizer", "sgd", "train.py", 6),
    Row(
        "Training.optimizer", "quick", "training.optimizer", "adafactor", "speedups.py train.py", 55
    ),
    Row(
        "AdamW.betas",
        "quick",
        "training.optimizer",
        {"kind": "adamw", "betas": [0.9, 0.98]},
        "train.py",
        2,
    ),
    Row("AdamW.eps", "quick", "training.optimizer", {"kind": "adamw", "eps": 1e-06}, "train.py", 2),
    Row("Adam.betas", "adam", "training.optimizer.betas", [0.9, 0.98], "train.py", 2),
    Row("Adam.eps", "adam", "training.optimizer.eps", 1e-06, "train.py", 2),
    Row("Sgd.momentum", "sgd", "training.optimizer.momentum", 0.8, "train.py", 2),
    Row("Sgd.nesterov", "sgd", "training.optimizer.nesterov", True, "train.py", 6),
    Row("Training.schedule", "quick", "training.schedule", "cosine", "train.py", 7),
    Row("Training.schedule", "quick", "training.schedule", "constant", "train.py", 6),
    Row("Training.schedule", "quick", "training.schedule", "polynomial", "config.py train.py", 8),
    Row(
        "Linear.end",
        "quick",
        "training.schedule",
        {"kind": "linear", "end": 0.1},
        "config.py train.py",
        6,
    ),
    Row("Cosine.end", "cosine", "training.schedule.end", 0.1, "config.py train.py", 7),
    Row("Polynomial.power", "polynomial", "training.schedule.power", 3.0, "config.py", 2),
    Row("Polynomial.end", "polynomial", "training.schedule.end", 0.1, "config.py train.py", 5),
    Row("Training.warmup", "quick", "training.warmup", 0.2, "config.py", 2),
    Row("Training.warmup", "quick", "training.warmup", 10, "config.py train.py", 6),
    Row("Training.warmup", "quick", "training.warmup", 0, "config.py train.py", 8),
    Row("Training.weight_decay", "quick", "training.weight_decay", 0.1, "config.py", 2),
    Row("Training.l1", "quick", "training.l1", 1e-06, "config.py speedups.py train.py", 60),
    Row("Training.l2", "quick", "training.l2", 1e-06, "config.py speedups.py train.py", 60),
    Row(
        "Training.label_smoothing",
        "quick",
        "training.label_smoothing",
        0.1,
        "config.py train.py",
        5,
    ),
    Row(
        "Training.class_weights",
        "quick",
        "training.class_weights",
        "balanced",
        "config.py train.py",
        8,
    ),
    Row(
        "Training.class_weights",
        "pair",
        "training.class_weights",
        {"no": 1.0, "yes": 2.0},
        "config.py train.py",
        7,
    ),
    Row("Training.gradient_clip", "quick", "training.gradient_clip", None, "config.py train.py", 5),
    Row("Training.gradient_clip", "quick", "training.gradient_clip", 2.0, "config.py", 2),
    Row(
        "Training.early_stopping",
        "quick",
        "training.early_stopping",
        2,
        "checkpoint.py config.py tests/test_smoke.py train.py",
        20,
    ),
    Row(
        "EarlyStopping.metric",
        "stopping",
        "training.early_stopping.metric",
        "loss",
        "config.py train.py",
        6,
    ),
    Row(
        "EarlyStopping.patience", "stopping", "training.early_stopping.patience", 4, "config.py", 2
    ),
    Row(
        "EarlyStopping.min_change",
        "stopping",
        "training.early_stopping.min_change",
        0.01,
        "config.py",
        2,
    ),
    Row("Training.seed", "quick", "training.seed", 1, "config.py", 2),
    Row("Training.deterministic", "quick", "training.deterministic", True, "train.py", 2),
    Row("Training.time_limit", "quick", "training.time_limit", "2h", "config.py train.py", 7),
    Row("Checkpoint.every", "quick", "training.checkpoint", {"every": 5}, "config.py train.py", 5),
    Row("Checkpoint.keep", "quick", "training.checkpoint", {"keep": 3}, "config.py", 2),
    Row(
        "Training.kernels",
        "quick",
        "training.kernels",
        "plain",
        "README.md model.py speedups.py train.py",
        9,
    ),
    Row(
        "Evaluation.metrics",
        "quick",
        "evaluation.metrics",
        ["accuracy", "mcc"],
        "README.md evaluate.py",
        9,
    ),
    Row("Evaluation.best", "quick", "evaluation.best", "f1_macro", "README.md config.py", 6),
    Row("Evaluation.best", "quick", "evaluation.best", "loss", "README.md config.py train.py", 10),
    Row("Evaluation.every", "quick", "evaluation.every", 5, "config.py train.py", 5),
    Row("Evaluation.resamples", "quick", "evaluation.resamples", 500, "config.py", 2),
    Row(
        "Evaluation.resamples",
        "quick",
        "evaluation.resamples",
        0,
        "README.md config.py evaluate.py results.py tests/test_smoke.py",
        35,
    ),
    Row("Evaluation.worst_examples", "quick", "evaluation.worst_examples", 5, "config.py", 2),
    Row(
        "HardwareFields.device",
        "quick",
        "hardware.device",
        "cuda",
        DEVICE_FILES,
        105,
    ),
    Row(
        "HardwareFields.device",
        "quick",
        "hardware.device",
        "mps",
        DEVICE_FILES,
        90,
    ),
    Row(
        "HardwareFields.device",
        "quick",
        "hardware.device",
        "auto",
        DEVICE_FILES,
        115,
    ),
    Row(
        "HardwareFields.instructions",
        "quick",
        "hardware.instructions",
        "avx512-bf16",
        "README.md evaluate.py speedups.py train.py",
        35,
    ),
    Row("HardwareFields.cores", "quick", "hardware.cores", 4, "config.py train.py", 2),
    Row(
        "HardwareFields.precision",
        "cuda",
        "hardware.precision",
        "fp16",
        "README.md checkpoint.py evaluate.py train.py",
        40,
    ),
)
