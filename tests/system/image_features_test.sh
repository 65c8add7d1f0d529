#!/usr/bin/env bash
# Image features of each kind, from job file to results: labels with their names, raw pixels without weights, weights
# that are refused. Arguments: SOURCE_ROOT PROGRAM MPIEXEC PYTHON.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
python=$4

"$shoal" synth --posts 300 --images 40 --image-side 96 --seed 3 corpus 2>/dev/null
"$shoal" weights make --model vgg19_bn_w16 --seed 1 made.safetensors 2>/dev/null
"$shoal" weights convert made.safetensors weights.safetensors 2>/dev/null

# job NAME LINES: a job whose [features.image] holds these lines.
job() {
  cat >"$1.toml" <<TOML
[job]
name = "$1"
[corpus]
posts = "corpus/profiles"
images = "corpus/photos"
[features.image]
$2
[[cluster]]
name = "looks"
of = "image"
k = 3
n_init = 1
TOML
}

job labels 'model = "vgg19_bn_w16"
layer = "labels"
top_labels = 3
resize = 150
weights = "weights.safetensors"'
job rgb 'kind = "rgb"
resize = 20'
for name in labels rgb; do
  on 1 run $name.toml --out "$name-1" --threads 1 2>/dev/null
  on 3 run $name.toml --out "$name-3" --threads 1 2>/dev/null
  same_results "$name-1" "$name-3"
  expect 0 on 2 verify "$name-1"
done
grep -q '"weights"' rgb-1/run.json && fail 'raw pixels were given weights'
status=0
"$source_root/tests/judge/ask.sh" "$python" "$source_root/tests/judge/image_features.py" \
  labels-1/images.h5ad rgb-1/images.h5ad || status=$?
[[ $status == 0 || $status == 77 ]] || fail 'the judge said no'

# What is wrong with weights is said before anything is read.
sed 's/vgg19_bn_w16/vgg16_w16/' labels.toml >other.toml
expect 3 on 1 run other.toml
says 'these are weights of vgg19_bn_w16'
expect 3 on 1 check other.toml
# The last float32 becomes NaN.
cp weights.safetensors nan.safetensors
truncate -s -4 nan.safetensors
printf '\x00\x00\xc0\x7f' >>nan.safetensors
expect 3 "$shoal" weights inspect nan.safetensors
says "tensor 'classifier.6.bias'"
says 'holds NaN at number 999'
sed 's/weights.safetensors/nan.safetensors/' labels.toml >nan.toml
expect 3 on 2 run nan.toml
says 'holds NaN at number 999'
expect 3 "$shoal" weights inspect "$source_root/tests/vision/weights/module.pth"
says 'nothing of it was executed'
expect 3 "$shoal" weights convert "$source_root/tests/vision/weights/state.zip.pth" out.safetensors
says 'none of our networks'
expect 0 "$shoal" weights inspect weights.safetensors
says 'model     vgg19_bn_w16'

# Weights as people keep them: behind a prefix, beside what is no weight, without a classifier.
if command -v "$python" >/dev/null; then
  "$python" - weights.safetensors <<'PYTHON'
import json, struct, sys
raw = open(sys.argv[1], "rb").read()
length = struct.unpack("<Q", raw[:8])[0]
header, data = json.loads(raw[8:8 + length]), raw[8 + length:]
del header["__metadata__"]

def write(path, header, data):
    text = json.dumps(header).encode()
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + data)

header["flag"] = dict(dtype="BOOL", shape=[1], data_offsets=[len(data), len(data) + 1])
write("prefixed.safetensors", {"model.module." + name: entry for name, entry in header.items()}, data + b"\0")
more = dict(header, momentum=dict(dtype="F32", shape=[1], data_offsets=[len(data) + 1, len(data) + 5]))
write("momentum.safetensors", more, data + b"\0" + struct.pack("<f", float("nan")))
features = {name[len("features."):]: entry for name, entry in header.items() if name.startswith("features.")}
write("features.safetensors", features, data[:max(entry["data_offsets"][1] for entry in features.values())])
PYTHON
  sed 's/weights.safetensors/prefixed.safetensors/' labels.toml >prefixed.toml
  expect 0 on 2 check prefixed.toml
  says "'model.module.classifier.0.bias' is taken for 'classifier.0.bias'"
  expect 0 "$shoal" weights inspect momentum.safetensors
  says "'momentum' holds NaN at number 0; no layer needs this tensor"
  sed 's/weights.safetensors/features.safetensors/' labels.toml >features.toml
  expect 3 on 2 check features.toml
  says "no tensors 'classifier.0.weight'"
  says 'enough up to pool5'
  sed -i 's/"labels"/"pool5"/; /top_labels/d' features.toml
  expect 0 on 2 run features.toml --threads 1
  says "'0.bias' is taken for 'features.0.bias'"
fi
