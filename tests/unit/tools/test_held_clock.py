import asyncio

from tools.held_clock import HeldClock


async def test_time_stands_still_until_it_is_told_to_move() -> None:
    clock = HeldClock(1_000)
    sleeper = asyncio.ensure_future(clock.sleep(5))
    await clock.advance_to(5_999)
    assert not sleeper.done() and clock.now_ms() == 5_999
    await clock.advance_to(6_000)
    assert sleeper.done()


async def test_sleepers_wake_in_the_order_of_their_times_and_see_them() -> None:
    clock = HeldClock(0)
    woken: list[tuple[str, int]] = []

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.now_ms()))

    tasks = [asyncio.ensure_future(sleep(name, seconds)) for name, seconds in (("b", 2), ("a", 1), ("c", 2))]
    await clock.advance_to(3_000)
    await asyncio.gather(*tasks)
    assert woken == [("a", 1_000), ("b", 2_000), ("c", 2_000)]


async def test_who_sleeps_again_on_the_way_is_woken_again() -> None:
    clock = HeldClock(0)
    seen: list[int] = []

    async def tick() -> None:
        for _ in range(3):
            await clock.sleep(1)
            seen.append(clock.now_ms())

    ticking = asyncio.ensure_future(tick())
    await clock.advance_to(10_000)
    await ticking
    assert seen == [1_000, 2_000, 3_000]


async def test_who_was_cancelled_is_not_waited_for_and_time_never_goes_back() -> None:
    clock = HeldClock(0)
    sleeper = asyncio.ensure_future(clock.sleep(1))
    await asyncio.sleep(0)
    sleeper.cancel()
    await clock.advance_to(2_000)
    await clock.advance_to(500)
    assert clock.now_ms() == 2_000
    await clock.sleep(0)
    assert sleeper.cancelled()
