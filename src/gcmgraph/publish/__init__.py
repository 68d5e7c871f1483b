"""From a project's files to a release folder.

``pipeline`` is the way through: ``sources``, ``assemble`` and ``external`` read, ``rules`` derive,
``evidence`` and ``validate`` judge, ``catalog`` describes with what ``statistics`` and ``links``
count. ``contents`` says which files a release has: ``dumps`` and ``context`` write statements,
``frames`` things, ``tables`` tables, ``distributions`` the catalogue; ``release`` puts the folder
in place. ``align`` compares with others.
"""
