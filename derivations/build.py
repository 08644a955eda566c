"""Write the Markdown and the LaTeX of every derivation in sources/ again.

python derivations/build.py
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import symnorm as sn

HERE = Path(__file__).parent


def sources() -> list[Path]:
    """One file for each derivation."""
    return sorted((HERE / "sources").glob("*.toml"))


def derivation(source: Path) -> tuple[str, Any]:
    """The title, and the derivation."""
    given = tomllib.loads(source.read_text(encoding="utf-8"))
    f = sn.parse(given["expression"], declare=given["declare"])
    return given["title"], sn.derive(f, wrt=given["wrt"], order=given.get("order", 1))


def pages(source: Path) -> dict[str, str]:
    """The name of each file that is generated, and its text."""
    title, d = derivation(source)
    return {f"{source.stem}.md": f"# {title}\n\n{d.markdown()}", f"{source.stem}.tex": f"% {title}\n{d.latex()}\n"}


def index() -> str:
    """The list of all derivations."""
    rows = [f"- [{derivation(source)[0]}]({source.stem}.md)" for source in sources()]
    return (
        "# Derivations\n\nWritten by `python derivations/build.py` from `sources/`; a test compares.\n\n"
        + "\n".join(rows)
        + "\n"
    )


def main() -> None:
    for source in sources():
        for name, text in pages(source).items():
            (HERE / name).write_text(text, encoding="utf-8")
    (HERE / "README.md").write_text(index(), encoding="utf-8")


if __name__ == "__main__":
    main()
