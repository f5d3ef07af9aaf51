"""What is drawn over the words: border, QR code and seals, as PDF operators, set once a batch."""

import zlib

import pydyf

MM = 72 / 25.4
WIDTH, HEIGHT = 297, 210
GOLD, INK = "0.659 0.518 0.173", "0.122 0.137 0.161"
QR_LEFT, QR_BOTTOM, QR_SIZE = 40, 27, 24
SEAL_PIXELS = 500  # 300 to the inch at 42 mm
STAMPED = "Stamped"


def number(value):
    return f"{value:.2f}".rstrip("0").rstrip(".")


def points(*values):
    return " ".join(number(each * MM) for each in values)


def border():
    """A strong outer line, a fine inner one that steps in at the corners round nested squares."""
    outer = f"{GOLD} RG {number(1.4 * MM)} w {points(9, 9, 279, 192)} re S"
    fine = f"{number(0.45 * MM)} w {_stepped(13.2, 9.6)} S"
    return " ".join(["q", outer, fine, *(_corner(x, y) for x in (0, 1) for y in (0, 1)), "Q"])


def _stepped(edge, step):
    left, bottom, right, top = edge, edge, WIDTH - edge, HEIGHT - edge
    near, far, low, high = left + step, right - step, bottom + step, top - step
    way = [(near, bottom), (far, bottom), (far, low), (right, low), (right, high), (far, high)]
    way += [(far, top), (near, top), (near, high), (left, high), (left, low), (near, low)]
    first, *rest = (points(*each) for each in way)
    return " ".join([f"{first} m", *(f"{each} l" for each in rest), "h"])


def _corner(right, top):
    x, y = (WIDTH - 19.8 if right else 14), (HEIGHT - 19.8 if top else 14)
    frame = f"{number(0.7 * MM)} w {points(x, y, 5.8, 5.8)} re S"
    return f"{frame} {GOLD} rg {points(x + 1.8, y + 1.8, 2.2, 2.2)} re f"


def qr_code(address):
    """The address as a QR code: one rectangle for each run of dark squares in a row."""
    import segno

    # A fixed mask: choosing the prettiest of eight takes longer than all the rest.
    rows = segno.make(address, error="m", micro=False, mask=3).matrix
    side = QR_SIZE / len(rows)
    drawn = (_runs(row, QR_BOTTOM + QR_SIZE - (at + 1) * side, side) for at, row in enumerate(rows))
    return f"q {INK} rg {' '.join(drawn)} f Q"


def _runs(row, bottom, side):
    found, start = [], None
    for at, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = at
        elif not dark and start is not None:
            # a hair taller than the row, so that no white line shows between two
            width = (at - start) * side
            found.append(f"{points(QR_LEFT + start * side, bottom - 0.01, width, side + 0.01)} re")
            start = None
    return " ".join(found)


class Seal:
    """A seal's picture, compressed once for all certificates of a batch.

    As a rule a seal has one colour: then only its shape is kept, and the colour as one dot.
    """

    def __init__(self, path):
        from PIL import Image

        with Image.open(path) as picture:
            image = picture.convert("RGBa")  # so that no colour of what is clear mixes in
        image.thumbnail((SEAL_PIXELS, SEAL_PIXELS))
        image = image.convert("RGBA")
        self.size = image.size
        self.shape = zlib.compress(_packed(image.getchannel("A")), 9)
        self.colours = _plain(image)
        self.colour = zlib.compress(self.colours.tobytes(), 9)

    def put_into(self, pdf):
        """Add the picture to a PDF; returns what a page refers to it by."""
        shape = _stream(self.shape, self.size, "/DeviceGray", bits=4)
        pdf.add_object(shape)
        image = _stream(self.colour, self.colours.size, "/DeviceRGB", SMask=shape.reference)
        pdf.add_object(image)
        return image.reference

    def drawn(self, name, left, bottom, side):
        """The operators that draw it, centred in a square."""
        scale = side / max(self.size)
        width, height = self.size[0] * scale, self.size[1] * scale
        x, y = left + (side - width) / 2, bottom + (side - height) / 2
        placed = f"{points(width)} 0 0 {points(height, x, y)} cm"
        return f"q /{STAMPED} gs {placed} /{name} Do Q"


def _packed(alpha):
    """Sixteen shades are enough for an edge: two dots a byte, each row whole bytes."""
    width, height = alpha.size
    dots = alpha.tobytes()
    rows = (dots[at : at + width] + b"\0" * (width % 2) for at in range(0, width * height, width))
    return b"".join(
        bytes(row[at] & 0xF0 | row[at + 1] >> 4 for at in range(0, len(row), 2)) for row in rows
    )


def _plain(image):
    """The colours: one dot where all that shows is of one colour."""
    from PIL import Image

    solid = [each[:3] for each in image.getdata() if each[3] > 200]
    if not solid:
        return image.convert("RGB")
    mean = tuple(round(sum(each[n] for each in solid) / len(solid)) for n in range(3))
    far = sum(max(abs(each[n] - mean[n]) for n in range(3)) > 48 for each in solid)
    if far > len(solid) / 50:
        return image.convert("RGB")
    return Image.new("RGB", (1, 1), mean)


def _stream(content, size, space, *, bits=8, **more):
    extra = {
        "Type": "/XObject",
        "Subtype": "/Image",
        "Width": size[0],
        "Height": size[1],
        "ColorSpace": space,
        "BitsPerComponent": bits,
        "Filter": "/FlateDecode",
    }
    return pydyf.Stream([content], {**extra, **more})


def draw_over(pdf, operators, images):
    """Add operators and named pictures to the one page of a PDF, over what is there."""
    page = pdf.objects[pdf.pages["Kids"][0]]
    resources = pdf.objects[int(page["Resources"].split()[0])]
    resources["XObject"].update(images)
    if images:
        stamp = {"Type": "/ExtGState", "BM": "/Multiply"}  # the words under a seal stay readable
        resources["ExtGState"][STAMPED] = pydyf.Dictionary(stamp)
    before = pydyf.Stream([b"q"])
    after = pydyf.Stream(["Q", *operators], compress=True)
    pdf.add_object(before)
    pdf.add_object(after)
    page["Contents"] = pydyf.Array([before.reference, page["Contents"], after.reference])
