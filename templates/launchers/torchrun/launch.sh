#!/bin/sh
{% if not launch.several_nodes %}
# sh launch.sh     trains with {{ launch.count }} processes, and goes on from the last checkpoint if there is one.
#
# When a process fails, torchrun ends the others and starts all of them again, at most three times.
{% else %}
# HEAD_NODE=<name of one of the nodes> sh launch.sh     on each of the {{ launch.nodes }} nodes
#
# The nodes meet at HEAD_NODE, whose port 29500 the others have to reach. This folder lies on a file
# system that all of them see. When a process or a node fails, torchrun ends the others and starts
# all of them again, from the last checkpoint.
{% if launch.may_shrink %}
# It does so without the node that is gone, after 30 s in which it may come back; a node that comes
# later is taken in. The batches stay the same.
{% else %}
# All nodes have to be there again: fewer may not hold the model.
{% endif %}
{% endif %}
# SIGTERM saves; a new training starts where there is no outputs/.
set -eu
cd "$(dirname "$0")"
# A store of torchrun's own would outlive the processes: those that are started again would look for
# each other where the dead ones were, and a node that comes back would not learn where to look.
export TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1
{% if not launch.several_nodes %}
exec torchrun --standalone --nproc-per-node={{ launch.count }} --max-restarts=3 --shutdown-timeout=120 \
    train.py --resume "$@"
{% else %}
exec torchrun --nnodes={{ launch.min_nodes }}:{{ launch.nodes }} --nproc-per-node={{ launch.count }} --max-restarts=3 --shutdown-timeout=120 \
    --rdzv-backend=c10d --rdzv-endpoint="${HEAD_NODE:?is not set}:29500" --rdzv-id={{ project.name }} \
    train.py --resume "$@"
{% endif %}
