#!/usr/bin/env python3
"""Makes the odd images of tests/vision/golden and the table of what Pillow makes of them.

Run with Debian 12's Python (Pillow 9.4) and cjpeg of libjpeg-turbo-progs on the PATH:
    tools/golden/make_images.py tests/vision/golden
images.txt holds one line for each file: SHA-256 of the RGB bytes (or "refused"), width, height, name; upright.txt the same of
ImageOps.exif_transpose(image), for files with EXIF orientation.
"""
import hashlib
import io
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

from PIL import Image, ImageOps

WIDTH, HEIGHT = 37, 29  # no multiple of any block size


def scene(x, y, channel):
    """A smooth ramp with a hard-edged disc and some texture, 16 bits deep."""
    ramp = (x * (3 + channel) + y * (5 - channel)) * 311
    disc = 21000 if (x - 20) ** 2 + (y - 12) ** 2 < 70 + 20 * channel else 0
    texture = (x * 7919 + y * 104729 + channel * 1299709) % 4096
    return min(ramp + disc + texture, 65535)


def scene_image(mode):
    pixels = bytes(scene(x, y, c) >> 8 for y in range(HEIGHT) for x in range(WIDTH) for c in range(len(mode)))
    return Image.frombytes("L" if len(mode) == 1 else mode, (WIDTH, HEIGHT), pixels)


def pillow_jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def cjpeg(*options):
    ppm = io.BytesIO()
    scene_image("RGB").save(ppm, "PPM")
    return subprocess.run(["cjpeg", *options], input=ppm.getvalue(), capture_output=True, check=True).stdout


def with_adobe_transform(jpeg, transform):
    """Claims another colour transform: 2 makes YCCK of four components, 0 makes RGB of three."""
    at = jpeg.index(b"Adobe") + 11
    return jpeg[:at] + bytes([transform]) + jpeg[at + 1:]


def with_adobe_marker(jpeg, transform):
    """In place of the JFIF marker, which is the first and has 18 bytes."""
    return jpeg[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform]) + jpeg[20:]


