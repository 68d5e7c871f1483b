"""How Sphinx makes the documentation."""

from gcmgraph import __version__

project = "gcmgraph"
author = "The maintainers of gcmgraph"
release = version = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "gcmgraph"
html_copy_source = False
html_show_sphinx = False
html_static_path = ["_static"]
nitpicky = True
