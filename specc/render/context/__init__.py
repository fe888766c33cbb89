"""Plan to template context, one module a topic: every question of a template has a name."""
