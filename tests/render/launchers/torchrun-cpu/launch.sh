#!/bin/sh
# sh launch.sh     trains with 1 processes, and goes on from the last checkpoint if there is one.
#
# When a process fails, torchrun ends the others and starts all of them again, at most three times.
# SIGTERM saves; a new training starts where there is no outputs/.
set -eu
cd "$(dirname "$0")"
# A store of torchrun's own would outlive the processes: those that are started again would look for
# each other where the dead ones were, and a node that comes back would not learn where to look.
export TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1
exec torchrun --standalone --nproc-per-node=1 --max-restarts=3 --shutdown-timeout=120 \
    train.py --resume "$@"
