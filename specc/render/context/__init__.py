"""Plan to template context, one module a topic: every question a template may ask has a name here."""
