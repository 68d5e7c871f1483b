"""The commands, one to a module.

A command has ``add_arguments(parser)`` and ``run(arguments) -> exit status``, and its docstring is
what ``--help`` says of it. What it needs it imports when it runs, so that ``--help`` is there at
once.
"""
