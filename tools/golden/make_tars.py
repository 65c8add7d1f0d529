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


def retyped(name, data, kind, size=None):
    """A header of a type that tarfile does not write, and its bytes; size: the field where it is not in octal."""
    header = bytearray(archive(tarfile.GNU_FORMAT, (name, data, {}))[:512])
    header[156:157] = kind
    header[124:136] = header[124:136] if size is None else size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + data + bytes(-len(data) % 512)


def seeds():
    plain = [("a.jpg", b"first", {}), ("b/c.jpg", b"x" * 600, {})]
    for name, form in (("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)):
        yield f"{name}.tar", archive(form, *plain, (LONG, b"long", {}))
    yield "kinds.tar", archive(tarfile.GNU_FORMAT, ("d", b"", dict(type=tarfile.DIRTYPE)),
                               ("l", b"", dict(type=tarfile.SYMTYPE, linkname="a")),
                               ("h", b"", dict(type=tarfile.LNKTYPE, linkname="a" * 200)),
                               ("c", b"", dict(type=tarfile.CHRTYPE)), ("p", b"", dict(type=tarfile.FIFOTYPE)), *plain)
    of_all = b"22 GNU.sparse.major=1\n14 path=g.jpg\n9 size=5\n"
    yield "global.tar", retyped("g", of_all, b"g") + archive(tarfile.PAX_FORMAT, *plain)
    records = {"size": "5", "GNU.sparse.name": "real.jpg", "GNU.sparse.major": "1", "comment": "c" * 600}
    yield "records.tar", archive(tarfile.PAX_FORMAT, ("a.jpg", b"first", dict(pax_headers=records)), *plain)
    yield "sparse.tar", sparse(False)
    yield "sparse-extended.tar", sparse(True)
    yield "label.tar", retyped("label", b"", b"V", bytes(12)) + archive(tarfile.GNU_FORMAT, *plain)
    yield "lists.tar", (retyped("d", b"Ya.jpg\0\0", b"D") + retyped("names", b"Rename a to b\n", b"N") +
                        retyped("rest.jpg", b"rest", b"M") + archive(tarfile.GNU_FORMAT, *plain))
    whole = archive(tarfile.PAX_FORMAT, *plain)
    yield "cut.tar", whole[:1300]
    yield "no-end.tar", whole[:-1024]
    yield "damaged.tar", whole[:1100] + b"\xff" + whole[1101:]
    yield "joined.tar", whole + whole
    yield "gzip.tar", b"\x1f\x8b\x08" + bytes(600)


for name, data in seeds():
    (pathlib.Path(sys.argv[1]) / name).write_bytes(data)
