"""Judge: VGG features of made images against PyTorch in float64. Exit 77 (skipped) without torch.

usage: judge_vgg.py PROGRAM whole     the full VGG16 at 224, some layers
       judge_vgg.py PROGRAM narrow    all four networks, a sixteenth as wide: every layer, other sizes, Keras's pixels
"""
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
    print(f"skipped: {error}; install python3-torch and python3-numpy to judge VGG")
    sys.exit(77)

BOUND = 1e-5
SEED = 1
# Of the weights that `--make` writes for vgg16 and seed 1.
WEIGHTS_SHA256 = "396df357d50490e67779bdbdb20b4224b5197ec16b6195c56a1bf7f7ad982c6f"
NARROW = ("vgg16_w16", "vgg19_w16", "vgg16_bn_w16", "vgg19_bn_w16")


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


class Judge:
    """One model's seeded weights, and how far our features of made images lie from PyTorch's."""

    def __init__(self, program, folder, model, images):
        self.program, self.folder, self.model, self.images = program, folder, model, images
        self.weights = os.path.join(folder, model)
        subprocess.run([program, "--make", self.weights, model, str(SEED)], check=True)
        self.tensors = vgg_torch.read_safetensors(self.weights)

    def ours(self, layer, convention, side, precision="fp32"):
        pixels, out = os.path.join(self.folder, "pixels"), os.path.join(self.folder, "features")
        subprocess.run([self.program, self.weights, self.model, layer, convention, str(side), pixels, out, precision],
                       check=True)
        return np.fromfile(out, dtype=np.float32).reshape(self.images, -1).astype(np.float64)

    def agrees(self, side, layers, convention="torchvision"):
        pixels = vgg_torch.made_images(self.images, side)
        pixels.tofile(os.path.join(self.folder, "pixels"))
        reference = vgg_torch.features(self.tensors, pixels, convention)
        fine = True
        for layer in layers:
            errors = vgg_torch.relative_errors(self.ours(layer, convention, side), reference[layer])
            print(f"{self.model} {convention} {side} {layer}: |ours - float64| / |float64| by image: "
                  + " ".join(f"{e:.2e}" for e in errors))
            fine = fine and errors.max() <= BOUND
        return fine

    def other_precisions_agree(self, side, layer):
        """Beyond fp32: what this processor offers. Winograd has fp32's bound; bf16 is judged by cosines, also after the
        mean feature is subtracted, since any two images' features point the same way. What is left of images that hardly
        differ is no smaller an error on a smaller vector: hence pictures that differ, and a check that they do."""
        offered = subprocess.run([self.program, "--precisions"], check=True, capture_output=True, text=True).stdout.split()
        wanted = ("fp32_winograd", "bf16")
        for precision in set(wanted).difference(offered):
            print(f"NOT JUDGED: {precision}, which this processor does not offer")
        if not set(wanted).intersection(offered):
            return True
        self.images = 8
        pixels = vgg_torch.made_pictures(self.images, side)
        pixels.tofile(os.path.join(self.folder, "pixels"))
        reference = vgg_torch.features(self.tensors, pixels)[layer]
        own = np.linalg.norm(reference - reference.mean(axis=0)) / np.linalg.norm(reference)
        print(f"{self.model} {side} {layer}: of the features' length, {own:.2f} is not their mean")
        fine = own >= 0.15
        for precision in [p for p in wanted if p in offered]:
            ours = self.ours(layer, "torchvision", side, precision)
            error = vgg_torch.relative_errors(ours, reference).max()
            straight = cosines(ours, reference).min()
            centred = cosines(ours - ours.mean(axis=0), reference - reference.mean(axis=0)).min()
            print(f"{self.model} {side} {layer} {precision}: error {error:.1e}, cosine {straight:.6f}, centred {centred:.6f}")
            fine = fine and (error <= BOUND if precision == "fp32_winograd" else straight >= 0.9999 and centred >= 0.999)
        return fine


def cosines(a, b):
    return (a * b).sum(axis=1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)


def judge_whole(program, folder):
    judge = Judge(program, folder, "vgg16", 4)
    same = sha256(judge.weights) == WEIGHTS_SHA256
    if not same:
        print(f"the weights made from seed {SEED} have another digest than {WEIGHTS_SHA256}")
    fine = judge.agrees(224, ("fc6_linear", "fc7")) and same
    for side in (224, 299):
        fine = judge.other_precisions_agree(side, "fc7") and fine
    return fine


def reference_is_torchvision(judge):
    """Whether torchvision's own module takes these tensors by their names and gives the scores that we judge by."""
    try:
        from torchvision.models import vgg
    except ImportError as error:
        print(f"skipped: {error}; install python3-torchvision to judge the reference itself")
        return True
    import torch
    widths = [w if w == "M" else w // 16 for w in vgg.cfgs["E" if "vgg19" in judge.model else "D"]]
    module = vgg.VGG(vgg.make_layers(widths, batch_norm="_bn" in judge.model), init_weights=False)
    for index, (wide, narrow) in {0: (32 * 49, 256), 3: (256, 256), 6: (256, 1000)}.items():
        module.classifier[index] = torch.nn.Linear(wide, narrow)
    state = {name: torch.from_numpy(values.copy()) for name, values in judge.tensors.items()}
    missing, unexpected = module.load_state_dict(state, strict=False)
    pixels = vgg_torch.made_images(judge.images, 299)
    with torch.no_grad():
        scores = module.double().eval()(torch.from_numpy(vgg_torch.normalised(pixels).astype(np.float64))).numpy()
    error = vgg_torch.relative_errors(vgg_torch.features(judge.tensors, pixels)["fc8"], scores).max()
    fine = not unexpected and all(name.endswith("num_batches_tracked") for name in missing) and error < 1e-12
    print(f"{judge.model}: the reference is torchvision's {'' if fine else 'NOT '}to {error:.1e}")
    return fine


def reads_what_torch_writes(judge):
    """Whether features from both of torch.save's containers are those from safetensors, to the bit."""
    import torch
    state = {name: torch.from_numpy(values.copy()) for name, values in judge.tensors.items()}
    expected, fine = judge.ours("fc8", "torchvision", 224), True
    for zipped in (True, False):
        judge.weights = os.path.join(judge.folder, "weights.pth")
        torch.save(state, judge.weights, _use_new_zipfile_serialization=zipped)
        same = np.array_equal(judge.ours("fc8", "torchvision", 224), expected)
        print(f"{judge.model} from a .pth, {'zip' if zipped else 'legacy'}: {'same' if same else 'OTHER'} features")
        fine = fine and same
    return fine


def judge_narrow(program, folder):
    fine = True
    for model in NARROW:
        judge = Judge(program, folder, model, 2)
        fine = reference_is_torchvision(judge) and fine
        fine = judge.agrees(224, vgg_torch.LAYERS) and fine
        for side in (32, 150, 257, 299, 331):
            fine = judge.agrees(side, ("pool5", "labels")) and fine
        fine = judge.agrees(224, ("pool5", "fc7"), "keras") and fine
        fine = reads_what_torch_writes(judge) and fine
    return fine


def main(program, what):
    with tempfile.TemporaryDirectory() as folder:
        return 0 if {"whole": judge_whole, "narrow": judge_narrow}[what](program, folder) else 1


sys.exit(main(*sys.argv[1:]))
