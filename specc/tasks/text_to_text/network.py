"""Names for the templates that the network decides: classes, tokenizer, states, levers."""

from __future__ import annotations

from typing import Any

from specc.language.model import Scratch
from specc.plan.architectures import FAMILIES
from specc.plan.encoder_decoders import EncoderDecoder
from specc.plan.plan import Plan
from specc.plan.unlisted import local_config
from specc.render.context.step import dropout_seed
from specc.render.context.training import hardware_context
from specc.tasks.text_to_text.language import task_of

SPECIAL = ["<pad>", "</s>", "<unk>"]
"""Of a tokenizer that is trained; ids 0, 1 and 2."""

CHUNK_LOGITS = 2**22
"""Logits that exist at a time: 16 MiB in float32, which a CPU's cache nearly holds."""

_TINY = {"layers": 2, "hidden_size": 32, "heads": 2, "feed_forward_size": 64, "max_positions": 64}


def family_of(plan: Plan) -> EncoderDecoder:
    """The family, which the plan has made sure is known."""
    name = plan.base.family.name if plan.base and plan.base.family else plan.spec.model.architecture
    family = FAMILIES[str(name)]
    assert isinstance(family, EncoderDecoder)
    return family


def _tiny_lines(plan: Plan, family: EncoderDecoder) -> list[str]:
    """Sizes of the smoke test's model, with as many layers as the project freezes by name."""
    sizes = dict(_TINY)
    frozen = [part for pattern in plan.frozen for part in pattern.split(".") if part.isdigit()]
    sizes["layers"] = max([2, *(int(part) + 1 for part in frozen)])
    lines = ["vocab_size=64"]
    lines += [f"{key}={sizes[name]}" for name, key in family.sizes.items()]
    if family.name == "t5":
        lines.append("d_kv=16")
    else:
        lines += [f"decoder_layers={sizes['layers']}", "decoder_attention_heads=2"]
        lines += ["decoder_ffn_dim=64", "forced_eos_token_id=None"]
    lines += ["pad_token_id=0", "bos_token_id=None", "eos_token_id=1", "decoder_start_token_id=0"]
    if plan.spec.model.dropout is not None:
        lines += [f"{name}=config.dropout" for name in family.dropouts]
    return lines


def model_names(plan: Plan) -> dict[str, Any]:
    """What differs from the names of encoders."""
    family, task = family_of(plan), task_of(plan.spec)
    languages = ("src_lang=config.source_language", "tgt_lang=config.target_language")
    scratch = plan.base is None
    article = "An" if family.name in ("mbart", "m2m_100") else "A"
    steps = ["build", *(["freeze"] if plan.frozen else []), "group parameters", "save", "load"]
    names: dict[str, Any] = {
        "tiny_lines": _tiny_lines(plan, family),
        "special_tokens": SPECIAL,
        "unknown_token": "<unk>",
        "around": {"single": "$A </s>", "pair": "$A $B </s>"},
        "around_tokens": ("</s>",),
        "tokenizer_lines": languages if family.names_languages and task.source_language else (),
        "module_doc": f"{article} {family.name} encoder-decoder: {', '.join(steps)}.",
        "build_doc": "The model with random weights." if scratch else "The pretrained model.",
    }
    return names


def network_names(plan: Plan) -> dict[str, Any]:
    """Names under `task`: how tokens become states, and states losses."""
    family, pretrained = family_of(plan), plan.base is not None
    tokenizer_file = plan.base is None or plan.base.reads_tokenizer_file
    # From scratch the bias is nought, and not trained: nothing is added.
    has_bias = pretrained and family.output_bias
    names_languages = pretrained and family.names_languages
    starts_later = plan.spec.data.truncation == "start" and tokenizer_file
    targets = "targets" if plan.on_disk else "examples.targets"
    side = ', "left"' if starts_later else ""
    target = "" if tokenizer_file else ", is_target=True"
    attention = family.encoder.replace("Model", "Attention")
    name = family.model_class(plan.spec.task.NETWORK.model_class)
    return {
        "encoder": f"model.{family.stacks}encoder",
        "decoder": f"model.{family.stacks}decoder",
        "scales_output": family.scales_output,
        "has_output_bias": has_bias,
        "weight_doc": "(V, H + 1), its bias in the last column" if has_bias else "(V, H)",
        "names_languages": names_languages,
        "pad_id_call": (
            'tokenizer.token_to_id("<pad>")' if tokenizer_file else "tokenizer.pad_token_id"
        ),
        **_missing_end(plan),
        "source_call": f"encode(tokenizer, sources, config.max_length{side})",
        "target_call": f"encode(tokenizer, {targets}, config.max_target_length{target})",
        "lower_dtype": _lower_dtype(plan),
        "generate_within": _within(plan),
        # T5 has modules for it but in attention; the others call torch's function everywhere.
        "gives_dropout": family.name != "t5",
        "attention_class": attention,
        "network_import": f"from {family.module} import {attention}, {name}",
        "has_position_bias": family.name == "t5",
    }


def _missing_end(plan: Plan) -> dict[str, Any]:
    """The end of a text and its id, where the local tokenizer.json does not put it there itself."""
    base, none = plan.base, {"adds_end": "", "adds_end_id": ""}
    if base is None or base.tokenizer is None or not base.reads_tokenizer_file:
        return none
    from tokenizers import Tokenizer  # here, because a check of the spec alone has no use for it

    end = local_config(base).get("eos_token_id")
    tokenizer = Tokenizer.from_file(str(base.tokenizer))
    token = tokenizer.id_to_token(end) if isinstance(end, int) else None
    if token is None or tokenizer.encode("").ids[-1:] == [end]:
        return none
    return {"adds_end": token, "adds_end_id": str(end)}


def _lower_dtype(plan: Plan) -> str:
    """What the states are multiplied in; empty for float32."""
    match plan.hardware.precision:
        case "bf16":
            return "torch.bfloat16"
        case "fp16":
            return "torch.float16"
        case "auto":
            return "torch.bfloat16 if has_bf16(states.device) else torch.float32"
        case _:
            return ""


def _within(plan: Plan) -> str:
    """The contexts in which texts are written."""
    autocast = hardware_context(plan)["autocast_loader"]
    seeded = ["torch.random.fork_rng()"] if plan.task.writing.samples else []
    return ", ".join([*([autocast] if autocast else []), *seeded])


def kernel_names(plan: Plan) -> dict[str, Any]:
    """How large a chunk of the loss is, and how the levers are pulled."""
    model = plan.spec.model
    vocabulary = model.tokenizer.vocab_size if isinstance(model, Scratch) else 50_000
    rows = max(32, min(1024, CHUNK_LOGITS // vocabulary // 32 * 32))
    return {"loss_chunk": rows, "call": f"speed_up(model, {dropout_seed(plan)})"}
