# {% if hardware.is_auto %}
def pick_device(name: str) -> torch.device:
    """`auto` takes the accelerator that is there, and the CPU where there is none."""
    if name != "auto":
        return torch.device(name)
    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")


def has_bf16(device: torch.device) -> bool:
    """Whether bf16 is worth while: on CUDA GPUs that multiply it."""
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


# {% endif %}
# {% if model.is_package %}
def base_folder(config: Config) -> Path:
    """Where the installed package keeps the pretrained weights."""
    package, _, folder = config.base.partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the package {package}, which carries the weights, is not installed")
    return Path(spec.origin).parent / folder


# {% elif model.is_folder %}
def base_folder(config: Config) -> Path:
    """Where the pretrained weights are."""
    return FOLDER / config.base


# {% endif %}
