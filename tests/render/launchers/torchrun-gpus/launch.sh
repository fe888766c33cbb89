#!/bin/sh
# HEAD_NODE=<name of one of the nodes> sh launch.sh     on each of the 2 nodes
#
# The nodes meet at HEAD_NODE, whose port 29500 the others have to reach. This folder lies on a file
# system that all of them see. When a process or a node fails, torchrun ends the others and starts
# all of them again, from the last checkpoint.
# All nodes have to be there again: fewer may not hold the model.
# SIGTERM saves; a new training starts where there is no outputs/.
set -eu
cd "$(dirname "$0")"
# A store of torchrun's own would outlive the processes: those that are started again would look for
# each other where the dead ones were, and a node that comes back would not learn where to look.
export TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1
exec torchrun --nnodes=2:2 --nproc-per-node=8 --max-restarts=3 --shutdown-timeout=120 \
    --rdzv-backend=c10d --rdzv-endpoint="${HEAD_NODE:?is not set}:29500" --rdzv-id=intents \
    train.py --resume "$@"
