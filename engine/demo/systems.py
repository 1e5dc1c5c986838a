"""Runs the sample shop and receiver in a process of their own: ``python -m engine.demo.systems``.

Prints one JSON line: their addresses, the secret that opens the shop, and the job documents that
join them. Runs until its standard input closes, so that it never outlives who started it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
from importlib.resources import files
from typing import Any

import yaml

from engine.demo.receiver import Receiver
from engine.demo.shop import TOKEN, Shop
from engine.demo.small_server import serve, url_of

WRITTEN_SHOP, WRITTEN_RECEIVER = "http://127.0.0.1:8801", "http://127.0.0.1:8802"
SECRET = "demo-shop-token"
"""As the sample document writes them."""


async def run(orders: int, a_second: float, seed: int) -> None:
    """Serve both systems until standard input closes."""
    shop = Shop(random.Random(seed))
    shop.open_with(orders)
    receiver = Receiver(random.Random(seed + 1))
    source, target = await serve(shop.answer), await serve(receiver.answer)
    print(json.dumps(told(url_of(source), url_of(target))), flush=True)
    trade = asyncio.create_task(shop.trade(a_second))
    await _input_closed()
    trade.cancel()
    source.close()
    target.close()


def told(shop: str, receiver: str) -> dict[str, Any]:
    """What whoever joins the two must know."""
    text = (files("resources") / "samples" / "demo.yaml").read_text(encoding="utf-8")
    text = text.replace(WRITTEN_SHOP, shop).replace(WRITTEN_RECEIVER, receiver)
    return {
        "shop": shop,
        "receiver": receiver,
        "secrets": {SECRET: TOKEN},
        "documents": [dict(document) for document in yaml.safe_load_all(text)],
    }


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
