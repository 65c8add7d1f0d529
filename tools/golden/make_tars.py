#!/usr/bin/env python3
"""Makes the seeds of tests/fuzz/fuzz_tar.cpp: one archive for each form of header, and some that are damaged.

    tools/golden/make_tars.py tests/fuzz/seeds/tar
"""
import io
import pathlib
import sys
import tarfile

LONG = "d" * 90 + "/" + "e" * 90 + "/f.jpg"


def archive(form, *members):
    """members: name, bytes, and fields of the header that differ."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for name, data, fields in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            for key, value in fields.items():
                setattr(info, key, value)
            tar.addfile(info, io.BytesIO(data))
    # Without the filling up to 10 KiB, which a fuzzer would only change in vain.
    return out.getvalue().rstrip(b"\0") + bytes(1024 + 512 - len(out.getvalue().rstrip(b"\0")) % 512)


def sparse(extended):
    """GNU's old form: a map in the header, and, extended, one more block of it."""
    header = bytearray(archive(tarfile.GNU_FORMAT, ("s.jpg", b"12345", {}))[:512])
    header[156:157], header[482] = b"S", int(extended)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + bytes(512) * extended + b"12345".ljust(512, b"\0") + bytes(1024)


def seeds():
    plain = [("a.jpg", b"first", {}), ("b/c.jpg", b"x" * 600, {})]
    for name, form in (("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)):
        yield f"{name}.tar", archive(form, *plain, (LONG, b"long", {}))
    yield "kinds.tar", archive(tarfile.GNU_FORMAT, ("d", b"", dict(type=tarfile.DIRTYPE)),
                               ("l", b"", dict(type=tarfile.SYMTYPE, linkname="a")),
                               ("h", b"", dict(type=tarfile.LNKTYPE, linkname="a" * 200)),
                               ("c", b"", dict(type=tarfile.CHRTYPE)), ("p", b"", dict(type=tarfile.FIFOTYPE)), *plain)
    records = {"size": "5", "GNU.sparse.name": "real.jpg", "GNU.sparse.major": "1", "comment": "c" * 600}
    yield "records.tar", archive(tarfile.PAX_FORMAT, ("a.jpg", b"first", dict(pax_headers=records)), *plain)
    yield "sparse.tar", sparse(False)
    yield "sparse-extended.tar", sparse(True)
    whole = archive(tarfile.PAX_FORMAT, *plain)
    yield "cut.tar", whole[:1300]
    yield "no-end.tar", whole[:-1024]
    yield "damaged.tar", whole[:1100] + b"\xff" + whole[1101:]
    yield "joined.tar", whole + whole
    yield "gzip.tar", b"\x1f\x8b\x08" + bytes(600)


for name, data in seeds():
    (pathlib.Path(sys.argv[1]) / name).write_bytes(data)
