"""The control socket: only its owner can open it, and what stands there is told apart."""

from __future__ import annotations

import asyncio
import stat
from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import ServerError
from gcmgraph.serve.process.control import ControlSocket, ask, control_path

if TYPE_CHECKING:
    from pathlib import Path


def is_own(path: Path) -> bool:
    return stat.S_IMODE(path.stat().st_mode) == 0o600


async def hello() -> dict[str, object]:
    return {"said": "hello"}


def with_socket(path: Path, verb: str) -> dict[str, object]:
    async def main() -> dict[str, object]:
        control = ControlSocket(path, {"hello": hello})
        await control.open()
        try:
            assert is_own(path)
            return await asyncio.to_thread(ask, path, verb, 5)
        finally:
            await control.close()

    return asyncio.run(main())


def test_a_verb_is_answered_and_another_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"
    assert with_socket(path, "hello") == {"said": "hello"}
    assert with_socket(path, "bye") == {"error": "known are hello"}
    assert not path.exists()


def test_a_socket_that_was_left_behind_is_replaced_and_a_living_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "control.sock"

    async def main() -> None:
        first = ControlSocket(path, {"hello": hello})
        await first.open()
        with pytest.raises(ServerError, match="Another server"):
            await ControlSocket(path, {}).open()
        # As a server leaves it that is killed.
        assert first._server is not None
        first._server.close()
        second = ControlSocket(path, {"hello": hello})
        await second.open()
        await second.close()

    asyncio.run(main())


def test_where_nobody_listens_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="No server listens at"):
        ask(tmp_path / "none.sock", "hello", 1)


def test_a_folder_that_others_can_enter_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "gcmgraph").mkdir(mode=0o755)
    with pytest.raises(ServerError, match="chmod 700"):
        asyncio.run(ControlSocket(control_path(8000), {}).open())
