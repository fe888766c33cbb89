"""One room per task: its section of the language, its checks, its data, its plan, its templates.

Every folder here is a task; what it holds is in `docs/adding-a-task.md`. `specc.rooms` finds them.
"""
