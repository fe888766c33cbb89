"""A marian encoder-decoder: build, group parameters, save, load."""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import GenerationConfig
from transformers.models.marian.configuration_marian import MarianConfig
from transformers.models.marian.modeling_marian import MarianMTModel
from transformers.utils import logging

from config import Config
from run_folder import whole_file

PAD_ID, END_ID = 0, 1  # of the tokenizer that data.py trains

logging.set_verbosity_error()
logging.disable_progress_bar()


def build_model(config: Config, vocab_size: int) -> MarianMTModel:
    """The model with random weights."""
    model_config = MarianConfig(
        vocab_size=vocab_size,
        encoder_layers=config.num_layers,
        d_model=config.hidden_size,
        encoder_attention_heads=config.num_heads,
        encoder_ffn_dim=config.feed_forward_size,
        max_position_embeddings=config.max_positions,
        dropout=config.dropout,
        decoder_layers=config.num_layers,
        decoder_attention_heads=config.num_heads,
        decoder_ffn_dim=config.feed_forward_size,
        pad_token_id=PAD_ID,
        bos_token_id=None,
        eos_token_id=END_ID,
        decoder_start_token_id=PAD_ID,
        forced_eos_token_id=None,
        scale_embedding=True,
    )
    return MarianMTModel(model_config)


def forward(model: MarianMTModel, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """What the decoder makes of each target token's predecessors (N, H); the logits come later."""
    encoded: Any = model.model.encoder(
        input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]
    )
    start = torch.full_like(batch["target_ids"][:, :1], model.config.decoder_start_token_id)
    decoded: Any = model.model.decoder(
        input_ids=torch.cat([start, batch["target_ids"][:, :-1]], dim=1),
        encoder_hidden_states=encoded.last_hidden_state,
        encoder_attention_mask=batch["attention_mask"],
        use_cache=False,
    )
    states: torch.Tensor = decoded.last_hidden_state.flatten(0, 1)[batch["positions"]]
    return states


def output_weight(model: MarianMTModel) -> torch.Tensor:
    """The output layer that turns states into logits: (V, H)."""
    return model.lm_head.weight


def generation_config(model: MarianMTModel, config: Config) -> GenerationConfig:
    """How texts are written; nothing of what a pretrained model brought along."""
    search = {"num_beams": config.num_beams, "length_penalty": config.length_penalty}
    drawn = {"do_sample": True, "top_k": config.top_k, "top_p": config.top_p}
    pad, end = model.config.pad_token_id, model.config.eos_token_id
    return GenerationConfig(
        max_new_tokens=config.max_new_tokens,
        no_repeat_ngram_size=config.no_repeat_ngram_size,
        **drawn | {"temperature": config.temperature} if config.temperature else search,
        pad_token_id=pad,
        eos_token_id=end,
        decoder_start_token_id=model.config.decoder_start_token_id,
        # Padding is no word, and in some models it is also the first token of every text.
        suppress_tokens=None if pad == end else [pad],
    )


def parameter_groups(model: MarianMTModel, config: Config) -> list[dict[str, object]]:
    """Trained parameters by peak learning rate and weight decay.

    Biases, norms and embeddings are not decayed: they do not make the model larger than it need
    be, and a row of the embedding would shrink even while its token does not occur.
    """
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            lr = config.learning_rate
            is_matrix = (
                parameter.ndim > 1 and "shared" not in name and "embed_positions" not in name
            )
            decay = config.weight_decay if is_matrix else 0.0
            groups.setdefault((lr, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": lr, "peak_lr": lr, "weight_decay": decay}
        for (lr, decay), parameters in groups.items()
    ]


def save_model(model: MarianMTModel, folder: Path) -> None:
    """Writes weights and configuration; the weights' file is replaced in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    model.config.save_pretrained(folder)
    # The output layer is the embedding under another name: one of the two is written.
    names = {name for name, _ in (*model.named_parameters(), *model.named_buffers())}
    state = {name: tensor for name, tensor in model.state_dict().items() if name in names}
    saved = {name: tensor.contiguous() for name, tensor in state.items()}
    with whole_file(folder / "model.safetensors") as file:
        save_file(saved, file.name, {"format": "pt"})


def load_model(folder: Path) -> MarianMTModel:
    """The trained model, ready to predict."""
    if not (folder / "model.safetensors").exists():
        raise SystemExit(f"no trained model in {folder}: run train.py first")
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float32)
    return model.eval()
