"""`python -m symnorm` is the command `symnorm`."""

from __future__ import annotations

from symnorm.cli.main import main

if __name__ == "__main__":
    main()
