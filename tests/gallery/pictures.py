"""`scripts/pictures`: of what the naming story looked like, the README's few pictures."""

import sys
from pathlib import Path

from PIL import Image

OUT = Path("docs/pictures")
LARGEST = 120 * 1024
GAP = 24
CHOSEN = {
    "01-batch": ["opened-desktop"],
    "02-application": ["form-returned-desktop"],
    "03-over-quota": ["over-quota-desktop"],
    "04-scoring": ["scoring-desktop"],
    "05-deliberation": ["deliberation-desktop"],
    "06-notice": ["public-notice-phone", "public-objection-phone", "public-receipt-phone"],
    "07-decision": ["decision-desktop"],
    "08-certificate": ["paper"],
    "09-afterwards": ["verify-valid-phone", "reminder-phone", "verify-revoked-phone"],
    "10-rectification": ["close-out-desktop"],
}


def main(folder):
    """Write each picture as small as it has to be; several screens stand side by side."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, parts in CHOSEN.items():
        drawn = beside([Image.open(folder / f"{part}.png").convert("RGB") for part in parts])
        print(f"{name}.webp {kept(drawn, OUT / f'{name}.webp') // 1024} kB")


def beside(parts):
    width = sum(each.width for each in parts) + GAP * (len(parts) - 1)
    whole = Image.new("RGB", (width, max(each.height for each in parts)), "white")
    left = 0
    for each in parts:
        whole.paste(each, (left, 0))
        left += each.width + GAP
    return whole


def kept(picture, path):
    for quality in (82, 70, 55, 40):
        picture.save(path, quality=quality, method=6)
        if path.stat().st_size <= LARGEST:
            return path.stat().st_size
    raise SystemExit(f"{path} stays above {LARGEST} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
