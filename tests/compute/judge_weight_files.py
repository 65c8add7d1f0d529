"""Judge: weights as PyTorch's users keep them give the features of the plain file. Exit 77 (skipped) without torch.

usage: judge_weight_files.py PROGRAM      (vgg_features)
Prefixes, wrappers, checkpoints with everything that trainings put into them, features alone, other types beside them, both
containers, all protocols. What would run if it were unpickled leaves a mark, and there must be none.
"""
import argparse
import collections
import datetime
import enum
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools", "golden"))
try:
    import numpy as np
    import torch
    import vgg_torch
except ImportError as error:
    print(f"SKIPPED: {error}; install python3-torch and python3-numpy to judge files of weights", file=sys.stderr)
    sys.exit(77)

MODEL = "vgg16_w16"
SIDE = 32
CONTAINERS = [dict(pickle_protocol=p, _use_new_zipfile_serialization=z) for p in (2, 3, 4, 5) for z in (True, False)]


class OwnDict(collections.OrderedDict):
    pass


class Mode(enum.Enum):
    TRAIN = 1


class Options:
    """Holds itself, as trainers' objects do."""

    def __init__(self):
        self.me, self.parts = self, (1, [self])


class Attack:
    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch '{self.mark}'",)


class Judge:
    def __init__(self, program, folder):
        self.program, self.folder, self.fine = program, folder, True
        self.weights, self.mark = os.path.join(folder, "weights"), os.path.join(folder, "mark")
        plain = os.path.join(folder, "plain")
        subprocess.run([program, "--make", plain, MODEL, "1"], check=True)
        self.state = collections.OrderedDict((name, torch.from_numpy(values.copy()))
                                             for name, values in vgg_torch.read_safetensors(plain).items())
        vgg_torch.made_images(2, SIDE).tofile(os.path.join(folder, "pixels"))
        self.expected = {layer: self.features(plain, layer)[0] for layer in ("pool5", "fc7", "fc8")}
        assert None not in self.expected.values(), "the plain file is not taken"

    def features(self, weights, layer):
        out = os.path.join(self.folder, "features")
        done = subprocess.run([self.program, weights, MODEL, layer, "torchvision", str(SIDE),
                               os.path.join(self.folder, "pixels"), out], capture_output=True, text=True)
        return (np.fromfile(out, dtype=np.float32).tobytes() if done.returncode == 0 else None), done.stderr.strip()

    def say(self, what, fine, why=""):
        print(f"{'fine' if fine else 'WRONG'}: {what}{': ' + why if why and not fine else ''}")
        self.fine = self.fine and fine

    def takes(self, what, content, layer="fc8", **how):
        torch.save(content, self.weights, **how)
        found, why = self.features(self.weights, layer)
        self.say(f"{what}, {layer} {how or ''}", found == self.expected[layer] and not os.path.exists(self.mark), why)

    def refuses(self, what, content, sentence, layer="fc8"):
        torch.save(content, self.weights)
        found, why = self.features(self.weights, layer)
        self.say(f"refused: {what}", found is None and sentence in why and not os.path.exists(self.mark), why)

    def named(self, prefix, keep=lambda name: True):
        return collections.OrderedDict((prefix + name, values) for name, values in self.state.items() if keep(name))


def is_feature(name):
    return name.startswith("features.")


def other_types():
    types = (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float64, torch.complex64)
    tensors = {f"other.{type}": torch.ones(3, 2).to(type) for type in types}
    tensors["other.scalar"], tensors["other.empty"] = torch.tensor(1.0), torch.empty(0)
    tensors["other.quantised"] = torch.quantize_per_tensor(torch.ones(4), 0.1, 0, torch.qint8)
    tensors["other.sparse"] = torch.eye(3).to_sparse()
    return tensors


