"""Judge: pixels of made images against Pillow: every colour type, chroma subsampling and way of coding, in sizes from
1 x 1 to 4000 x 37. Exit 77 (skipped) without Pillow or its WebP. Argument: the program pixels_of."""
import hashlib
import os
import subprocess
import sys
import tempfile

try:
    import numpy
    from PIL import Image, ImageOps, features
except ImportError as error:
    print(f"SKIPPED: {error}; tools/setup --judges installs Pillow and NumPy, which judge pixels")
    sys.exit(77)
if not features.check("webp_anim"):
    print("SKIPPED: this Pillow reads no WebP; tools/setup --judges installs one that does")
    sys.exit(77)

SIZES = [(1, 1), (1, 2), (2, 1), (3, 5), (8, 8), (9, 7), (16, 16), (17, 15), (31, 33), (64, 1), (1, 64), (100, 75),
         (333, 257), (4000, 37), (37, 4000)]
# Pillow 9.4 has no name for other samplings; the golden files have some that cjpeg made.
JPEGS = [dict(quality=q, subsampling=s, progressive=p, optimize=o)
         for q in (30, 90) for s in (0, 1, 2) for p in (False, True) for o in (False, True)]
WEBPS = [dict(quality=5), dict(quality=80), dict(quality=100, method=6), dict(lossless=True),
         dict(lossless=True, exact=True, quality=100)]


def picture(width, height, bands, seed):
    """Smooth colours, an edge and some noise."""
    draws = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width]
    layers = []
    for band in range(bands):
        smooth = 127 + 120 * numpy.sin(x / (5 + 3 * band) + band) * numpy.cos(y / (7 + band))
        edge = numpy.where(x * 2 + y > width, 40, 0)
        layers.append(smooth + edge + draws.normal(0, 6, (height, width)))
    pixels = numpy.clip(numpy.stack(layers, axis=-1), 0, 255).astype(numpy.uint8)
    return Image.fromarray(pixels[..., 0] if bands == 1 else pixels, {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[bands])


def files_of(width, height, seed):
    """Name, picture, format and options of each file of this size."""
    rgb, grey, rgba = (picture(width, height, bands, seed + bands) for bands in (3, 1, 4))
    cmyk = Image.frombytes("CMYK", rgba.size, rgba.tobytes())
    for i, options in enumerate(JPEGS):
        yield f"rgb{i}.jpg", rgb, "JPEG", options
    for progressive in (False, True):
        yield f"grey{progressive}.jpg", grey, "JPEG", dict(progressive=progressive)
        yield f"cmyk{progressive}.jpg", cmyk, "JPEG", dict(progressive=progressive)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        source = rgba if mode in ("RGBA", "LA") else rgb
        yield f"{mode}.png", source.convert(mode), "PNG", {}
    yield "clear.png", rgb.convert("P"), "PNG", dict(transparency=3)
    yield "grey16.png", Image.fromarray(numpy.asarray(grey).astype(numpy.int32) * 200, "I"), "PNG", {}
    for i, options in enumerate(WEBPS):
        yield f"rgb{i}.webp", rgb, "WEBP", options
        yield f"rgba{i}.webp", rgba, "WEBP", options
    moving = dict(save_all=True, append_images=[rgba.rotate(180), rgba], duration=50)
    yield "moving.webp", rgba, "WEBP", moving
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        for name, kind in (("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")):
            yield f"upright{orientation}.{name}", rgb, kind, dict(exif=exif.tobytes())


def line_of(path, upright):
    image = Image.open(path)
    image = (ImageOps.exif_transpose(image) if upright else image).convert("RGB")
    return f"{hashlib.sha256(image.tobytes()).hexdigest()} {image.width} {image.height}"


def compare(program, folder, upright):
    paths = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    command = [program, *(["--upright"] if upright else []), *paths]
    ours = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(ours) == len(paths)
    differ = [f"{path}: {line} and not {line_of(path, upright)}" for path, line in zip(paths, ours)
              if line != line_of(path, upright)]
    print("\n".join(differ), end="\n" if differ else "")
    return len(differ)


def main(program):
    differ = files = 0
    for seed, (width, height) in enumerate(SIZES):
        with tempfile.TemporaryDirectory(suffix=f"-{width}x{height}") as folder:
            for name, image, kind, options in files_of(width, height, 10 * seed):
                image.save(os.path.join(folder, name), kind, **options)
            files += len(os.listdir(folder))
            differ += compare(program, folder, False) + compare(program, folder, True)
    print(f"{differ} of {files} made images differ from Pillow's pixels")
    return 1 if differ else 0


sys.exit(main(sys.argv[1]))
