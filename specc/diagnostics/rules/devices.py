"""Several devices: keys that do not go together."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

KEY_OF_MANY_DEVICES = Rule(
    "SP290",
    "key-of-many-devices",
    "`strategy`, `tensor_parallel`, `offload` and `timeout` say how several processes work "
    "together, and there is one. `count` is the number of devices of a node, `nodes` the number of "
    "machines.",
    "hardware: {gpu: h100, strategy: ddp}\n",
    "hardware: {gpu: h100, count: 4, strategy: ddp}\n",
)
NODES_WITHOUT_LAUNCHER = Rule(
    "SP291",
    "nodes-without-launcher",
    "Processes on several machines have to be started on each of them and told where the others "
    "are. torchrun does that where somebody starts it on every node; SLURM, Kubernetes, Ray and "
    "SkyPilot do all of it.",
    "hardware: {gpu: h100, count: 8, nodes: 2}\n",
    "hardware: {gpu: h100, count: 8, nodes: 2, launcher: slurm}\n",
)
COUNT_OF_NO_DEVICE = Rule(
    "SP292",
    "count-of-no-device",
    "Several devices need a device that is declared: CUDA GPUs, which talk through NCCL, or a CPU, "
    "of which each process takes a part. Apple's GPU is one, and `auto` is known only when "
    "training starts.",
    "hardware: {device: auto, count: 4}\n",
    "hardware: {device: cuda, count: 4}\n",
)
PROCESSES_OVER_BATCH = Rule(
    "SP293",
    "processes-over-batch",
    "Each step shares the rows of a batch out among the processes. With more processes than rows, "
    "some of them never have any.",
    "training: {batch_size: 4}\nhardware: {gpu: h100, count: 8}\n",
    "training: {batch_size: 32}\nhardware: {gpu: h100, count: 8}\n",
)
MICRO_BATCH_OVER_SHARE = Rule(
    "SP294",
    "micro-batch-over-share",
    "`batch_size` is what one step of all processes learns from, and `micro_batch` how much passes "
    "through the network of one of them at a time: at most its share of the batch.",
    "training: {batch_size: 32, micro_batch: 16}\nhardware: {gpu: h100, count: 4}\n",
    "training: {batch_size: 32, micro_batch: 8}\nhardware: {gpu: h100, count: 4}\n",
)
NOT_WITH_FSDP = Rule(
    "SP295",
    "not-with-fsdp",
    "Under FSDP a parameter is spread over all devices, and each sees its own rows. What looks at "
    "whole tensors (Adafactor, 8-bit AdamW, penalties on weights), at all gradients before they "
    "are summed (the loss scale of fp16) or at the whole network (torch.compile) does not work on "
    "them.",
    "training: {l2: 0.001}\nhardware: {gpu: h100, count: 8, strategy: fsdp}\n",
    "training: {weight_decay: 0.01}\nhardware: {gpu: h100, count: 8, strategy: fsdp}\n",
)

PURE_BF16_OF_MANY = Rule(
    "SP289",
    "pure-bf16-of-many",
    "`bf16-pure` keeps float32 copies of all weights beside the model. Several devices have a "
    "better way: FSDP spreads the float32 weights over them and computes in bf16.",
    "hardware: {gpu: h100, count: 4, precision: bf16-pure}\n",
    "hardware: {gpu: h100, count: 4, strategy: fsdp, precision: bf16}\n",
)

OFFLOAD_WITHOUT_SHARES = Rule(
    "SP288",
    "offload-without-shares",
    "`offload: true` keeps what FSDP gives each GPU, a share of weights, gradients and optimizer "
    "state, in host memory: a layer comes to the GPU to compute, and the CPU steps the optimizer. "
    "DDP has no shares, and a CPU has no other memory.",
    "hardware: {gpu: rtx-4090, count: 4, strategy: ddp, offload: true}\n",
    "hardware: {gpu: rtx-4090, count: 4, strategy: fsdp, offload: true}\n",
)
TENSOR_PARALLEL_OF_NODE = Rule(
    "SP287",
    "tensor-parallel-of-node",
    "Devices that hold layers together send each other the results of every layer, forward and "
    "backward: they stand in one machine, whose `count` devices form groups of `tensor_parallel`.",
    "hardware: {gpu: h100, count: 4, strategy: fsdp, tensor_parallel: 3}\n",
    "hardware: {gpu: h100, count: 4, strategy: fsdp, tensor_parallel: 2}\n",
)
TENSOR_PARALLEL_WITH_DDP = Rule(
    "SP286",
    "tensor-parallel-with-ddp",
    "With `tensor_parallel` no device holds whole layers, and with `strategy: ddp` each holds all "
    "of them. Between the groups, FSDP spreads what each group holds.",
    "hardware: {gpu: h100, count: 8, strategy: ddp, tensor_parallel: 2}\n",
    "hardware: {gpu: h100, count: 8, strategy: fsdp, tensor_parallel: 2}\n",
)

RULES = (
    KEY_OF_MANY_DEVICES,
    NODES_WITHOUT_LAUNCHER,
    COUNT_OF_NO_DEVICE,
    PROCESSES_OVER_BATCH,
    MICRO_BATCH_OVER_SHARE,
    NOT_WITH_FSDP,
    PURE_BF16_OF_MANY,
    OFFLOAD_WITHOUT_SHARES,
    TENSOR_PARALLEL_OF_NODE,
    TENSOR_PARALLEL_WITH_DDP,
)