def checkpoint(judge):
    """What Lightning and hand-written trainings keep beside a state_dict."""
    layer = torch.nn.Linear(3, 2)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    return {
        "epoch": 3, "global_step": 1200, "pytorch-lightning_version": "1.9.0", "state_dict": judge.named("model."),
        "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 4}}}},
        "callbacks": {"ModelCheckpoint{'monitor': 'loss'}": {"best_model_score": torch.tensor(0.5), "dirpath": pathlib.Path("/a")}},
        "optimizer_states": [optimizer.state_dict()], "lr_schedulers": [{"last_lr": [np.float64(0.1)], "_step_count": 2}],
        "hparams_name": "kwargs", "hyper_parameters": OwnDict(options=argparse.Namespace(lr=1e-3, layers=[1, 2]), mode=Mode.TRAIN),
        "when": datetime.datetime(2020, 1, 2, 3, 4), "zone": datetime.timezone.utc, "array": np.arange(6).reshape(2, 3),
        "scalar": np.float32(1.5), "dtype": torch.float16, "device": torch.device("cpu"), "size": torch.Size([1, 2]),
        "random": (random.getstate(), np.random.get_state(), torch.get_rng_state(), np.random.default_rng(1)),
        "sets": ({1, 2}, frozenset("ab"), collections.Counter("aab"), collections.defaultdict(list, a=[1])),
        "texts": ("é" * 300, b"bytes", bytearray(b"array"), b"x" * 300), "numbers": (1 << 200, -(1 << 70), -1, 1e300, 2 + 3j, None),
        "ranges": (slice(1, 2), range(3), ...), "object": Options(), "function": os.path.join, "attack": Attack(judge.mark),
    }


def write_safetensors(path, tensors):
    """tensors: name, safetensors' type, shape and bytes."""
    header, data = {}, b""
    for name, kind, shape, content in tensors:
        header[name] = dict(dtype=kind, shape=shape, data_offsets=[len(data), len(data) + len(content)])
        data += content
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def judge_safetensors(judge):
    for prefix in ("", "model.module."):
        tensors = [("flag", "BOOL", [3], b"\0\1\0"), ("index", "I32", [2], bytes(8)), ("wide", "F64", [1], bytes(8))]
        tensors += [(prefix + name, "F32", list(values.shape), values.numpy().tobytes()) for name, values in judge.state.items()]
        write_safetensors(judge.weights, tensors + [("byte", "U8", [5], bytes(5)), ("wave", "C64", [1], bytes(8))])
        found, why = judge.features(judge.weights, "fc8")
        judge.say(f"safetensors with other types and the prefix '{prefix}'", found == judge.expected["fc8"], why)


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(program, folder)
        judge_safetensors(judge)
        for how in CONTAINERS:
            judge.takes("a state_dict", judge.state, **how)
            judge.takes("a state_dict beside other types", {**other_types(), **judge.state}, **how)
            judge.takes("a checkpoint", checkpoint(judge), **how)
        for prefix in ("module.", "model.", "backbone.", "model.module.", "features_extractor.", "net.0."):
            judge.takes(f"the prefix '{prefix}'", judge.named(prefix))
        for key in ("state_dict", "model", "model_state_dict", "net"):
            judge.takes(f"the wrapper '{key}'", {"epoch": 1, key: judge.named("module.")})
        judge.takes("a wrapper in a wrapper", {"checkpoint": {"model": judge.state}})
        judge.takes("one module under two names", {**judge.named("model."), **judge.named("net.model.")})
        judge.takes("parameters", {name: torch.nn.Parameter(values) for name, values in judge.state.items()})
        judge.takes("a subclass of OrderedDict", OwnDict(judge.state))
        judge.takes("features alone", judge.named("", is_feature), "pool5")
        judge.takes("features alone in a wrapper", {"state_dict": judge.named("encoder.", is_feature)}, "pool5")
        for prefix in ("", "encoder.", "0."):
            bare = {prefix + name[len("features."):]: values for name, values in judge.state.items() if is_feature(name)}
            judge.takes(f"the features' own state_dict behind '{prefix}'", bare, "pool5")
        tuned = {**judge.state, "classifier.6.weight": torch.ones(10, 256), "classifier.6.bias": torch.ones(10)}
        judge.takes("ten classes", tuned, "fc7")
        judge.refuses("ten classes", tuned, "has the shape (10, 256) instead of (1000, 256)")
        judge.refuses("features alone", judge.named("", is_feature), "'classifier.0.weight', 'classifier.0.bias'")
        judge.refuses("two models", {"model": judge.state, "ema": {k: v.clone() for k, v in judge.state.items()}}, "more than once")
        judge.refuses("double precision", {k: v.double() for k, v in judge.state.items()}, "is of type F64")
        judge.refuses("a whole module", torch.nn.Sequential(torch.nn.Linear(2, 2)), "nothing of it was executed")
        judge.refuses("an attack", Attack(judge.mark), "nothing of it was executed")
        return 0 if judge.fine else 1


sys.exit(main(*sys.argv[1:]))
