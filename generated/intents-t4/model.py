"""A distilbert classifier: build, group parameters, save, load."""

import re
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn
from transformers.models.distilbert.modeling_distilbert import DistilBertForSequenceClassification
from transformers.utils import logging

from config import Config
from run_folder import whole_file

# The library reports the new head as missing weights; that is what is wanted here.
logging.set_verbosity_error()
logging.disable_progress_bar()


def build_model(config: Config) -> DistilBertForSequenceClassification:
    """The pretrained encoder under a new head with random weights."""
    loaded: Any = DistilBertForSequenceClassification.from_pretrained(
        config.base,
        revision=config.revision,
        id2label=dict(enumerate(config.labels)),
        label2id={name: index for index, name in enumerate(config.labels)},
        dtype=torch.float32,
        ignore_mismatched_sizes=True,
        output_loading_info=True,
    )
    model: DistilBertForSequenceClassification = loaded[0]
    check_loaded(model, loaded[1])
    return model


def check_loaded(model: nn.Module, loaded: dict[str, Any]) -> None:
    """Stops where the base does not fill the network; a head that it brought is drawn anew."""
    absent, unused = sorted(loaded["missing_keys"]), sorted(loaded["unexpected_keys"])
    absent += [name for name, *_ in loaded["mismatched_keys"]]
    if any(re.match(r"(distilbert\.)?(embeddings|transformer)", name) for name in absent + unused):
        raise SystemExit(
            f"base and network differ: {len(absent)} weights are missing {absent[:3]}, {len(unused)} not used {unused[:3]}"
        )
    head = {
        n: p
        for n, p in model.named_parameters()
        if n.startswith(("classifier.", "pre_classifier."))
    }
    for name in sorted(head.keys() - absent):
        nn.init.normal_(head[name], std=0.02 if head[name].ndim > 1 else 0.0)


def forward(
    model: DistilBertForSequenceClassification, batch: dict[str, torch.Tensor]
) -> torch.Tensor:
    """Logits (B, classes)."""
    logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    return logits.float()


def parameter_groups(
    model: DistilBertForSequenceClassification, config: Config
) -> list[dict[str, object]]:
    """Trained parameters by peak learning rate and weight decay.

    Biases, norms and embeddings are not decayed: they do not make the model larger than it need
    be, and a row of the embedding would shrink even while its token does not occur.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            lr = config.learning_rate
            is_matrix = parameter.ndim > 1 and "embeddings" not in name
            decay = config.weight_decay if is_matrix else 0.0
            groups.setdefault((lr, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": lr, "peak_lr": lr, "weight_decay": decay}
        for (lr, decay), parameters in groups.items()
    ]


def save_model(model: DistilBertForSequenceClassification, folder: Path) -> None:
    """Writes weights and configuration; the weights' file is replaced in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    state = model.state_dict()
    saved = {name: tensor.contiguous() for name, tensor in state.items()}
    with whole_file(folder / "model.safetensors") as file:
        save_file(saved, file.name, {"format": "pt"})


def load_model(folder: Path, device: torch.device) -> DistilBertForSequenceClassification:
    """The trained model, ready to predict."""
    if not (folder / "model.safetensors").exists():
        raise SystemExit(f"no trained model in {folder}: run train.py first")
    model = DistilBertForSequenceClassification.from_pretrained(folder, dtype=torch.float32)
    return model.eval().to(device)
