"""Whose turn it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gcmgraph.engine.fair_queue import FairQueue
from gcmgraph.errors import EngineBusyError, EngineError
from gcmgraph.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def with_turns(
    program: Callable[[FairQueue[str]], Awaitable[None]], things: str = "x", **limits: float
) -> None:
    async def main() -> None:
        turns: FairQueue[str] = FairQueue(Limits(**{"workers": 9, "queue_wait": 60, **limits}))
        for thing in things:
            turns.add(thing)
        await program(turns)

    asyncio.run(main())


async def begin(turns: FairQueue[str], *clients: str) -> list[asyncio.Task[str]]:
    tasks = []
    for client in clients:
        tasks.append(asyncio.create_task(turns.acquire(client), name=client))
        await asyncio.sleep(0)
    return tasks


async def order(turns: FairQueue[str], waiting: list[asyncio.Task[str]]) -> str:
    """Lend the one thing until nobody waits, and return who had it, in order."""
    had = ""
    while waiting:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            waiting.remove(task)
            had += task.get_name()
            turns.release(task.get_name(), task.result())
    return had


def test_clients_take_turns_however_much_each_asks():
    async def program(turns: FairQueue[str]) -> None:
        waiting = await begin(turns, *"aaaabbc")
        assert await order(turns, waiting) == "aabcaba"
        assert (turns.in_use, turns.waiting) == (0, 0)

    with_turns(program)


def test_a_client_at_its_limit_is_passed_over_until_it_gives_back():
    async def program(turns: FairQueue[str]) -> None:
        first, second, third = await begin(turns, *"aab")
        assert (await first, await third) == ("y", "x")
        assert not second.done()
        turns.release("a")
        turns.release("b", "x")
        assert await second == "x"

    with_turns(program, "xy", client_queries=1)


def test_one_client_cannot_fill_the_queue():
    async def program(turns: FairQueue[str]) -> None:
        tasks = await begin(turns, *"aaa")
        with pytest.raises(EngineBusyError, match="2 for each client"):
            await turns.acquire("a")
        for task in tasks:
            task.cancel()

    with_turns(program, queue=4, client_queue=2)


def test_whoever_waits_for_most_makes_room_for_a_newcomer():
    async def program(turns: FairQueue[str]) -> None:
        held, *waiting = await begin(turns, *"xaaab")
        third = waiting[2]
        (newcomer,) = await begin(turns, "c")
        with pytest.raises(EngineBusyError, match="limit is 4;"):
            await third
        waiting.remove(third)
        # Now nobody has so many that another would have the better right.
        with pytest.raises(EngineBusyError, match="limit is 4;"):
            await turns.acquire("b")
        turns.release("x", await held)
        assert await order(turns, [*waiting, newcomer]) == "abca"

    with_turns(program, queue=4)


def test_whoever_stops_waiting_leaves_no_trace():
    async def program(turns: FairQueue[str]) -> None:
        held, gone, last = await begin(turns, *"abc")
        turns.release("a", await held)
        # The thing is b's in this moment, and b has not yet seen it.
        gone.cancel()
        assert await last == "x"
        turns.release("c", "x")
        assert (turns.in_use, turns.waiting) == (0, 0)

    with_turns(program)


def test_waiting_ends():
    async def program(turns: FairQueue[str]) -> None:
        assert await turns.acquire("a") == "x"
        with pytest.raises(EngineBusyError, match="within"):
            await turns.acquire("b")
        assert turns.waiting == 0

    with_turns(program, queue_wait=0.01)


def test_all_who_wait_are_told_of_the_end():
    async def program(turns: FairQueue[str]) -> None:
        (waiting,) = await begin(turns, "a")
        assert list(turns.clear(EngineError("over"))) == []
        with pytest.raises(EngineError, match="over"):
            await waiting

    with_turns(program, "")
