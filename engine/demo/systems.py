"""Runs the sample shop and receiver in a process of their own: ``python -m engine.demo.systems``.

Prints one JSON line with their addresses and runs until its standard input closes, so that it
never outlives the program that started it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys

from engine.demo.receiver import Receiver
from engine.demo.shop import Shop
from engine.demo.small_server import serve, url_of


async def run(orders: int, a_second: float, seed: int) -> None:
    """Serve both systems until standard input closes."""
    shop = Shop(random.Random(seed))
    shop.open_with(orders)
    receiver = Receiver(random.Random(seed + 1))
    source, target = await serve(shop.answer), await serve(receiver.answer)
    print(json.dumps({"shop": url_of(source), "receiver": url_of(target)}), flush=True)
    trade = asyncio.create_task(shop.trade(a_second))
    await _input_closed()
    trade.cancel()
    source.close()
    target.close()


async def _input_closed() -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


def main() -> None:
    """The command line of the sample systems."""
    parser = argparse.ArgumentParser(description="Sample systems for the demo.")
    parser.add_argument("--orders", type=int, default=200, help="orders the shop opens with")
    parser.add_argument("--rate", type=float, default=60.0, help="new orders and changes a second")
    parser.add_argument("--seed", type=int, default=7, help="of what happens in both systems")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.orders, arguments.rate, arguments.seed))


if __name__ == "__main__":
    main()
