"""Judge: full VGG16 features of 4 made images at 224 against PyTorch in float64. Exit 77 (skipped) without torch."""
import hashlib
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools", "golden"))
try:
    import numpy as np
    import vgg_torch
except ImportError as error:
    print(f"skipped: {error}; install python3-torch and python3-numpy to judge VGG16")
    sys.exit(77)

BOUND = 1e-5
IMAGES = 4
SIDE = 224
# Of the weights that `--make` writes for vgg16 and seed 1.
WEIGHTS_SHA256 = "396df357d50490e67779bdbdb20b4224b5197ec16b6195c56a1bf7f7ad982c6f"


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def ours(program, folder, weights, layer):
    out = os.path.join(folder, "features")
    subprocess.run([program, weights, "vgg16", layer, str(SIDE), os.path.join(folder, "pixels"), out], check=True)
    return np.fromfile(out, dtype=np.float32).reshape(IMAGES, -1).astype(np.float64)


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        weights = os.path.join(folder, "vgg16.safetensors")
        subprocess.run([program, "--make", weights, "vgg16", "1"], check=True)
        failed = sha256(weights) != WEIGHTS_SHA256
        if failed:
            print(f"the weights made from seed 1 have another digest than {WEIGHTS_SHA256}")
        pixels = vgg_torch.made_images(IMAGES, SIDE)
        pixels.tofile(os.path.join(folder, "pixels"))
        reference = vgg_torch.features(vgg_torch.read_safetensors(weights), pixels)
        for layer in ("fc6_linear", "fc7"):
            errors = vgg_torch.relative_errors(ours(program, folder, weights, layer), reference[layer])
            print(f"{layer}: |ours - float64| / |float64| by image: {' '.join(f'{e:.2e}' for e in errors)}")
            failed = failed or not errors.max() <= BOUND
    return 1 if failed else 0


sys.exit(main(sys.argv[1]))
