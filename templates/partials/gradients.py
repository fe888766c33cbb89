# {% macro compiled() %}
# {% if training.compiles %}
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
# {% if training.accumulates %}
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
