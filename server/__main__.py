"""The `caruso` command."""

import os
import sys


def main() -> int:
    """Run `caruso WORDS...`; returns the exit status."""
    _have_standard_streams()
    from server.commands.app import main as run

    try:
        status = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has gone, as in `caruso check x --json | head -1`
        _forget_output()
        return 1
    except OSError as error:  # a full disk, a file of somebody else: what is to be done, and no traceback
        from server.commands.faults import sentence

        told = sentence(error)
        if told is None:
            raise
        _forget_output()
        print(" ".join(["caruso", *sys.argv[1:2]]) + f": {told}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _have_standard_streams() -> None:
    """Stand in for those that were closed (`caruso ... <&-`): else the next socket would get their number."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            try:
                os.fstat(number)
            except OSError:
                os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - for all our life


def _forget_output() -> None:
    """What is left to be written has somewhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
