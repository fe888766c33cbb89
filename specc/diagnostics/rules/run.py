"""SP6xx: running a generated project."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule

TRAINING_FAILED = Rule(
    code="SP601",
    name="training-failed",
    explanation=(
        "The training program ended with an error. Its last lines are printed, and all of them "
        "are in the log; `python train.py` in the project's folder is the same program without "
        "specc."
    ),
    bad="specc run intents.yaml  # after an edit of model.py that breaks it",
    good="cd intents && python -m pytest tests  # finds a broken edit in seconds",
)

LESSER_MACHINE = Rule(
    code="SP660",
    name="lesser-machine",
    explanation=(
        "The project is built for the hardware that the spec declares, and this machine has less: "
        "other CPU instructions, less memory, fewer GPUs or processes. It would "
        "train many times slower, or end for want of memory. The message names each key with both "
        "sides. `--ignore-hardware` trains all the same."
    ),
    bad="hardware: {device: cpu, instructions: amx-bf16}  # and the CPU has avx2",
    good="hardware: {device: cpu, instructions: avx2}",
)

KILLED_BY_SIGNAL = Rule(
    code="SP602",
    name="training-killed",
    explanation=(
        "The system ended the training program from outside. SIGKILL most often means that the "
        "machine or the container ran out of memory; other signals come from a crash in compiled "
        "code. The run can go on from its last checkpoint."
    ),
    bad="training:\n  batch_size: 4096  # more than the memory holds",
    good="training:\n  batch_size: 4096\n  micro_batch: 32  # of them at a time",
)

INTERRUPTED = Rule(
    code="SP603",
    name="run-interrupted",
    explanation=(
        "You stopped the run. The first Ctrl-C (or SIGTERM) asks the training to save and to "
        "leave, which it does after the current step; a second one ends it at once. The same "
        "command with `--resume` goes on from the last checkpoint."
    ),
    bad="specc run intents.yaml  # then Ctrl-C",
    good="specc run intents.yaml --resume",
)

PACKAGE_MISSING = Rule(
    code="SP604",
    name="package-missing",
    explanation=(
        "The generated project imports a package that is not installed where specc runs. The "
        "project's `requirements.txt` has its exact needs; the `train` extra of specc installs "
        "them too."
    ),
    bad="pip install specc && specc run intents.yaml",
    good="pip install 'specc[train]' && specc run intents.yaml",
)

NO_PROJECT = Rule(
    code="SP605",
    name="no-project-to-run",
    explanation=(
        "There is no `train.py` in the folder, so there is nothing to run. `specc build` writes "
        "it; a file that was deleted by hand comes back with the next build."
    ),
    bad="rm runs/intents/train.py    # while `specc run` starts",
    good="specc build intents.yaml && specc run intents.yaml",
)

ALREADY_RUNNING = Rule(
    code="SP606",
    name="already-running",
    explanation=(
        "Another training goes on in this folder and would overwrite the same checkpoints and "
        "results. That holds too if the specc that started it was killed: its training lives on."
    ),
    bad="specc run intents.yaml & specc run intents.yaml",
    good="specc run intents.yaml & specc run intents.yaml -o runs/intents-2",
)

OUT_OF_MEMORY = Rule(
    code="SP607",
    name="out-of-memory",
    explanation=(
        "The accelerator, or the machine, had no memory left for a tensor. What fills it grows "
        "with the texts that pass through the network at a time and with their length; a batch in "
        "parts (`micro_batch`) trains the same. Of each layer, `gradient_checkpointing: true` "
        "keeps only what enters it. Other programs on the same device take their share too."
    ),
    bad="training:\n  batch_size: 512",
    good="training:\n  batch_size: 512\n  micro_batch: 64",
)

OUTPUT_NOT_WRITABLE = Rule(
    code="SP608",
    name="results-not-writable",
    explanation="The folder for results cannot be created or written to, so nothing was started.",
    bad="specc run intents.yaml -o /results/intents    # a folder of somebody else's",
    good="specc run intents.yaml -o runs/intents",
)

DISK_TOO_SMALL = Rule(
    code="SP614",
    name="disk-too-small",
    explanation=(
        "A checkpoint holds the weights and the optimizer's state. The ones that are kept, one "
        "more while it is written, and the best model are more than the file system of the output "
        "folder has room for: the run could end when it saves. `specc plan` shows the sizes."
    ),
    bad="training:\n  checkpoint: {every: 100, keep: 20}",
    good="training:\n  checkpoint: {every: 100, keep: 2}",
)

LAUNCHER_MISSING = Rule(
    code="SP609",
    name="launcher-missing",
    explanation=(
        "`--on slurm` and `--on ray` hand the training to a cluster with the cluster's own program "
        "(`sbatch`, `ray`), which is not installed where specc runs. SLURM's programs are on its "
        "login nodes; Ray's comes with `pip install 'ray[default,train]'`."
    ),
    bad="specc run intents.yaml --on slurm    # on a laptop",
    good="ssh login-node specc run intents.yaml --on slurm",
)

NOT_BUILT_FOR = Rule(
    code="SP610",
    name="not-built-for",
    explanation=(
        "A project has the files of one launcher, that of `hardware.launcher`; `--on` can hand it "
        "to that one, and `--on local` trains it on this machine."
    ),
    bad="specc run intents.yaml --on slurm    # hardware: {gpu: h100, count: 8}",
    good="specc run intents.yaml --on slurm    # hardware: {gpu: h100, count: 8, launcher: slurm}",
)

SUBMISSION_REFUSED = Rule(
    code="SP611",
    name="submission-refused",
    explanation=(
        "The cluster did not take the job: it asks for more than any partition has, an account is "
        "missing, or nobody answers. Its own words are in the message. For SLURM, defaults such as "
        "partition and account can be set in the environment (SBATCH_PARTITION, SBATCH_ACCOUNT)."
    ),
    bad="specc run intents.yaml --on slurm    # where every job needs an account",
    good="SBATCH_ACCOUNT=lab specc run intents.yaml --on slurm",
)

ENDED_BY_CLUSTER = Rule(
    code="SP612",
    name="ended-by-cluster",
    explanation=(
        "The cluster ended the job, not the training itself: somebody cancelled it, a node failed "
        "and the job may not be requeued, or it took more memory than it had asked for. A job that "
        "is preempted and queued again is followed through."
    ),
    bad="scancel 1234    # while specc follows job 1234",
    good="specc run intents.yaml --on slurm --resume",
)

NODES_ELSEWHERE = Rule(
    code="SP613",
    name="nodes-elsewhere",
    explanation=(
        "The spec is for several machines, and `specc run` alone trains on this one. `--on slurm` "
        "and `--on ray` hand the training to their cluster; `--on local` trains the same batches "
        "with the processes of one node, slower."
    ),
    bad="specc run intents.yaml    # hardware: {gpu: h100, count: 8, nodes: 2, launcher: slurm}",
    good="specc run intents.yaml --on slurm",
)

MORE_CUT_THAN_PLANNED = Rule(
    code="SP645",
    name="more-cut-than-planned",
    explanation=(
        "Where the tokenizer of the base is not at hand, the plan estimates the tokens of a text "
        "from its characters. Identifiers, numbers, code and other scripts can have many more. The "
        "run counts them; texts that are longer than the limit lost their end in training."
    ),
    bad="data: {train: data/logs.csv, max_length: 56}",
    good="data: {train: data/logs.csv, max_length: 128}",
)

OTHER_RUN = Rule(
    code="SP615",
    name="checkpoint-of-another-run",
    explanation=(
        "`--resume` continues a run on the same rows, in the same order and splits, with the same "
        "labels, tokenizer, network, seed, batches and rates: otherwise rows that were trained on "
        "could end up in the test split, and the best score so far would belong to another task. "
        "What decides how long a run is, how often it reports, and where it runs may change: "
        "`epochs`, `steps`, early stopping's `patience`, the intervals, `keep`, `micro_batch`, "
        "the evaluation batch, the device."
    ),
    bad="specc run intents.yaml --resume    # after rows of intents.csv were removed",
    good="specc run intents.yaml --overwrite    # or: -o runs/intents-2",
)

RUN_EXISTS = Rule(
    code="SP616",
    name="run-exists",
    explanation=(
        "The output folder holds the results or the checkpoints of an earlier run, and a new run "
        "would replace them. `--resume` continues a run from its last checkpoint (a finished one "
        "too, for more steps), `--overwrite` replaces it, and `-o` starts the new run elsewhere."
    ),
    bad="specc run intents.yaml && specc run intents.yaml",
    good="specc run intents.yaml && specc run intents.yaml -o runs/intents-2",
)

DAMAGED_CHECKPOINT = Rule(
    code="SP617",
    name="checkpoint-damaged",
    explanation=(
        "A checkpoint is incomplete, or the checksum of a tensor in it is wrong: the disk or a "
        "copy has damaged it. The run continued from the checkpoint before it, where "
        "`training.checkpoint.keep` left one; the damaged one is kept under the name "
        "`step-N.damaged`. Without another checkpoint, the run has to start again."
    ),
    bad="truncate -s 1000 runs/intents/outputs/checkpoints/step-00000012.pt",
    good="training:\n  checkpoint: {every: 100, keep: 2}    # one to fall back on",
)

NO_SPACE = Rule(
    code="SP618",
    name="no-space-left",
    explanation=(
        "The file system of the output folder is full, or a quota is used up. The file that was "
        "being written is removed, and the checkpoints before it are intact, so that the run can "
        "continue once there is space. `specc plan` shows how much a run writes."
    ),
    bad="training:\n  checkpoint: {every: 100, keep: 20}",
    good="training:\n  checkpoint: {every: 100, keep: 2}",
)

RULES: tuple[Rule, ...] = (
    MORE_CUT_THAN_PLANNED,
    TRAINING_FAILED,
    KILLED_BY_SIGNAL,
    INTERRUPTED,
    PACKAGE_MISSING,
    NO_PROJECT,
    ALREADY_RUNNING,
    OUT_OF_MEMORY,
    OUTPUT_NOT_WRITABLE,
    DISK_TOO_SMALL,
    LAUNCHER_MISSING,
    NOT_BUILT_FOR,
    SUBMISSION_REFUSED,
    LESSER_MACHINE,
    ENDED_BY_CLUSTER,
    NODES_ELSEWHERE,
    OTHER_RUN,
    RUN_EXISTS,
    DAMAGED_CHECKPOINT,
    NO_SPACE,
)
