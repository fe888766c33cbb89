"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # Data
    train_files: tuple[str, ...] = ("data/phrases",)  # 214 rows
    validation_fraction: float = 0.1  # of the rows: 21
    test_fraction: float = 0.15  # of the rows: 32
    split_seed: int = 0  # of the shuffle before the cut
    # tokens; twice the estimate from characters: the longest has about 20; 0.0% of the training
    # pairs are longer (estimated from characters)
    max_length: int = 40
    # Task
    # tokens; twice the estimate: the longest training target has about 21; about 0.0% of the
    # training targets are longer
    max_target_length: int = 48
    label_smoothing: float = 0.1  # of the target, spread over all tokens
    max_new_tokens: int = 48  # written: max_target_length
    num_beams: int = 2  # given in the spec
    length_penalty: float = 1.0  # of beam search: above 0 favours long texts, below 0 short ones
    no_repeat_ngram_size: int = 0  # tokens; 0: no limit; no limit
    temperature: float = 0.0  # 0 searches, above 0 samples: below 1 safer, above 1 bolder
    top_k: int = 0  # of sampling: among so many tokens, 0: all
    top_p: float = 1.0  # of sampling: among tokens of this probability
    # texts written for the metrics of a split, evenly spread; the loss is of all
    num_written: int = 1000
    num_written_in_training: int = 0  # the same at each evaluation: the loss chooses the checkpoint
    # Model
    num_layers: int = 2  # transformer blocks
    hidden_size: int = 128  # width of a token
    num_heads: int = 4  # attention heads a layer
    feed_forward_size: int = 512  # 4 x hidden_size
    max_positions: int = 64  # tokens the model can read
    vocab_size: int = 600  # tokens at most
    dropout: float = 0.1  # in the encoder-decoder
    # Training
    epochs: int = 40  # passes over 161 pairs = 440 steps
    batch_size: int = 16  # pairs an optimizer step
    batches_per_window: int = 1  # batches sorted by length together; random weights need a mix
    learning_rate: float = 0.002  # peak
    warmup_fraction: float = 0.1  # of all steps, until the peak
    weight_decay: float = 0.01  # not of biases, norms and embeddings
    gradient_clip: float = 1.0  # largest gradient norm
    seed: int = 0  # of weights, dropout and order
    # Evaluation
    best_metric: str = "loss"  # chooses the checkpoint: cheap at each evaluation, and of all texts
    eval_batch_size: int = 32  # twice the training batch: no gradients are kept
    num_resamples: int = 1000  # bootstrap, behind each 95 % interval
    num_worst: int = 20  # examples in the report
    # Run
    output_dir: str = "outputs"  # results, checkpoints, model; in this folder
    max_steps: int | None = None  # stop early, for a trial
    max_eval_rows: int | None = None  # score fewer, for a trial
    log_every: int = 8  # steps; about 50 lines a run, at most 50 steps apart
    keep_checkpoints: int = 1  # the latest are kept
    # of .specc/spec.yaml
    spec_sha256: str = "5c1a8818cc0a6e2cdb652a4a6a48942f84271ad2d92ad6409976523d6d1b0ab1"
