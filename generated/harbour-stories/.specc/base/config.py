"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # Data
    train_files: tuple[str, ...] = ("data/harbour_stories.txt",)  # 40 rows
    validation_fraction: float = 0.1  # of the rows: 4
    test_fraction: float = 0.15  # of the rows: 6
    split_seed: int = 0  # of the shuffle before the cut
    # Task
    block_size: int = 64  # tokens; given in the spec; the training text fills about 60
    prompts: tuple[str, ...] = ("", "The ferry")  # what the samples go on from
    max_new_tokens: int = 40  # of a sample, at most
    temperature: float = 0.8  # 0: the likeliest token
    top_k: int | None = None  # draw among so many likeliest tokens
    top_p: float = 1.0  # draw among the likeliest that have this probability together
    # Model
    num_layers: int = 2  # transformer blocks
    hidden_size: int = 64  # width of a token
    num_heads: int = 4  # attention heads a layer
    feed_forward_size: int = 256  # 4 x hidden_size
    max_positions: int = 64  # tokens the model can read
    vocab_size: int = 400  # tokens at most
    dropout: float = 0.1  # in the decoder
    # Training
    epochs: int = 15  # passes over the blocks
    batch_size: int = 8  # blocks an optimizer step
    learning_rate: float = 0.003  # peak
    warmup_fraction: float = 0.1  # of all steps, until the peak
    weight_decay: float = 0.01  # not of biases, norms and embeddings
    gradient_clip: float = 1.0  # largest gradient norm
    seed: int = 0  # of weights, dropout and order
    # Evaluation
    best_metric: str = "loss"  # chooses the checkpoint: what the model is trained on
    eval_batch_size: int = 16  # twice the training batch: no gradients are kept
    eval_every: int = 20  # steps
    num_resamples: int = 1000  # bootstrap, behind each 95 % interval
    num_worst: int = 20  # examples in the report
    # Run
    output_dir: str = "outputs"  # results, checkpoints, model; in this folder
    max_steps: int | None = None  # stop early, for a trial
    max_eval_rows: int | None = None  # score fewer, for a trial
    log_every: int = 10  # steps; about 50 lines a run, at most 50 steps apart
    save_every: int = 20  # steps
    keep_checkpoints: int = 1  # the latest are kept
    # of .specc/spec.yaml
    spec_sha256: str = "b0d77151c07eef2c6194ca378396d1eeaf4a64f6b9c0bd2aa8b57a9485f8a32a"
