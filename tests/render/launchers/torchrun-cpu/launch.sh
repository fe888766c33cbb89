#!/bin/sh
# sh launch.sh     trains with 1 processes, and goes on from the last checkpoint if there is one.
#
# When a process fails, torchrun ends the others and starts all of them again, at most three times.
# SIGTERM saves; a new training starts where there is no outputs/.
set -eu
cd "$(dirname "$0")"
exec torchrun --standalone --nproc-per-node=1 --max-restarts=3 --shutdown-timeout=120 \
    train.py --resume "$@"
