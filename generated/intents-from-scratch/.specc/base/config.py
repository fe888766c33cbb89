"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # Data
    train_files: tuple[str, ...] = ("data/intents.csv",)  # 408 rows
    validation_fraction: float = 0.1  # of the rows: 40
    test_fraction: float = 0.1  # of the rows: 40
    split_seed: int = 0  # of the shuffle before the cut
    # tokens; twice the estimate from characters: the longest has about 60; 0.0% of the training
    # texts are longer (estimated from characters)
    max_length: int = 120
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
    num_layers: int = 2  # transformer blocks
    hidden_size: int = 128  # width of a token
    num_heads: int = 4  # attention heads a layer
    feed_forward_size: int = 512  # 4 x hidden_size
    max_positions: int = 128  # tokens the model can read
    vocab_size: int = 2000  # tokens at most
    dropout: float = 0.1  # in the encoder
    # Training
    epochs: int = 30  # passes over 328 texts = 330 steps
    batch_size: int = 32  # texts an optimizer step
    batches_per_window: int = 2  # batches sorted by length together: a quarter of an epoch's 11
    learning_rate: float = 0.001  # peak
    warmup_fraction: float = 0.1  # of all steps, until the peak
    weight_decay: float = 0.01  # not of biases, norms and embeddings
    gradient_clip: float = 1.0  # largest gradient norm
    seed: int = 0  # of weights, dropout and order
    # Evaluation
    best_metric: str = "accuracy"  # chooses the checkpoint: the usual one for multi-class problems
    eval_batch_size: int = 64  # twice the training batch: no gradients are kept
    num_resamples: int = 1000  # bootstrap, behind each 95 % interval
    num_worst: int = 20  # examples in the report
    # Run
    output_dir: str = "outputs"  # results, checkpoints, model; in this folder
    max_steps: int | None = None  # stop early, for a trial
    max_eval_rows: int | None = None  # score fewer, for a trial
    log_every: int = 6  # steps; about 50 lines a run, at most 50 steps apart
    keep_checkpoints: int = 1  # the latest are kept
    # of .specc/spec.yaml
    spec_sha256: str = "3b64b94334ec3ca09ba74510a3a3e51f32ebdc38d12e3a87333f428ec2bd8750"