def jpegs():
    rgb, grey = scene_image("RGB"), scene_image("L")
    yield "baseline-444.jpg", pillow_jpeg(rgb, quality=90, subsampling=0)
    yield "baseline-422.jpg", pillow_jpeg(rgb, quality=85, subsampling=1)
    yield "baseline-420.jpg", pillow_jpeg(rgb, quality=75, subsampling=2)
    for sampling in ("1x2", "4x1", "1x4", "4x2", "2x4", "3x1"):
        yield f"sampling-{sampling}.jpg", cjpeg("-quality", "80", "-sample", sampling)
    # Chroma that is finer than luma across and coarser down.
    yield "sampling-mixed.jpg", cjpeg("-quality", "80", "-sample", "1x2,2x1,1x1")
    yield "progressive.jpg", pillow_jpeg(rgb, quality=80, progressive=True)
    yield "progressive-444.jpg", pillow_jpeg(rgb, quality=95, progressive=True, subsampling=0)
    yield "optimised.jpg", pillow_jpeg(rgb, quality=30, optimize=True)
    yield "restarts.jpg", cjpeg("-quality", "80", "-restart", "1B")
    yield "arithmetic.jpg", cjpeg("-quality", "80", "-arithmetic")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as script:
        script.write("0;\n1;\n2;\n")
        script.flush()
        yield "scans-apart.jpg", cjpeg("-quality", "80", "-scans", script.name)
    yield "rgb-colours.jpg", cjpeg("-quality", "90", "-rgb")
    yield "adobe-rgb.jpg", with_adobe_marker(pillow_jpeg(rgb, quality=90, subsampling=0), 0)
    yield "grey.jpg", pillow_jpeg(grey, quality=85)
    yield "grey-progressive.jpg", pillow_jpeg(grey, quality=85, progressive=True)
    cmyk = pillow_jpeg(scene_image("CMYK"), quality=90)
    yield "cmyk.jpg", cmyk
    yield "ycck.jpg", with_adobe_transform(cmyk, 2)
    yield "cmyk-progressive.jpg", pillow_jpeg(scene_image("CMYK"), quality=90, progressive=True)
    # What libjpeg only warns of, and what nobody needs.
    plain = pillow_jpeg(rgb, quality=75)
    yield "no-end-marker.jpg", plain[:-2]
    yield "other-end-marker.jpg", plain[:-2] + b"\xff\xdd"
    yield "progressive-no-end.jpg", pillow_jpeg(rgb, quality=80, progressive=True)[:-2]
    yield "bytes-after-end.jpg", plain + b"trailing bytes of another program"
    scan = plain.index(b"\xff\xda")
    yield "bytes-before-marker.jpg", plain[:scan] + b"\x00\x11\x22" + plain[scan:]
    yield "early-end-marker.jpg", plain[: len(plain) * 3 // 4] + b"\xff\xd9"
    yield "flipped-bits.jpg", plain[:700] + bytes([plain[700] ^ 0x55]) + plain[701:]
    yield "one-pixel.jpg", pillow_jpeg(rgb.crop((5, 5, 6, 6)))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack_row(samples, depth):
    if depth == 16:
        return b"".join(struct.pack(">H", s) for s in samples)
    row, bits, filled = bytearray(), 0, 0
    for sample in samples:
        bits, filled = bits << depth | sample, filled + depth
        if filled == 8:
            row.append(bits)
            bits, filled = 0, 0
    if filled:
        row.append(bits << (8 - filled) & 255)
    return bytes(row)


def filtered(row, before, kind, step):
    out = bytearray([kind])
    for i, value in enumerate(row):
        a = row[i - step] if i >= step else 0
        b = before[i] if before else 0
        c = before[i - step] if before and i >= step else 0
        p = a + b - c
        paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        out.append(value - (0, a, b, (a + b) // 2, paeth)[kind] & 255)
    return bytes(out)


def png(depth, colour, channels, sample, chunks=b"", interlaced=False):
    """sample(x, y, channel) with `depth` bits; every filter type is used in turn."""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    data, step = b"", max(1, depth * channels // 8)
    for x0, y0, dx, dy in passes if interlaced else [(0, 0, 1, 1)]:
        before = None
        for n, y in enumerate(range(y0, HEIGHT, dy)):
            row = pack_row([sample(x, y, c) for x in range(x0, WIDTH, dx) for c in range(channels)], depth)
            data += filtered(row, before, n % 5, step)
            before = row
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunks + chunk(b"IDAT", zlib.compress(data, 9))
            + chunk(b"IEND", b""))


def chunks_of(data):
    """Kind and bytes of each chunk."""
    at = 8
    while at < len(data):
        length = struct.unpack(">I", data[at:at + 4])[0]
        yield data[at + 4:at + 8], data[at + 8:at + 8 + length]
        at += 12 + length


def in_pieces(data):
    """The image data in chunks of 100 bytes."""
    pieces = [(k, d[i:i + 100]) for k, d in chunks_of(data) for i in (range(0, len(d), 100) if k == b"IDAT" else [0])]
    return data[:8] + b"".join(chunk(k, piece) for k, piece in pieces)


def with_wrong_checksum(data, kind):
    whole = [(k, chunk(k, d)) for k, d in chunks_of(data)]
    return data[:8] + b"".join(c[:-4] + bytes(b ^ 255 for b in c[-4:]) if k == kind else c for k, c in whole)


def pngs():
    def deep(depth):
        return lambda x, y, c: scene(x, y, c) >> (16 - depth)

    grey, colour, palette, grey_alpha, colour_alpha = 0, 2, 3, 4, 6
    for interlaced in (False, True):
        tail = "-interlaced.png" if interlaced else ".png"
        for depth in (1, 2, 4, 8, 16):
            yield f"grey{depth}{tail}", png(depth, grey, 1, deep(depth), interlaced=interlaced)
        for depth in (1, 2, 4, 8):
            entries = b"".join(bytes([(i * 97) & 255, 255 - i, (i * i) & 255]) for i in range(2 ** depth))
            yield f"palette{depth}{tail}", png(depth, palette, 1, deep(depth), chunk(b"PLTE", entries), interlaced)
        for depth in (8, 16):
            yield f"rgb{depth}{tail}", png(depth, colour, 3, deep(depth), interlaced=interlaced)
            yield f"grey-alpha{depth}{tail}", png(depth, grey_alpha, 2, deep(depth), interlaced=interlaced)
            yield f"rgba{depth}{tail}", png(depth, colour_alpha, 4, deep(depth), interlaced=interlaced)
    entries = chunk(b"PLTE", bytes(range(30, 150)))  # 40 colours
    yield "palette-alpha.png", png(8, palette, 1, lambda x, y, c: (x + y) % 40, entries + chunk(b"tRNS", bytes(range(25))))
    yield "palette-clear.png", png(8, palette, 1, lambda x, y, c: (x + y) % 40, entries + chunk(b"tRNS", b"\xff\x00"))
    yield "palette-beyond.png", png(8, palette, 1, lambda x, y, c: x + 5 * y, entries)
    yield "grey-small-values16.png", png(16, grey, 1, lambda x, y, c: x * y)
    yield "grey-clear.png", png(8, grey, 1, deep(8), chunk(b"tRNS", b"\x00\x40"))
    yield "grey1-clear.png", png(1, grey, 1, deep(1), chunk(b"tRNS", b"\x00\x01"))
    yield "rgb-clear.png", png(8, colour, 3, deep(8), chunk(b"tRNS", b"\x00\x40\x00\x40\x00\x40"))
    notes = (chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"tEXt", b"Comment\x00made")
             + chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"a" * 100000))
             + chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)) + chunk(b"vpAg", b"private"))
    yield "rgb-notes.png", png(8, colour, 3, deep(8), notes)
    yield "no-end.png", png(8, colour, 3, deep(8))[:-12]
    yield "wrong-data-checksum.png", with_wrong_checksum(png(8, colour, 3, deep(8)), b"IDAT")
    yield "wrong-data-checksums.png", with_wrong_checksum(in_pieces(png(8, colour, 3, deep(8), interlaced=True)), b"IDAT")
    yield "wrong-header-checksum.png", with_wrong_checksum(png(8, colour, 3, deep(8)), b"IHDR")
    yield "wrong-palette-checksum.png", with_wrong_checksum(png(8, palette, 1, lambda x, y, c: x, entries), b"PLTE")


