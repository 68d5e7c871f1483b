"""``python -m gcmgraph`` is ``gcmgraph``."""

import sys

from gcmgraph.cli import main

if __name__ == "__main__":
    sys.exit(main())
