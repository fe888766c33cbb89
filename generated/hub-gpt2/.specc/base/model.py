"""A gpt2 language model: build, group parameters, save, load."""

import re
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn
from transformers.models.gpt2.configuration_gpt2 import GPT2Config
from transformers.models.gpt2.modeling_gpt2 import GPT2LMHeadModel
from transformers.utils import logging

from config import Config
from run_folder import whole_file

logging.set_verbosity_error()
logging.disable_progress_bar()


def end_id(config: Config) -> int:
    """The token around each document: what ends a text by the base's own configuration."""
    ids = GPT2Config.from_pretrained(config.base).eos_token_id
    if ids is None:
        raise SystemExit(f"{config.base} names no token that ends a text (eos_token_id)")
    return ids[0] if isinstance(ids, list) else ids


def build_model(config: Config) -> GPT2LMHeadModel:
    """The pretrained model."""
    loaded: Any = GPT2LMHeadModel.from_pretrained(
        config.base, dtype=torch.float32, output_loading_info=True
    )
    model: GPT2LMHeadModel = loaded[0]
    check_loaded(loaded[1])
    return model


def check_loaded(loaded: dict[str, Any]) -> None:
    """Stops where the base does not fill the network."""
    absent, unused = sorted(loaded["missing_keys"]), sorted(loaded["unexpected_keys"])
    absent += [name for name, *_ in loaded["mismatched_keys"]]
    if any(
        re.match(r"(?!score\.|classif|pre_classif|qa_outputs|cls\.)", name)
        for name in absent + unused
    ):
        raise SystemExit(
            f"base and network differ: {len(absent)} weights are missing {absent[:3]}, {len(unused)} not used {unused[:3]}"
        )


def forward(model: GPT2LMHeadModel, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Hidden states (N, H) of the positions that have a next token, as the head multiplies them."""
    states = model.transformer(input_ids=batch["input_ids"], use_cache=False).last_hidden_state
    # Only the end of the last row can be padding.
    return states.flatten(0, 1)[: len(batch["labels"])].bfloat16()


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


def load_model(folder: Path, device: torch.device) -> GPT2LMHeadModel:
    """The trained model, ready to predict."""
    if not (folder / "model.safetensors").exists():
        raise SystemExit(f"no trained model in {folder}: run train.py first")
    model = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32)
    return model.eval().to(device)
