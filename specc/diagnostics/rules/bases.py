"""SP430 to SP449: what a base lacks, by its files."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

TOKENIZER_OVER_EMBEDDING = Rule(
    "SP430",
    "tokenizer-over-embedding",
    "The tokenizer has ids for which the embedding of the base has no row, as after `add_tokens` "
    "without `resize_token_embeddings`. A text with such a token ends the training.",
    "model: ./grown   # 540 tokens in tokenizer.json, vocab_size 500 in config.json\n",
    "model: ./grown   # after model.resize_token_embeddings(540), saved again\n",
)
DAMAGED_WEIGHTS = Rule(
    "SP431",
    "damaged-base",
    "A file of the base is not what its name says: a pointer that Git LFS left in its place, a "
    "file that was copied in part, a shard that is missing, or weights under names of a wrapper.",
    "model: ./cloned   # model.safetensors has 134 bytes\n",
    "model: ./cloned   # after: git lfs pull\n",
)
ADAPTER = Rule(
    "SP432",
    "base-is-adapter",
    "The folder holds an adapter (LoRA and its kin): a few matrices that are added to those of "
    "another model. A base is a whole model, so the adapter has to be merged into it.",
    "model: ./my-lora   # adapter_config.json, adapter_model.safetensors\n",
    "model: ./merged   # written by merge_and_unload().save_pretrained('merged')\n",
)
TYPE_NOT_KNOWN = Rule(
    "SP433",
    "model-type-not-known",
    "`model_type` in config.json says which network the weights are for. Without it, or with a "
    "type for which `transformers` has no code of its own, the base cannot be loaded. Code that "
    "comes with a model is not run.",
    "model: ./with-code-of-its-own   # config.json has auto_map\n",
    "model: ./models/my-encoder   # config.json: model_type bert\n",
)
HEAD_NOT_KEPT = Rule(
    "SP434",
    "head-not-kept",
    "`keep_head` goes on from the head that the base was fine-tuned with. Its outputs are found by "
    "the names of their labels in the `id2label` of config.json, so the base and the data must "
    "name the same labels; case does not matter. `LABEL_0` is the name of no label but `0`. A head "
    "that predicts numbers is kept where config.json has `problem_type: regression`.",
    "task: {kind: text-classification, text: text, label: stars}   # 1 to 5\n"
    "model: {base: ./sentiment, keep_head: true}   # negative, positive\n",
    "task: {kind: text-classification, text: text, label: sentiment}   # negative, positive\n"
    "model: {base: ./sentiment, keep_head: true}\n",
)
RULES: tuple[Rule, ...] = (
    TOKENIZER_OVER_EMBEDDING,
    DAMAGED_WEIGHTS,
    ADAPTER,
    TYPE_NOT_KNOWN,
    HEAD_NOT_KEPT,
)
