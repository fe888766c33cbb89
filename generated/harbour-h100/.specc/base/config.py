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
    block_size: int = 128  # tokens; given in the spec; the training text fills about 30
    prompts: tuple[str, ...] = ("", "The ferry")  # what the samples go on from
    max_new_tokens: int = 40  # of a sample, at most
    temperature: float = 0.8  # 0: the likeliest token
    top_k: int | None = None  # draw among so many likeliest tokens
    top_p: float = 1.0  # draw among the likeliest that have this probability together
    # Model
    num_layers: int = 4  # transformer blocks
    hidden_size: int = 256  # width of a token
    num_heads: int = 4  # attention heads a layer
    feed_forward_size: int = 1024  # 4 x hidden_size
    max_positions: int = 512  # tokens the model can read
    vocab_size: int = 400  # tokens at most
    dropout: float = 0.1  # in the decoder
    # Training
    epochs: int = 30  # passes over the blocks
    batch_size: int = 16  # blocks an optimizer step
    learning_rate: float = 0.001  # peak
    warmup_fraction: float = 0.1  # of all steps, until the peak
    weight_decay: float = 0.01  # not of biases, norms and embeddings
    gradient_clip: float = 1.0  # largest gradient norm
    seed: int = 0  # of weights, dropout and order
    # Evaluation
    best_metric: str = "loss"  # chooses the checkpoint: what the model is trained on
    eval_batch_size: int = 32  # twice the training batch: no gradients are kept
    eval_every: int = 15  # steps
    num_resamples: int = 1000  # bootstrap, behind each 95 % interval
    num_worst: int = 20  # examples in the report
    # Run
    output_dir: str = "outputs"  # results, checkpoints, model; in this folder
    max_steps: int | None = None  # stop early, for a trial
    max_eval_rows: int | None = None  # score fewer, for a trial
    device: str = "cuda"  # where the model is trained
    log_every: int = 10  # steps; about 50 lines a run, at most 50 steps apart
    save_every: int = 15  # steps
    keep_checkpoints: int = 1  # the latest are kept
    # of .specc/spec.yaml
    spec_sha256: str = "7012ae1b11b922fcbb48dcf9179fa7014a1be6bdc64a23c44545e8e196d9a2a7"
