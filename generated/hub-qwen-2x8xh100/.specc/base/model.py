"""A qwen2 language model: build, group parameters, save, load."""

import re
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn
from transformers.models.qwen2.configuration_qwen2 import Qwen2Config
from transformers.models.qwen2.modeling_qwen2 import Qwen2ForCausalLM
from transformers.utils import logging

from config import Config
from distributed import rank
from run_folder import whole_file
from sharding import building_device, whole_state

logging.set_verbosity_error()
logging.disable_progress_bar()


def end_id(config: Config) -> int:
    """The token around each document: what ends a text by the base's own configuration."""
    ids = Qwen2Config.from_pretrained(config.base).eos_token_id
    if ids is None:
        raise SystemExit(f"{config.base} names no token that ends a text (eos_token_id)")
    return ids[0] if isinstance(ids, list) else ids


def build_model(config: Config) -> Qwen2ForCausalLM:
    """The pretrained model."""
    model_config = Qwen2Config.from_pretrained(config.base)
    if rank() == 0:
        loaded: Any = Qwen2ForCausalLM.from_pretrained(
            config.base, dtype=torch.float32, output_loading_info=True, config=model_config
        )
        model: Qwen2ForCausalLM = loaded[0]
        check_loaded(loaded[1])
    else:
        with building_device():
            model = Qwen2ForCausalLM(model_config)
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


def forward(model: Qwen2ForCausalLM, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Hidden states (N, H) of the positions that have a next token, as the head multiplies them."""
    states = model.model(input_ids=batch["input_ids"], use_cache=False).last_hidden_state
    # Only the end of the last row can be padding.
    return states.flatten(0, 1)[: len(batch["labels"])].bfloat16()


def parameter_groups(model: Qwen2ForCausalLM, config: Config) -> list[dict[str, object]]:
    """Trained parameters by peak learning rate and weight decay.

    Biases, norms and embeddings are not decayed: they do not make the model larger than it need
    be, and a row of the embedding would shrink even while its token does not occur.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            lr = config.learning_rate
            is_matrix = parameter.ndim > 1 and "embed_tokens" not in name
            decay = config.weight_decay if is_matrix else 0.0
            groups.setdefault((lr, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": lr, "peak_lr": lr, "weight_decay": decay}
        for (lr, decay), parameters in groups.items()
    ]


def save_model(model: Qwen2ForCausalLM, folder: Path) -> None:
    """Writes weights and configuration; all processes give their shares, and the first one writes."""
    weights = whole_state(model)
    if rank() > 0:
        return
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    state = {name: weights[name] for name, _ in model.named_parameters()}
    saved = {name: tensor.contiguous() for name, tensor in state.items()}
    with whole_file(folder / "model.safetensors") as file:
        save_file(saved, file.name, {"format": "pt"})


def load_model(folder: Path, device: torch.device) -> Qwen2ForCausalLM:
    """The trained model, ready to predict."""
    if not (folder / "model.safetensors").exists():
        raise SystemExit(f"no trained model in {folder}: run train.py first")
    model = Qwen2ForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
    return model.eval().to(device)
