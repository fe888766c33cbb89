"""Writes text token by token: the samples of a run, and what predict.py prints."""

from typing import Any

import torch
from tokenizers import Tokenizer

from config import Config
from distributed import from_first
from model import END_ID, end_id
{{ model.class_import }}


def draw(logits: torch.Tensor, config: Config, generator: torch.Generator) -> int:
    """One token by its logits (V,); at temperature 0 the likeliest."""
    if config.temperature == 0:
        return int(logits.argmax())
    shares, order = (logits / config.temperature).softmax(-1).sort(descending=True)
    # Nucleus sampling (arXiv:1904.09751): the token that reaches the sum still counts.
    kept = shares.cumsum(-1) - shares < config.top_p
    kept[config.top_k or len(kept) :] = False
    return int(order[torch.multinomial(shares * kept, 1, generator=generator)])


# {% if hardware.writes_within %}
@{{ hardware.writes_within }}  # the kernel of attention reads half precision alone
# {% endif %}
@torch.inference_mode()
def generate(
    model: {{ model.class_name }},
    tokenizer: Tokenizer,
    prompt: str,
    config: Config,
    generator: torch.Generator,
) -> tuple[str, bool]:
    """How the model goes on from `prompt`, and whether it came to an end by itself.

    The prompt opens a document, as in training; of one longer than a block, the last tokens are
    {{ task.reading_doc }}
    """
    end = {{ task.end_id }}
    # {% if model.is_scratch %}
    ids = [end, *tokenizer.encode(prompt, add_special_tokens=False).ids]
    # {% else %}
    opening = (tokenizer.encode("").ids or [end])[:1]
    ids = opening + tokenizer.encode(prompt, add_special_tokens=False).ids
    # {% endif %}
    num_given, window = len(ids), config.block_size
    # {% if task.caches %}
    cache: Any = None
    unread = ids[-window:]
    # {% endif %}
    while len(ids) < num_given + config.max_new_tokens:
        # {% if task.caches %}
        if cache is not None and cache.get_seq_length() + len(unread) > window:
            cache, unread = None, ids[-(window // 2) :]
        # {% endif %}
        output = model(
            # {% if hardware.is_cpu %}
            input_ids=torch.tensor([{{ task.unread }}]),
            # {% else %}
            input_ids=torch.tensor([{{ task.unread }}], device=model.device),
            # {% endif %}
            # {% if task.caches %}
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
            # {% else %}
            use_cache=False,
            # {% endif %}
        )
        # {% if task.caches %}
        cache = output.past_key_values
        # {% endif %}
        # {% if devices.is_fsdp %}
        # The first process draws for all, so that none comes to an end while the others wait for it.
        token = from_first(draw(output.logits[0, -1].float().cpu(), config, generator))
        # {% else %}
        token = draw(output.logits[0, -1].float().cpu(), config, generator)
        # {% endif %}
        if token == end:
            return {{ task.written }}, True
        ids.append(token)
        # {% if task.caches %}
        unread = [token]
        # {% endif %}
    return {{ task.written }}, False


# {% if not model.is_scratch %}
def written(tokenizer: Tokenizer, ids: list[int], num_given: int) -> str:
    """The text of the tokens behind the prompt; alone, some tokenizers drop the space before it."""
    return tokenizer.decode(ids)[len(tokenizer.decode(ids[:num_given])) :]


# {% endif %}
def samples(model: {{ model.class_name }}, tokenizer: Tokenizer, config: Config) -> list[dict[str, str]]:
    """One continuation of each prompt of the configuration, with random numbers of its own."""
    generator = torch.Generator().manual_seed(config.seed)
    model.eval()
    texts = [generate(model, tokenizer, prompt, config, generator)[0] for prompt in config.prompts]
    model.train()
    return [{"prompt": prompt, "text": text} for prompt, text in zip(config.prompts, texts, strict=True)]
