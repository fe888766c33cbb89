"""Every setting of the experiment, with its unit and where it comes from. Change one, run again."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    # {% for group in config_groups %}
    {{ group.heading }}
    # {% for line in group.lines %}
    {{ line }}
    # {% endfor %}
    # {% endfor %}
