"""Render the README's picture from the running program: `python docs/picture.py`.

The cells are shown where the program put them: whoever draws the picture must not order Arabic
once more. Nothing is loaded from elsewhere when the picture is opened.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from sample_repo.build import build
from tui.app import DalilApp

SIZE = (120, 32)
FONT_FACES = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
STYLE = "text { unicode-bidi: bidi-override; direction: ltr; }"


async def picture(folder: str) -> str:
    """Open the sample, look for a name in another spelling, and give the screen as SVG."""
    built = build(folder)
    app = DalilApp(Path(built.repository), Path(built.homes["nour"]))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(2.0)
        await pilot.press("slash", *"mahmud")
        await pilot.pause(1.5)
        svg = app.export_screenshot()
    svg = FONT_FACES.sub("", svg).replace("<style>", f"<style>{STYLE}", 1)
    return svg.replace("Fira Code", "monospace").replace("<text ", '<text xml:space="preserve" ')


def main() -> None:
    """Write docs/picture.svg."""
    with tempfile.TemporaryDirectory() as folder:
        svg = asyncio.run(picture(f"{folder}/demo"))
    Path(__file__).with_name("picture.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
