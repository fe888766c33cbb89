"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # Data
    dataset: str = "Salesforce/wikitext"  # on the Hugging Face hub
    dataset_name: str = "wikitext-103-raw-v1"  # its configuration
    train_split: str = "train"  # the hub's name of the split
    validation_split: str = "validation"  # the hub's name of the split
    test_split: str = "test"  # the hub's name of the split
    # Task
    block_size: int = 1024  # tokens; what the model has positions for, at most 1024
    prompts: tuple[str, ...] = ("The history of",)  # what the samples go on from
    max_new_tokens: int = 128  # of a sample, at most
    temperature: float = 1.0  # 0: the likeliest token
    top_k: int | None = None  # draw among so many likeliest tokens
    top_p: float = 0.95  # draw among the likeliest that have this probability together
    # Model
    base: str = "gpt2"  # on the Hugging Face hub
    # Training
    epochs: int = 1  # passes over the blocks
    batch_size: int = 32  # blocks an optimizer step
    learning_rate: float = 5e-05  # peak
    warmup_steps: int = 500  # until the peak
    weight_decay: float = 0.01  # not of biases, norms and embeddings
    gradient_clip: float = 1.0  # largest gradient norm
    seed: int = 0  # of weights, dropout and order
    # Evaluation
    best_metric: str = "loss"  # chooses the checkpoint: what the model is trained on
    eval_batch_size: int = 64  # twice the training batch: no gradients are kept
    eval_every: int = 1000  # steps
    num_resamples: int = 1000  # bootstrap, behind each 95 % interval
    num_worst: int = 20  # examples in the report
    # Run
    output_dir: str = "outputs"  # results, checkpoints, model; in this folder
    max_steps: int | None = None  # stop early, for a trial
    max_eval_rows: int | None = None  # score fewer, for a trial
    device: str = "cuda"  # where the model is trained
    log_every: int = 10  # steps; about 50 lines a run, at most 50 steps apart
    keep_checkpoints: int = 1  # the latest are kept
    # of .specc/spec.yaml
    spec_sha256: str = "01608134ff20f2b5755e2165ac31932cc59ed8ada13e838b3cae7f38b307ddd6"
