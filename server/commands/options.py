"""Options that several commands have: `--site` and `--data`, for which the environment may stand in."""

import argparse
import os
from pathlib import Path

SITE_VARIABLE, DATA_VARIABLE = "CARUSO_SITE", "CARUSO_DATA"


def add_data(parser: argparse.ArgumentParser, *, required: bool = True, purpose: str = "data directory") -> None:
    """Add `--data DIR`; `CARUSO_DATA` stands in for it."""
    _add(parser, "--data", "DIR", DATA_VARIABLE, purpose, required=required)


def add_site(parser: argparse.ArgumentParser, *, required: bool, purpose: str = "site file (TOML)") -> None:
    """Add `--site FILE`; `CARUSO_SITE` stands in for it."""
    _add(parser, "--site", "FILE", SITE_VARIABLE, purpose, required=required)


def _add(
    parser: argparse.ArgumentParser, name: str, metavar: str, variable: str, purpose: str, *, required: bool
) -> None:
    value = os.environ.get(variable) or None
    parser.add_argument(
        name,
        metavar=metavar,
        type=Path,
        default=Path(value) if value else None,
        required=required and value is None,
        help=f"{purpose} (or {variable} in the environment)",
    )
