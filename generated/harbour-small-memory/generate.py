"""Writes text token by token: the samples of a run, and what predict.py prints."""

from typing import Any

import torch
from tokenizers import Tokenizer

from config import Config
from model import END_ID, GPT2LMHeadModel


def draw(logits: torch.Tensor, config: Config, generator: torch.Generator) -> int:
    """One token by its logits (V,); at temperature 0 the likeliest."""
    if config.temperature == 0:
        return int(logits.argmax())
    shares, order = (logits / config.temperature).softmax(-1).sort(descending=True)
    # Nucleus sampling (arXiv:1904.09751): the token that reaches the sum still counts.
    kept = shares.cumsum(-1) - shares < config.top_p
    kept[config.top_k or len(kept) :] = False
    return int(order[torch.multinomial(shares * kept, 1, generator=generator)])


@torch.inference_mode()
def generate(
    model: GPT2LMHeadModel,
    tokenizer: Tokenizer,
    prompt: str,
    config: Config,
    generator: torch.Generator,
) -> tuple[str, bool]:
    """How the model goes on from `prompt`, and whether it came to an end by itself.

    The prompt opens a document, as in training; of one longer than a block, the last tokens are
    read. Keys and values of what was read are kept; when the window of a block is full, its last
    half is read anew.
    """
    end = END_ID
    ids = [end, *tokenizer.encode(prompt, add_special_tokens=False).ids]
    num_given, window = len(ids), config.block_size
    cache: Any = None
    unread = ids[-window:]
    while len(ids) < num_given + config.max_new_tokens:
        if cache is not None and cache.get_seq_length() + len(unread) > window:
            cache, unread = None, ids[-(window // 2) :]
        output = model(
            input_ids=torch.tensor([unread]),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        cache = output.past_key_values
        token = draw(output.logits[0, -1].float().cpu(), config, generator)
        if token == end:
            return tokenizer.decode(ids[num_given:]), True
        ids.append(token)
        unread = [token]
    return tokenizer.decode(ids[num_given:]), False


def samples(model: GPT2LMHeadModel, tokenizer: Tokenizer, config: Config) -> list[dict[str, str]]:
    """One continuation of each prompt of the configuration, with random numbers of its own."""
    generator = torch.Generator().manual_seed(config.seed)
    model.eval()
    texts = [generate(model, tokenizer, prompt, config, generator)[0] for prompt in config.prompts]
    model.train()
    return [
        {"prompt": prompt, "text": text} for prompt, text in zip(config.prompts, texts, strict=True)
    ]
