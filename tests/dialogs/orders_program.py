"""A company's program for tests: writes down what it is asked, and answers once it may.

    python orders_program.py URL TOKEN FOLDER

`FOLDER/asked` gets a line for each call; `price` and `place` are answered when `FOLDER/may-price` or `may-place` is
there.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from servicekit import Offer, Program


class Orders:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def price(self, article: int, key: str) -> dict[str, Any]:
        await self._allowed("price", key)
        return {"price": "12.50"}

    async def place(self, article: int, key: str) -> dict[str, Any]:
        await self._allowed("place", key)
        return {"number": "O-1"}

    async def thank(self, article: int, key: str) -> dict[str, Any]:
        await self._allowed("thank", key)
        return {}

    async def _allowed(self, operation: str, key: str) -> None:
        with (self._folder / "asked").open("a") as file:
            file.write(f"{operation} {key}\n")
        while operation != "thank" and not (self._folder / f"may-{operation}").exists():
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    Program(sys.argv[1], sys.argv[2], [Offer("orders", "1.0", Orders(Path(sys.argv[3])))]).run()
