"""From a project's files to a release folder.

``pipeline`` is the way through: ``sources`` and ``assemble`` read, ``rules`` derive, ``evidence``
and ``validate`` judge, ``catalog`` and ``dumps`` write down, ``release`` puts the folder in place.
"""
