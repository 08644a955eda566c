"""A derivation in a file: .tex, .pdf, .md, .html, .svg, .json, .txt by the ending of the name."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from ..derivation.page import build_page
from ..derivation.step import Derivation
from ..errors import Misuse
from .page_html import document
from .page_json import page_json
from .page_latex import page_latex
from .page_markdown import page_markdown
from .page_svg import page_svg
from .page_text import page_text

PREAMBLE = r"""\documentclass[a4paper,fleqn]{article}
\usepackage{amsmath,amssymb}
\usepackage[margin=25mm]{geometry}
\setlength{\parindent}{0pt}
\postdisplaypenalty=10000
\pagestyle{empty}
\begin{document}
"""
ENDINGS = (".tex", ".pdf", ".md", ".html", ".svg", ".json", ".txt")


def tex_document(pages: list[str]) -> str:
    """Pages of derivations as one LaTeX document."""
    return PREAMBLE + "\n\\bigskip\n\n".join(pages) + "\n\\end{document}\n"


def to_file(derivation: Derivation, path: Path, detail: str) -> Path:
    """Write the derivation; the path."""
    page, ending = build_page(derivation, detail), path.suffix.lower()
    if ending == ".pdf":
        return typeset(tex_document([page_latex(page)]), path)
    writers = {
        ".tex": lambda: tex_document([page_latex(page)]),
        ".md": lambda: page_markdown(page),
        ".txt": lambda: page_text(page) + "\n",
        ".html": lambda: document(page, "Derivation"),
        ".svg": lambda: page_svg(page) + "\n",
        ".json": lambda: json.dumps(page_json(derivation, page, detail), indent=2) + "\n",
    }
    if ending not in writers:
        raise Misuse(f"a derivation is written to {', '.join(ENDINGS)}; got {path.name}")
    path.write_text(writers[ending](), encoding="utf-8")
    return path


def typeset(source: str, path: Path) -> Path:
    """A PDF from LaTeX source, by pdflatex."""
    program = shutil.which("pdflatex")
    if program is None:
        raise Misuse(
            "a PDF needs pdflatex, which is not installed (Debian: texlive-latex-recommended); write .tex or .html"
        )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.tex").write_text(source, encoding="utf-8")
        done = subprocess.run(
            [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "page.tex"],
            cwd=folder,
            capture_output=True,
            check=False,
            timeout=60,
        )
        if done.returncode:
            raise Misuse(f"pdflatex could not set the page: {done.stdout.decode(errors='replace')[-400:]}")
        shutil.copyfile(Path(folder) / "page.pdf", path)
    return path
