"""The ten lines of the README for those who know only JSON."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def test_the_ten_lines_list_practices_by_country_with_their_numbers(
    real_release: Path, tmp_path: Path
):
    (program,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.S)
    assert len(program.strip().splitlines()) <= 10
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases/current").symlink_to(real_release)
    command = [sys.executable, "-X", "utf8", "-c", program]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    lines = ran.stdout.splitlines()
    countries = [line.partition(":")[0] for line in lines if not line.startswith(" ")]
    assert countries == sorted(countries)
    assert {"Belgium", "Chile", "Luxembourg", "Peru", "Thailand", "Tunisia"} <= {*countries}
    peru = next(place for place, line in enumerate(lines) if line.startswith("Peru"))
    assert lines[peru + 1 : peru + 3] == [
        "  at least 63,000 migrants (planned)",
        "  exact 350 families (planned)",
    ]