def pillow_webp(image, **options):
    out = io.BytesIO()
    image.save(out, "WEBP", **options)
    return out.getvalue()


def riff(*chunks):
    """A WebP of these chunks: name and data each."""
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def bits24(number):
    return struct.pack("<I", number)[:3]


def extended(flags, *chunks, width=WIDTH, height=HEIGHT):
    canvas = bytes([flags, 0, 0, 0]) + bits24(width - 1) + bits24(height - 1)
    return riff((b"VP8X", canvas), *chunks)


def webps():
    rgb, rgba = scene_image("RGB"), scene_image("RGBA")
    yield "lossy.webp", pillow_webp(rgb, quality=75)
    yield "lossy-coarse.webp", pillow_webp(rgb, quality=5, method=0)
    yield "lossy-fine.webp", pillow_webp(rgb, quality=100, method=6)
    yield "lossy-alpha.webp", pillow_webp(rgba, quality=80)
    yield "lossless.webp", pillow_webp(rgb, lossless=True)
    yield "lossless-alpha.webp", pillow_webp(rgba, lossless=True, quality=0)
    yield "lossless-exact.webp", pillow_webp(rgba, lossless=True, exact=True)
    yield "lossless-grey.webp", pillow_webp(scene_image("L").convert("RGB"), lossless=True)
    yield "lossless-two-colours.webp", pillow_webp(scene_image("L").convert("1").convert("RGB"), lossless=True)
    yield "one-pixel.webp", pillow_webp(rgb.crop((5, 5, 6, 6)))
    yield "one-pixel-lossless.webp", pillow_webp(rgb.crop((5, 5, 6, 6)), lossless=True)
    frames = [rgba, rgba.transpose(Image.FLIP_LEFT_RIGHT), rgba.rotate(180)]
    yield "moving.webp", pillow_webp(frames[0], save_all=True, append_images=frames[1:], duration=40)
    # A first frame that is smaller than the canvas, off its corner, with a coloured background and blending.
    frame = pillow_webp(rgb.crop((0, 0, 20, 16)), quality=80)[12:]
    place = bits24(4 // 2) + bits24(6 // 2) + bits24(19) + bits24(15) + bits24(100) + b"\0"
    moving = [(b"ANIM", b"\x10\x80\xf0\xff\0\0"), (b"ANMF", place + frame), (b"ANMF", place + frame)]
    yield "moving-small-frame.webp", extended(0x02, *moving)
    picture = (b"VP8 ", pillow_webp(rgb, quality=75)[20:])
    yield "with-notes.webp", extended(0x2C, (b"ICCP", b"profile"), picture, (b"EXIF", b"note"), (b"XMP ", b"<x/>"))
    yield "unknown-chunks.webp", extended(0, (b"odd ", b"abc"), picture, (b"more", b"defg"))
    yield "bytes-after-end.webp", riff(picture) + b"trailing bytes of another program"
    yield "wrong-canvas.webp", extended(0, picture, width=WIDTH + 1)
    yield "cut-frame.webp", riff((b"VP8 ", picture[1][: len(picture[1]) // 2]))
    yield "no-frame.webp", extended(0x02, moving[0])
    yield "damaged-alpha.webp", extended(0x10, (b"ALPH", b"\x01\x00\x00"), picture)


def tiff(orientation, byte_order="<", kind=3, before=()):
    """A TIFF of one directory: entries before it, and the orientation. An entry: tag, type, count, value."""
    entries = [*before, (0x0112, kind, 1, orientation)]
    value = {3: "Hxx", 4: "I", 8: "hxx", 9: "i"}
    body = b"".join(struct.pack(byte_order + "HHI" + value.get(k, "I"), tag, k, count, v) for tag, k, count, v in entries)
    head = b"II*\0" if byte_order == "<" else b"MM\0*"
    return head + struct.pack(byte_order + "IH", 8, len(entries)) + body + struct.pack(byte_order + "I", 0)


def with_segments(jpeg, *segments):
    """A JPEG with APP segments behind its first one: marker and data each."""
    end = 4 + struct.unpack(">H", jpeg[4:6])[0]
    return jpeg[:end] + b"".join(struct.pack(">BBH", 255, m, len(d) + 2) + d for m, d in segments) + jpeg[end:]


def international(key, text, packed=False):
    return chunk(b"iTXt", key + (b"\0\1\0en\0\0" + zlib.compress(text) if packed else b"\0\0\0\0\0" + text))


def raw_profile(exif):
    """As ImageMagick writes it."""
    digits = exif.hex()
    lines = "".join(digits[i:i + 72] + "\n" for i in range(0, len(digits), 72))
    return b"Raw profile type exif\0", f"\nexif\n{len(exif):8}\n{lines}".encode()


def oriented_by_notes():
    """PNGs that say in texts which side is up."""
    key, exif = b"XML:com.adobe.xmp", b"Exif\0\0"
    element, attribute = b"<tiff:Orientation>3</tiff:Orientation>", b'<x tiff:Orientation="6" tiff:Orientation="8"/>'
    (raw_key, raw), no_orientation = raw_profile(exif + tiff(5)), tiff(7).replace(b"\x12\x01", b"\x13\x01")
    for name, notes in {
            "xmp-element": international(key, element), "xmp-attribute": international(key, attribute, packed=True),
            "xmp-twice": international(key, element) + international(key, attribute),
            "xmp-beyond": international(key, b'tiff:Orientation="9"'), "xmp-other-key": international(b"XML", element),
            "xmp-odd": international(key, b"tiff:Orientation = 3 tiff:Orientation='2' tiff:Orientation>7"),
            "xmp-plain-text": chunk(b"tEXt", key + b"\0" + element),
            "xmp-packed-text": chunk(b"zTXt", key + b"\0\0" + zlib.compress(attribute)),
            "xmp-damaged": chunk(b"iTXt", key + b"\0\1\0\0\0" + zlib.compress(attribute)[:20]),
            "exif-before-xmp": chunk(b"eXIf", tiff(1)) + international(key, element),
            "exif-without-and-xmp": chunk(b"eXIf", no_orientation) + international(key, element),
            "raw-profile": chunk(b"zTXt", raw_key + b"\0" + zlib.compress(raw)), "raw-text": chunk(b"tEXt", raw_key + raw),
            "exif-before-raw": chunk(b"eXIf", tiff(2)) + chunk(b"tEXt", raw_key + raw)}.items():
        yield f"orientation-{name}.png", png(8, 2, 3, lambda x, y, c: scene(x, y, c) >> 8, notes)
    plain = png(8, 2, 3, lambda x, y, c: scene(x, y, c) >> 8)
    yield "orientation-xmp-behind.png", plain[:-12] + international(key, element) + plain[-12:]
    yield "orientation-xmp-behind-end.png", plain + international(key, element)


def oriented():
    jpeg = pillow_jpeg(scene_image("RGB"), quality=75)
    exif = b"Exif\0\0"
    for orientation in range(1, 9):
        order = "<" if orientation % 2 else ">"
        yield f"orientation-{orientation}.jpg", with_segments(jpeg, (0xE1, exif + tiff(orientation, order)))
    for orientation in (0, 9, 6000):
        yield f"orientation-{orientation}.jpg", with_segments(jpeg, (0xE1, exif + tiff(orientation)))
    yield "orientation-long.jpg", with_segments(jpeg, (0xE1, exif + tiff(6, kind=4)))
    maker, xmp = (0x010F, 2, 2000, 5000), (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>")
    yield "orientation-second-segment.jpg", with_segments(jpeg, xmp, (0xE1, exif + tiff(6)), (0xE1, exif + tiff(3)))
    # Reading stops at a value that is beyond the block; what stood before it counts.
    yield "orientation-behind-damage.jpg", with_segments(jpeg, (0xE1, exif + tiff(6, before=[maker])))
    xmp_says = (0xE1, b'http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation="6"/>')
    yield "orientation-xmp.jpg", with_segments(jpeg, xmp_says)
    yield "orientation-twice.jpg", with_segments(jpeg, (0xE1, exif + tiff(6, before=[(0x0112, 3, 1, 3)])))
    yield "orientation-cut.jpg", with_segments(jpeg, (0xE1, exif + tiff(6, before=[(0x0112, 3, 1, 8)])[:30]))
    rgb = png(8, 2, 3, lambda x, y, c: scene(x, y, c) >> 8, chunk(b"eXIf", tiff(7, ">")))
    yield "orientation.png", rgb
    yield from oriented_by_notes()
    picture = (b"VP8 ", pillow_webp(scene_image("RGB"), quality=75)[20:])
    yield "orientation.webp", extended(0x08, picture, (b"EXIF", tiff(5)))
    yield "orientation-no-flag.webp", extended(0, picture, (b"EXIF", tiff(5)))


def verdict(data, change=lambda image: image):
    try:
        image = change(Image.open(io.BytesIO(data)).convert("RGB"))
    except (OSError, EOFError):
        return "refused 0 0"
    return f"{hashlib.sha256(image.tobytes()).hexdigest()} {image.width} {image.height}"


def write_table(folder, name, files, change=lambda image: image):
    table = []
    for file, data in files:
        (folder / file).write_bytes(data)
        table.append(f"{verdict(data, change)} {file}\n")
    (folder / name).write_text("".join(table))


def main(folder):
    write_table(folder, "images.txt", [*jpegs(), *pngs(), *webps()])
    write_table(folder, "upright.txt", oriented(), ImageOps.exif_transpose)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
