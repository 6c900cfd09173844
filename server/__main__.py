"""The `caruso` command."""

import os
import sys


def main() -> int:
    """Run `caruso WORDS...`; returns the exit status."""
    from server.commands.app import main as run

    try:
        status = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has gone, as in `caruso check x --json | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left has somewhere to go
        return 1
    except KeyboardInterrupt:
        return 130
    return status


if __name__ == "__main__":
    sys.exit(main())
