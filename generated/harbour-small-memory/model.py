"""A gpt2 language model: build, group parameters, save, load."""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from transformers.models.gpt2.configuration_gpt2 import GPT2Config
from transformers.models.gpt2.modeling_gpt2 import GPT2LMHeadModel
from transformers.utils import logging

from config import Config
from run_folder import whole_file

END_ID = 0  # the token around each document: the only special one, so its id is the first

logging.set_verbosity_error()
logging.disable_progress_bar()


def build_model(config: Config, vocab_size: int) -> GPT2LMHeadModel:
    """The model with random weights; embeddings and head share theirs."""
    model_config = GPT2Config(
        vocab_size=vocab_size,
        n_layer=config.num_layers,
        n_embd=config.hidden_size,
        n_head=config.num_heads,
        n_inner=config.feed_forward_size,
        n_positions=config.max_positions,
        resid_pdrop=config.dropout,
        embd_pdrop=config.dropout,
        attn_pdrop=config.dropout,
        bos_token_id=END_ID,
        eos_token_id=END_ID,
    )
    model = GPT2LMHeadModel(model_config)
    # Computes each layer again for its gradient: a third more work, the memory of one layer.
    model.activation_checkpointing_enable()
    return model


def forward(model: GPT2LMHeadModel, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Hidden states (N, H) of the positions that have a next token, as the head multiplies them."""
    states = model.transformer(input_ids=batch["input_ids"], use_cache=False).last_hidden_state
    # Only the end of the last row can be padding.
    return states.flatten(0, 1)[: len(batch["labels"])]


def parameter_groups(model: GPT2LMHeadModel, config: Config) -> list[dict[str, object]]:
    """Trained parameters by peak learning rate and weight decay.

    Biases, norms and embeddings are not decayed: they do not make the model larger than it need
    be, and a row of the embedding would shrink even while its token does not occur.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            lr = config.learning_rate
            is_matrix = parameter.ndim > 1 and "wte" not in name and "wpe" not in name
            decay = config.weight_decay if is_matrix else 0.0
            groups.setdefault((lr, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": lr, "peak_lr": lr, "weight_decay": decay}
        for (lr, decay), parameters in groups.items()
    ]


def save_model(model: GPT2LMHeadModel, folder: Path) -> None:
    """Writes weights and configuration; the weights' file is replaced in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    state = dict(model.named_parameters())
    saved = {name: tensor.contiguous() for name, tensor in state.items()}
    with whole_file(folder / "model.safetensors") as file:
        save_file(saved, file.name, {"format": "pt"})


def load_model(folder: Path) -> GPT2LMHeadModel:
    """The trained model, ready to predict."""
    if not (folder / "model.safetensors").exists():
        raise SystemExit(f"no trained model in {folder}: run train.py first")
    model = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32)
    return model.eval()
