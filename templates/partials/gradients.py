# {% macro compiled() %}
# {% if training.compiles and not devices.many %}
# Compile: tried on the first batch of the data, so that a resumed run gets the same code
# {% if training.accumulates %}
first_batch = next(iter(train_loader.starting_at(0)))[0]
# {% else %}
first_batch = next(iter(train_loader.starting_at(0)))
# {% endif %}
forward = compile_forward(model, first_batch)
optimizer.zero_grad()
# {% endif %}
# {% endmacro %}


# {% macro gradients() %}
# {% if devices.many %}
# {% if task.weighs_labels %}
own_weights = [class_weights[part["labels"]].sum().cpu() for part in parts[:num_own]]
label_weight = {{ devices.label_weight }}
# {% endif %}
step_loss = torch.zeros(())
# Each part's loss is its share of the mean over the batch, so that the gradients add up.
for number, part in enumerate(parts):
    # {% if devices.is_fsdp %}
    # A row that another process learns from fills a part that has none.
    loss = network(part, {{ devices.divisor }}) * (number < num_own)
    # Gradients are averaged over the processes, and are meant to be added up.
    {{ devices.backward }}
    # {% else %}
    with summing(network, is_last=number == len(parts) - 1):
        # A row that another process learns from fills a part that has none.
        loss = network(part, {{ devices.divisor }}) * (number < num_own)
        # Gradients are averaged over the processes, and are meant to be added up.
        {{ devices.backward }}
    # {% endif %}
    step_loss = step_loss + loss.detach()
# {% if training.has_penalty %}
{{ training.penalty_backward }}
# {% endif %}
# {% if training.uses_scaler and training.clips %}
scaler.unscale_(optimizer)
# {% endif %}
# {% elif training.accumulates %}
# {% if task.weighs_labels %}
label_weight = class_weights[torch.cat([part["labels"] for part in parts])].sum()
# {% endif %}
step_loss = torch.zeros(())
# Each part's loss is its share of the mean over the batch, so that the gradients add up.
for part in parts:
    # {% if hardware.autocast %}
    with {{ hardware.autocast }}:
        {{ task.forward_statement }}
    # {% else %}
    {{ task.forward_statement }}
    # {% endif %}
    loss = {{ task.loss_expression }}
    {{ training.backward }}
    step_loss = step_loss + loss.detach()
# {% if training.has_penalty %}
{{ training.penalty_backward }}
# {% endif %}
# {% if training.uses_scaler and training.clips %}
scaler.unscale_(optimizer)
# {% endif %}
# {% else %}
# {% if hardware.autocast %}
with {{ hardware.autocast }}:
    {{ task.forward_statement }}
# {% else %}
{{ task.forward_statement }}
# {% endif %}
loss = {{ task.loss_expression }}
# {% if training.uses_scaler %}
scaler.scale({{ training.objective }}).backward()
# {% if training.clips %}
scaler.unscale_(optimizer)
# {% endif %}
# {% else %}
{{ training.objective_statement }}.backward()
# {% endif %}
# {% endif %}
# {% endmacro %}


# {% macro take_step() %}
# {% if training.clips and devices.divides %}
norm = clip_gradients({{ training.stepped }}, config.gradient_clip)
# {% elif training.clips %}
norm = torch.nn.utils.clip_grad_norm_({{ training.stepped }}.parameters(), config.gradient_clip)
# {% if devices.is_fsdp %}
norm = whole_norm(norm)
# {% endif %}
# {% endif %}
# {% if training.uses_scaler %}
scaler.step(optimizer)
scaler.update()
# {% else %}
optimizer.step()
# {% endif %}
# {% if hardware.pure_bf16 %}
round_weights(masters, model)
# {% endif %}
# {% if devices.keeps_gradients %}
# Not freed: they stay views of DDP's buckets, also while the parts of a batch add up.
optimizer.zero_grad(set_to_none=False)
# {% else %}
optimizer.zero_grad()
# {% endif %}
# {% endmacro %}
