"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # Data
    dataset: str = "stanfordnlp/sst2"  # on the Hugging Face hub
    train_split: str = "train"  # the hub's name of the split
    validation_split: str = "validation"  # the hub's name of the split
    max_length: int = 96  # tokens
    # Task
    labels: tuple[str, ...] = ("negative", "positive")  # in id order: `task.labels` lists them
    majority_label: str = "negative"  # the baseline's answer
    # Model
    base: str = "FacebookAI/roberta-base"  # on the Hugging Face hub
    # Training
    epochs: int = 3  # passes over the texts
    batch_size: int = 32  # texts an optimizer step
    batches_per_window: int = 50  # batches sorted by length together: most padding is gone
    learning_rate: float = 2e-05  # peak
    warmup_fraction: float = 0.1  # of all steps, until the peak
    weight_decay: float = 0.01  # not of biases, norms and embeddings
    gradient_clip: float = 1.0  # largest gradient norm
    seed: int = 0  # of weights, dropout and order
    # Evaluation
    best_metric: str = "accuracy"  # chooses the checkpoint: the usual one for binary problems
    eval_batch_size: int = 64  # twice the training batch: no gradients are kept
    num_resamples: int = 1000  # bootstrap, behind each 95 % interval
    num_worst: int = 20  # examples in the report
    # Run
    output_dir: str = "outputs"  # results, checkpoints, model; in this folder
    max_steps: int | None = None  # stop early, for a trial
    max_eval_rows: int | None = None  # score fewer, for a trial
    device: str = "auto"  # where the model is trained
    log_every: int = 10  # steps; about 50 lines a run, at most 50 steps apart
    keep_checkpoints: int = 1  # the latest are kept
    # of .specc/spec.yaml
    spec_sha256: str = "f496ef2d4c74c8822875ddce2ce5e6f31958b76952aea7cd1f6dcacf5d8dc6ce"
