# {% macro find_device() %}
# {% if devices.many and hardware.is_cpu %}
join(config)
# {% elif devices.many %}
device = join(config)
# {% elif hardware.is_auto %}
device = pick_device(config.device)
# {% elif not hardware.is_cpu %}
device = torch.device(config.device)
# {% if hardware.is_cuda %}
if device.type == "cuda" and not torch.cuda.is_available():
    raise SystemExit("no CUDA GPU here; `--device cpu` runs a slow trial")
# {% endif %}
# {% endif %}
# {% if devices.offloads and not hardware.cores %}
# The CPU steps the optimizer; torchrun leaves each process one thread.
torch.set_num_threads(max(1, (os.cpu_count() or 1) // {{ devices.count }}))
# {% endif %}
# {% if hardware.needs_bf16 %}
if device.type == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
    raise SystemExit("this GPU does not multiply bf16; build with `precision: fp16`")
# {% endif %}
# {% endmacro %}


# {% macro make_network() %}
# {% if task.class_weights %}
{{ task.weights_statement }}
# {% endif %}
# {% if training.compiles %}
# Tried on the first batch of the data, so that a resumed run gets the same code.
first_parts, _ = next(iter(train_loader.starting_at(0)))
compiled = compile_forward(model, first_parts[0])
model.zero_grad()
# {% endif %}
network = {{ devices.spread_call }}
torch.manual_seed(config.seed + rank())  # of dropout, which is each process's own
# {% endmacro %}


# {% macro agree() %}
# What one process cannot know: what the others have, and whether one has to stop.
counts = totals(
    sum(len(part["labels"]) for part in parts[:num_own]),
    # {% if devices.counts_rows %}
    sum(len(part["input_ids"]) for part in parts[:num_own]),
    # {% endif %}
    stop.is_set(),
    # {% if training.time_limit %}
    progress.seconds > config.time_limit_s,
    # {% endif %}
)
{{ devices.take_counts }}
# {% endmacro %}


# {% macro read_data() %}
splits = read_splits(config)
# {% if devices.many and not data.on_disk %}
with first_alone():
    # {% if model.is_scratch %}
    tokenizer = load_tokenizer(config, {{ task.corpus }}, output_dir / "model/tokenizer.json")
    # {% else %}
    tokenizer = load_tokenizer(config)
    # {% endif %}
# {% elif model.is_scratch %}
tokenizer = load_tokenizer(config, {{ task.corpus }}, output_dir / "model/tokenizer.json")
# {% else %}
tokenizer = load_tokenizer(config)
# {% endif %}
loaders = {
    name: Loader(
        examples if name == "train" else examples.head(config.max_eval_rows),
        tokenizer,
        config,
        # {% if not hardware.is_cpu %}
        device,
        # {% endif %}
    )
    for name, examples in splits.items()
}
# {% endmacro %}
