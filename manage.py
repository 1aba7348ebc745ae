#!/usr/bin/env python
"""Django's command line for this project."""

import sys

from config import environment


def main() -> None:
    environment.prepare(sys.argv)
    from django.core.management import execute_from_command_line

    from dynamo.errors import Unavailable

    try:
        execute_from_command_line(sys.argv)
    except Unavailable as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"Nothing more was done: {error}")


if __name__ == "__main__":
    main()
