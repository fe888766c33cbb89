"""SP24x to SP26x: keys of `model`, `training` and `hardware` that do not go together."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

_SCRATCH = "model: {architecture: bert, "

HEADS_DO_NOT_DIVIDE = Rule(
    "SP241",
    "heads-do-not-divide",
    "Attention cuts the width of a token into equal parts, one a head, so `hidden_size` has to be "
    "a multiple of `heads`.",
    _SCRATCH + "hidden_size: 100, heads: 8}\n",
    _SCRATCH + "hidden_size: 96, heads: 8}\n",
)
REVISION_WITHOUT_HUB = Rule(
    "SP242",
    "revision-without-hub",
    "`revision` picks a commit, tag or branch of a hub repository. A local folder and an installed "
    "package have no revisions; they are what is there.",
    "model: {base: ./my-model, revision: main}\n",
    "model: {base: ./my-model}\n",
)
MALFORMED_BASE = Rule(
    "SP243",
    "malformed-base",
    "A base is a hub id (`name` or `owner/name`), a local folder that starts with `.` or `/`, or "
    "`package:<python package>/<folder>`. A folder that starts otherwise would be looked up on the "
    "hub.",
    "model: models/2024/my-model\n",
    "model: ./models/2024/my-model\n",
)
REDUNDANT_FREEZE = Rule(
    "SP244",
    "redundant-freeze",
    "`freeze: encoder` freezes everything below the head. Whatever else the list names is frozen "
    "already, or is not what was meant.",
    "model: {base: bert-base-uncased, freeze: [encoder, embeddings]}\n",
    "model: {base: bert-base-uncased, freeze: encoder}\n",
)
KEY_OF_FROZEN_ENCODER = Rule(
    "SP245",
    "key-of-frozen-encoder",
    "A frozen encoder runs as at inference: nothing in it is trained and none of its dropout is "
    "active. Its learning rate, layer decay and dropout then do nothing. No gradient passes it "
    "either, so it keeps no activations that gradient checkpointing could save, and what is left "
    "of a step is too little to compile.",
    "model: {base: bert-base-uncased, freeze: encoder}\n"
    "training: {learning_rate: {encoder: 2e-5, layer_decay: 0.9}}\n",
    "model: {base: bert-base-uncased, freeze: encoder}\ntraining: {learning_rate: 1e-3}\n",
)
ACTIVATION_WITHOUT_LAYER = Rule(
    "SP246",
    "activation-without-layer",
    "The activation stands after each hidden layer of the head. A head without hidden layers is "
    "one linear map, and has no place for it.",
    "model: {base: bert-base-uncased, head: {activation: gelu}}\n",
    "model: {base: bert-base-uncased, head: {hidden: 128, activation: gelu}}\n",
)
LENGTH_OVER_POSITIONS = Rule(
    "SP247",
    "length-over-positions",
    "`max_positions` is the longest sequence that the model can read, so texts of `max_length` "
    "tokens would not fit into it.",
    _SCRATCH + "max_positions: 128}\ndata: {train: a.csv, max_length: 256}\n",
    _SCRATCH + "max_positions: 256}\ndata: {train: a.csv, max_length: 256}\n",
)
EPOCHS_AND_STEPS = Rule(
    "SP251",
    "epochs-and-steps",
    "The length of the training is given either in passes over the data or in optimizer steps; "
    "with both, one of them would do nothing.",
    "training: {epochs: 3, steps: 1000}\n",
    "training: {epochs: 3}\n",
)
WARMUP_NOT_WHOLE = Rule(
    "SP252",
    "warmup-not-whole",
    "A warm-up below 1 is a share of all steps; from 1 on it is a number of steps, and so a whole "
    "number.",
    "training: {warmup: 1.5}\n",
    "training: {warmup: 0.15}\n",
)
WARMUP_TOO_LONG = Rule(
    "SP253",
    "warmup-longer-than-training",
    "The warm-up takes all steps of the training, so the learning rate never reaches its peak.",
    "training: {steps: 100, warmup: 500}\n",
    "training: {steps: 100, warmup: 10}\n",
)
CADENCE_TOO_LONG = Rule(
    "SP254",
    "cadence-longer-than-training",
    "Something is to happen every so many steps, and the training is over before the first time.",
    "training: {steps: 100}\nevaluation: {every: 500}\n",
    "training: {steps: 100}\nevaluation: {every: 50}\n",
)
NO_VALIDATION = Rule(
    "SP255",
    "validation-key-without-validation",
    "The key acts on scores of the validation split, and this spec has none: there is no "
    "`data.validation`, and `data.split.validation` is 0.",
    "data: {train: a.csv, split: {validation: 0}}\ntraining: {early_stopping: 3}\n",
    "data: {train: a.csv, split: {validation: 0.1}}\ntraining: {early_stopping: 3}\n",
)
NESTEROV_WITHOUT_MOMENTUM = Rule(
    "SP256",
    "nesterov-without-momentum",
    "Nesterov's method looks ahead along the momentum, and there is none.",
    "training: {optimizer: {kind: sgd, momentum: 0, nesterov: true}}\n",
    "training: {optimizer: {kind: sgd, momentum: 0.9, nesterov: true}}\n",
)
MICRO_BATCH_OVER_BATCH = Rule(
    "SP257",
    "micro-batch-over-batch",
    "`batch_size` is what one optimizer step learns from, and `micro_batch` how much of it passes "
    "through the network at a time: a part of the batch, or all of it.",
    "training: {batch_size: 16, micro_batch: 32}\n",
    "training: {batch_size: 32, micro_batch: 16}\n",
)
FP16_WITHOUT_CUDA = Rule(
    "SP261",
    "fp16-without-cuda",
    "fp16 has so small a range that gradients need scaling, which is only done on CUDA. On a CPU "
    "it is slower than fp32 as well.",
    "hardware: {device: cpu, precision: fp16}\n",
    "hardware: {device: cpu, precision: fp32}\n",
)
CPU_KEY_ELSEWHERE = Rule(
    "SP262",
    "cpu-key-for-other-device",
    "`instructions` and `cores` describe the CPU on which the arithmetic is done. With the "
    "arithmetic on another device they do nothing.",
    "hardware: {device: cuda, cores: 8}\n",
    "hardware: {device: cpu, cores: 8}\n",
)
BF16_WITHOUT_INSTRUCTIONS = Rule(
    "SP263",
    "bf16-without-instructions",
    "The declared CPU has no instructions for bf16, so each operation would be emulated and "
    "several times slower than fp32.",
    "hardware: {device: cpu, instructions: avx2, precision: bf16}\n",
    "hardware: {device: cpu, instructions: amx-bf16, precision: bf16}\n",
)
DEVICE_CONTRADICTS_GPU = Rule(
    "SP266",
    "device-contradicts-gpu",
    "`gpu` names a device of one kind: `cuda` for NVIDIA and AMD, `mps` for Apple. `device` beside "
    "it can only repeat that, and says something else here.",
    "hardware: {device: cpu, gpu: t4}\n",
    "hardware: {gpu: t4}\n",
)
PRECISION_NOT_OF_GPU = Rule(
    "SP267",
    "precision-not-of-gpu",
    "The GPU does not multiply in this precision: NVIDIA's have bf16 from compute capability 8.0 "
    "on (the A100 of 2020), and tf32 too, which leaves out the V100, the T4 and the RTX 20 series.",
    "hardware: {gpu: t4, precision: bf16}\n",
    "hardware: {gpu: t4, precision: fp16}\n",
)
MEMORY_OVER_GPU = Rule(
    "SP268",
    "memory-over-gpu",
    "`memory` is that of one device, and the GPU that is named has less. A plan that counts on "
    "memory which is not there fails in the first step.",
    "hardware: {gpu: t4, memory: 24GiB}\n",
    "hardware: {gpu: l4, memory: 24GiB}\n",
)
KEY_NOT_FOR_TASK = Rule(
    "SP264",
    "key-not-for-task",
    "The key belongs to the language, and has nothing to act on in a task of this kind. A knob "
    "that turns no wheel is refused, so that nobody believes in it.",
    "task: {kind: token-classification, tokens: tokens, tags: tags}\n"
    "model: {base: bert-base-cased, head: {pooling: mean}}\n",
    "task: {kind: token-classification, tokens: tokens, tags: tags}\nmodel: bert-base-cased\n",
)
ARCHITECTURE_NOT_FOR_TASK = Rule(
    "SP265",
    "architecture-not-for-task",
    "Tasks that label texts or words need an encoder, which reads in both directions; those that "
    "continue a text need a decoder; those that write a text for another one need both.",
    "task: {kind: text-classification, text: message, label: intent}\n"
    "model: {architecture: gpt2}\n",
    "task: {kind: text-classification, text: message, label: intent}\n"
    "model: {architecture: bert}\n",
)
KEPT_AND_OWN_HEAD = Rule(
    "SP229",
    "kept-and-own-head",
    "`keep_head` goes on from the head that the base was fine-tuned with, and `head` puts a new "
    "one in its place.",
    "model: {base: ./sentiment, keep_head: true, head: {pooling: mean}}\n",
    "model: {base: ./sentiment, keep_head: true}\n",
)

RULES = (
    HEADS_DO_NOT_DIVIDE,
    REVISION_WITHOUT_HUB,
    MALFORMED_BASE,
    REDUNDANT_FREEZE,
    KEY_OF_FROZEN_ENCODER,
    ACTIVATION_WITHOUT_LAYER,
    KEPT_AND_OWN_HEAD,
    LENGTH_OVER_POSITIONS,
    EPOCHS_AND_STEPS,
    WARMUP_NOT_WHOLE,
    WARMUP_TOO_LONG,
    CADENCE_TOO_LONG,
    NO_VALIDATION,
    NESTEROV_WITHOUT_MOMENTUM,
    MICRO_BATCH_OVER_BATCH,
    FP16_WITHOUT_CUDA,
    CPU_KEY_ELSEWHERE,
    BF16_WITHOUT_INSTRUCTIONS,
    DEVICE_CONTRADICTS_GPU,
    PRECISION_NOT_OF_GPU,
    MEMORY_OVER_GPU,
    KEY_NOT_FOR_TASK,
    ARCHITECTURE_NOT_FOR_TASK,
)
