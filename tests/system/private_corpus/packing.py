"""Photos, tables, archives and compressed files, byte by byte."""

import io
import json
import struct
import tarfile
import zipfile
import zlib

from hidden import hidden


def _note(where):
    """As cameras and programs leave them inside of photos."""
    return hidden.word("note in a photo", where, shown=False).encode()


def photo(where):
    return jpeg(where) if hidden.random.random() < 0.5 else png(where)


def jpeg(where):
    """Eight by eight grey pixels: one block, of which both codes, one bit each, say that nothing is left."""

    def segment(marker, data):
        return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data

    artist = _note(where)
    tags = struct.pack("<HHIHHHIII", 0x4949, 42, 8, 1, 0x013B, 2, len(artist), 26, 0) + artist
    code = bytes([1] + [0] * 15 + [0])
    return (
        b"\xff\xd8"
        + segment(0xE1, b"Exif\0\0" + tags)
        + segment(0xFE, _note(where))
        + segment(0xDB, bytes([0] + [1] * 64))
        + segment(0xC0, bytes([8, 0, 8, 0, 8, 1, 1, 0x11, 0]))
        + segment(0xC4, b"\0" + code)
        + segment(0xC4, b"\x10" + code)
        + segment(0xDA, bytes([1, 1, 0, 0, 63, 0]))
        + b"\x3f\xff\xd9"
    )


def png(where):
    side = 12

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + hidden.random.randbytes(3 * side) for _ in range(side))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        + chunk(b"tEXt", b"Author\0" + _note(where))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def no_photo(where):
    return b"GIF89a" + _note(where)


def tarred(members):
    """members: (name, bytes), a link where there are none."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.uname = hidden.word("owner in an archive", "tar", shown=False)
            if data is None:
                info.type, info.linkname = tarfile.SYMTYPE, hidden.word("target of a link", "tar", shown=False)
            else:
                info.size = len(data)
            tar.addfile(info, io.BytesIO(data or b""))
    return out.getvalue()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = hidden.word("note in an archive", "zip", shown=False).encode()
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def zstandard(data):
    """A frame of one block that is not compressed."""
    return b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data)) + struct.pack("<I", len(data) << 3 | 1)[:3] + data


def json_of(value):
    return json.dumps(value, ensure_ascii=False)


def csv_of(rows):
    return "".join(",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) + "\r\n" for row in rows)
