# {% macro to_device(tensors) %}
# {% if hardware.is_cuda %}
if self.device.type == "cpu":
    return {{ tensors }}
# A copy from pinned memory waits for nothing: the next batch is made while the GPU computes.
return {
    name: tensor.pin_memory().to(self.device, non_blocking=True) for name, tensor in {{ tensors }}.items()
}
# {% else %}
return {name: tensor.to(self.device) for name, tensor in {{ tensors }}.items()}
# {% endif %}
# {% endmacro %}
