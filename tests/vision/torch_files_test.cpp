// PyTorch's files: those that it wrote (tools/golden/make_torch_files.py), and pickles and archives that lie.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "hostile_weights.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/vision/weights.hpp"
#include "vision/weights/table.hpp"

namespace shoal {
namespace {

using namespace testing;

std::string folder() { return std::string(SHOAL_TEST_DIR) + "/weights/"; }

std::string bytes_of_file(const std::string& name) {
  const auto bytes = read_file(folder() + name);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Expected {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

std::map<std::string, Expected> expected_tensors() {
  std::map<std::string, Expected> tensors;
  std::ifstream file(folder() + "expected.txt");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    std::istringstream words(line);
    std::string name;
    words >> name;
    Expected& tensor = tensors[name];
    for (std::string word; words >> word && word != ":";) tensor.shape.push_back(std::stoll(word));
    for (float value = 0; words >> value;) tensor.values.push_back(value);
  }
  return tensors;
}

/// A file of tests/vision/weights, and what stands in it before the names of its state_dict.
struct SavedFile {
  std::string test;
  std::string name;
  std::string before{};
};
void PrintTo(const SavedFile& file, std::ostream* out) { *out << file.name; }

class TorchFile : public ::testing::TestWithParam<SavedFile> {
 protected:
  WeightFile file_{folder() + GetParam().name};
};

TEST_P(TorchFile, GivesTheTensorsThatPyTorchSaved) {
  const auto expected = expected_tensors();
  const std::string& before = GetParam().before;
  const auto names = file_.names();
  EXPECT_EQ(std::ranges::count_if(names, [&](const std::string& name) { return name.starts_with(before); }),
            expected.size());
  for (const auto& [name, tensor] : expected) {
    EXPECT_EQ(file_.shape(before + name), tensor.shape) << name;
    if (file_.type(before + name) == "I64") continue;
    const auto values = file_.tensor(before + name, tensor.values.size());
    EXPECT_EQ(std::vector<float>(values.begin(), values.end()), tensor.values) << name;
  }
  EXPECT_EQ(file_.type(before + "half"), "F16");
  EXPECT_EQ(file_.type(before + "bfloat16"), "BF16");
  EXPECT_EQ(file_.digest(), sha256(bytes_of_file(GetParam().name)));
}

TEST_P(TorchFile, DoesNotGiveWholeNumbersAsWeights) {
  const std::string counter = GetParam().before + "1.num_batches_tracked";
  EXPECT_EQ(file_.type(counter), "I64");
  EXPECT_THROW(static_cast<void>(file_.tensor(counter, 1)), InputError);
}

TEST(TorchCheckpoint, SaysWhatItAsksForBesideTensors) {
  for (const std::string name : {"checkpoint.zip.pth", "checkpoint.legacy.pth"}) {
    const WeightFile file(folder() + name);
    EXPECT_EQ(file.type("flags"), "BOOL");
    EXPECT_EQ(file.type("wide"), "F64");
    EXPECT_NE(file.fault("wide"), "");
    const auto& ignored = file.ignored();
    for (const std::string unknown :
         {"argparse.Namespace", "datetime.datetime", "numpy.core.multiarray.scalar"}) {
      EXPECT_NE(std::ranges::find(ignored, unknown), ignored.end()) << unknown << " in " << name;
    }
  }
  EXPECT_TRUE(WeightFile(folder() + "state.zip.pth").ignored().empty());
}

TEST_P(TorchFile, IsRefusedCutAtAnyLength) {
  const std::string file = bytes_of_file(GetParam().name);
  for (std::size_t size = 1; size < file.size(); ++size) {
    EXPECT_NE(refusal_of(file.substr(0, size)), "nothing was thrown") << size << " bytes";
  }
  EXPECT_EQ(refusal_of(file), "nothing was thrown");
}

TEST_P(TorchFile, NeverCrashesOnAChangedByte) {
  for (const char change : {'\x01', '\x80', '\xFF'}) {
    for (std::string file = bytes_of_file(GetParam().name); char& byte : file) {
      byte = static_cast<char>(byte ^ change);
      static_cast<void>(refusal_of(file));
      byte = static_cast<char>(byte ^ change);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Containers, TorchFile,
    ::testing::Values(SavedFile{"Zip", "state.zip.pth"}, SavedFile{"Legacy", "state.legacy.pth"},
                      SavedFile{"Checkpoint", "checkpoint.zip.pth", "state_dict/"},
                      SavedFile{"LegacyCheckpoint", "checkpoint.legacy.pth", "state_dict/"}),
    [](const auto& test) { return test.param.test; });

TEST(TorchZip, IsRefusedWithAChangedByteInAnyMember) {
  const std::string file = bytes_of_file("state.zip.pth");
  const std::size_t numbers = file.find("data/0");
  for (std::size_t at = numbers + 128; at < numbers + 160; ++at) {
    std::string changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_NE(refusal_of(changed), "nothing was thrown") << at;
  }
}

void expect_refusal(const std::string& file, const std::string& reason) {
  EXPECT_NE(refusal_of(file).find(reason), std::string::npos) << refusal_of(file);
}

const std::string kStorage(24, '\0');

TEST(TorchZip, IsReadFromAnArchiveOfOurs) {
  EXPECT_EQ(refusal_of(torch_zip(state_dict(tensor(6, 0, {2, 3}, {3, 1})), kStorage)), "nothing was thrown");
}

TEST(TorchZip, IsRefusedWhereTheArchiveLies) {
  const std::string pickle = state_dict(tensor(6, 0, {2, 3}, {3, 1}));
  const auto with = [&](MadeMember member) {
    member.name = "x/data/0";
    if (member.data.empty()) member.data = kStorage;
    return zip_of({{"x/data.pkl", pickle}, member});
  };
  expect_refusal(with({.flags = 1}), "is encrypted");
  expect_refusal(with({.method = 8}), "is compressed");
  expect_refusal(with({.size_lie = 1 << 30}), "runs past the end");
  expect_refusal(with({.size_lie = -4}), "does not fit its checksum");
  expect_refusal(with({.crc_lie = 1}), "does not fit its checksum");
  expect_refusal(with({.offset_lie = 1 << 30}), "past its end");
  expect_refusal(with({.offset_lie = 1}), "points at no member");
  expect_refusal(with({.name_in_header = "x/data/1"}), "another name");
  expect_refusal(with({.data = kStorage + "more"}), "not as many bytes");
  expect_refusal(zip_of({{"x/data.pkl", pickle}}), "lacks the storage '0'");
  expect_refusal(zip_of({{"x/data.pkl", pickle}, {"x/data/0", kStorage}, {"x/data/0", kStorage}}),
                 "two members");
  expect_refusal(zip_of({{"x/data.pkl", pickle}, {"x/data/0", kStorage}}, 1), "past its end");
  expect_refusal(zip_of({{"x/other", pickle}}), "no data.pkl");
  expect_refusal(zip_of({{"x/data.pkl", pickle}, {"x/data/0", kStorage}, {"x/constants.pkl", ""}}),
                 "TorchScript");
  expect_refusal(zip_of({{"x/data.pkl", pickle}, {"x/data/0", kStorage}, {"x/byteorder", "big"}}),
                 "not little endian");
}

TEST(TorchZip, IsRefusedWhereMembersOverlap) {
  const std::string pickle = state_dict(tensor(6, 0, {2, 3}, {3, 1}));
  MadeMember second{"x/data/0", kStorage};
  // The directory's second entry points at a header inside the first member.
  const std::string inner = zip_of({second});
  MadeMember outer{"x/outer", inner.substr(0, inner.find("PK\x01\x02"))};
  second.offset_lie = -static_cast<std::int64_t>(outer.data.size());
  expect_refusal(zip_of({{"x/data.pkl", pickle}, outer, second}), "overlaps");
}

TEST(TorchPickle, IsRefusedWhereItAsksForMoreThanTensors) {
  const std::string os = kProtocol + "cos\nsystem\n" + tuple({text("echo hacked")}) + "R.";
  expect_refusal(torch_zip(os),
                 "asks for 'os.system', which weights do not need; nothing of it was executed");
  const std::string posix = kProtocol + text("posix") + text("system") + "\x93" + tuple({text("id")}) + "R.";
  expect_refusal(torch_zip(posix), "asks for 'posix.system'");
  expect_refusal(torch_zip(state_dict("cbuiltins\neval\n" + tuple({text("1")}) + "R")),
                 "asks for 'builtins.eval'");
  expect_refusal(torch_zip(kProtocol + "c\x1b[31m\nx\n."), "asks for '?[31m.x'");
  expect_refusal(bytes_of_file("module.pth"), "asks for 'torch.nn.modules.linear.Linear'");
  for (const std::string object :
       {"(ios\nsystem\n.", "(cos\nsystem\no.", "cos\nsystem\n)\x81.", "cos\nsystem\n)}\x92."}) {
    expect_refusal(torch_zip(kProtocol + object), "asks for 'os.system'");
  }
  for (const auto& [opcodes, name] :
       {std::pair{"\x82\x01.", "0x82"}, {"Pid\n.", "'P'"}, {"S'a'\n.", "'S'"}, {"\x97.", "0x97"}}) {
    expect_refusal(torch_zip(kProtocol + opcodes), std::string("uses the opcode ") + name);
  }
}

TEST(TorchPickle, IsRefusedWhereItIsNoSoundProgram) {
  for (const std::string pickle :
       {".",     "t.",    "R.", "0.", "1.", "2.", "o.",    "(o.", "d.", "(Nd.",   "\x90.", "](\x90.", "\x91.",
        "\x81.", "\x92.", "a.", "s.", "u.", "e.", "\x85.", "b.",  "Q.", "h\x01.", "(.",    "\x93."}) {
    EXPECT_NE(refusal_of(torch_zip(kProtocol + pickle)), "nothing was thrown") << pickle;
  }
  expect_refusal(torch_zip(kProtocol + "}" + text("a") + "s."), "takes more values than it has");
  expect_refusal(torch_zip(kProtocol + "](Ktu."), "fills what is no dictionary");
  expect_refusal(torch_zip(kProtocol + "NN."), "something else than a state_dict");
  expect_refusal(torch_zip(kProtocol + "N)R."), "calls what is no function");
  expect_refusal(torch_zip("\x80\x09."), "protocol is not known");
}

TEST(TorchPickle, MayHoldItselfOrBeDeepWithoutHarm) {
  expect_refusal(torch_zip(kProtocol + "]q\x01h\x01" + "a."), "something else than a state_dict");
  expect_refusal(torch_zip(kProtocol + "}q\x01" + text("a") + "h\x01s."), "no tensors by name");
  // A parameter that holds itself: its arguments are a list, filled after the call.
  expect_refusal(torch_zip(state_dict("ctorch._utils\n_rebuild_parameter\n]q\x01Rq\x02"
                                      "0h\x01h\x02"
                                      "a0h\x02")),
                 "no tensors by name");
  expect_refusal(torch_zip(kProtocol + std::string(500'000, ')') + std::string(499'999, '\x86') + "."),
                 "something else than a state_dict");
  expect_refusal(torch_zip(kProtocol + std::string(900'000, '(') + "."), "takes more values");
}

TEST(TorchPickle, IsRefusedWhereItClaimsMoreThanThereIs) {
  expect_refusal(torch_zip(kProtocol + "X\xff\xff\xff\xff."), "ends too early");
  expect_refusal(torch_zip(kProtocol + "\x8d\xff\xff\xff\xff\xff\xff\xff\x7f."), "ends too early");
  expect_refusal(torch_zip(kProtocol + "\x8b\xff\xff\xff\xff."), "ends too early");
  expect_refusal(torch_zip(kProtocol + "B\xff\xff\xff\xff."), "ends too early");
  expect_refusal(torch_zip(kProtocol + "\x96\xff\xff\xff\xff\xff\xff\xff\xff."), "ends too early");
  expect_refusal(torch_zip(kProtocol + std::string((16 << 20) - 2, 'N') + "."),
                 "larger than any network's description");
  expect_refusal(torch_zip(kProtocol + "N" + std::string(2'000'000, '\x94') + "."),
                 "larger than any network's description");
  expect_refusal(torch_zip(kProtocol + std::string(2'000'000, ')') + "."),
                 "larger than any network's description");
}

TEST(TorchPickle, IsRefusedWhereATensorReachesBeyondItsStorage) {
  constexpr std::int64_t kHuge = std::int64_t{1} << 62;
  const auto expect = [](std::int64_t offset, const std::vector<std::int64_t>& shape,
                         const std::vector<std::int64_t>& strides, const std::string& reason) {
    expect_refusal(torch_zip(state_dict(tensor(6, offset, shape, strides)), kStorage), reason);
  };
  expect(1, {2, 3}, {3, 1}, "reaches beyond its storage");
  expect(0, {2, 3}, {4, 1}, "reaches beyond its storage");
  expect(kHuge, {1}, {1}, "reaches beyond its storage");
  expect(0, {2, 2, 2}, {kHuge, kHuge, kHuge}, "reaches beyond its storage");
  expect(0, {7}, {0}, "reaches beyond its storage");
  expect(0, {kHuge, kHuge}, {0, 0}, "impossible size");
  expect(0, {-1}, {1}, "below 0");
  expect(0, {6}, {-1}, "below 0");
  expect(-1, {1}, {1}, "not described as torch.save does");
  expect(0, {0}, {1}, "has no numbers");
  expect(0, {2, 3}, {1}, "as many strides as axes");
  expect(0, {1, 1, 1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1, 1, 1, 1}, "more axes");
  expect_refusal(torch_zip(state_dict(tensor(kHuge, 0, {1}, {1})), kStorage), "impossible size");
  expect_refusal(torch_zip(state_dict(tensor(-6, 0, {1}, {1})), kStorage), "impossible size");
}

TEST(TorchPickle, IsRefusedWhereTensorsShareMoreThanTheFileHas) {
  std::string pickle = kProtocol + "}(";
  for (int i = 0; i < 100; ++i) pickle += text(std::to_string(i)) + tensor(6000, 0, {6000}, {1});
  expect_refusal(torch_zip(pickle + "u.", std::string(24000, '\0')), "more numbers than the file");
}

TEST(TorchPickle, IsRefusedWithMoreTensorsThanAnyNetworkHas) {
  std::string pickle = kProtocol + tensor(6, 0, {6}, {1}) + "q\x01" + "0}(";
  for (int i = 0; i <= 1 << 16; ++i) pickle += text(std::to_string(i)) + "h\x01";
  expect_refusal(torch_zip(pickle + "u.", kStorage), "more tensors than any network has");
}

TEST(TorchPickle, IsRefusedWhereItsDictionaryIsNone) {
  const std::string sound = tensor(6, 0, {6}, {1});
  expect_refusal(torch_zip(kProtocol + "}K\x01" + sound + "s.", kStorage), "no tensors by name");
  expect_refusal(torch_zip(kProtocol + "}(" + text("a") + sound + text("a") + sound + "u.", kStorage),
                 "twice");
  expect_refusal(torch_zip(state_dict("K\x01"), kStorage), "no tensors by name");
  expect_refusal(torch_zip(state_dict("}")), "no tensors by name");
  expect_refusal(torch_zip(kProtocol + "}" + text("a\n") + sound + "s.", kStorage), "no tensors by name");
  const std::string other = "ctorch._utils\n_rebuild_tensor\n" +
                            tuple({storage(6, "0", "LongStorage"), integer(0), numbers({6}), numbers({1})}) +
                            "R";
  expect_refusal(torch_zip(kProtocol + "}(" + text("a") + sound + text("b") + other + "u.", kStorage),
                 "two different things");
}

TEST(TorchPickle, MayBeOfPython2WithPairsAndBytes) {
  const std::string v1 =
      "ctorch._utils\n_rebuild_tensor\n" + tuple({storage(6), integer(1), numbers({5}), numbers({1})}) + "R";
  const std::string pairs =
      "](](U\x01"
      "a" +
      v1 + "ee";
  const std::string pickle = kProtocol + "ccollections\nOrderedDict\n" + pairs + "\x85R.";
  const auto file = torch_zip(pickle, kStorage);
  EXPECT_EQ(refusal_of(file), "nothing was thrown");
  const WeightTable table = read_weights(testing::bytes_of(file));
  EXPECT_EQ(table.tensors.at("a").shape, (std::vector<std::int64_t>{5}));
}

/// "name=type" of each tensor that can be read, "name!" of one with a fault.
std::string tensors_in(const std::string& file) {
  std::string text;
  try {
    for (const auto& [name, tensor] : read_weights(testing::bytes_of(file)).tensors) {
      text += name + (tensor.fault.empty() ? "=" + tensor.type : "!") + " ";
    }
  } catch (const Refusal& refusal) {
    return refusal.reason;
  }
  return text;
}

std::string byte_of(std::uint8_t value) { return "K" + little(value, 1); }

/// A short text as protocol 4 writes it, and a global.
std::string short_text(std::string_view value) {
  return "\x8c" + little(value.size(), 1) + std::string(value);
}
std::string global(std::string_view module, std::string_view name) {
  return short_text(module) + "\x94" + short_text(name) + "\x94\x93\x94";
}

const std::string kSound = tensor(6, 0, {2, 3}, {3, 1});

TEST(TorchPickle, MayBeACheckpointAroundAStateDict) {
  const std::string weights = "}" + text("a") + kSound + "s";
  EXPECT_EQ(tensors_in(torch_zip(kProtocol + "}" + text("state_dict") + weights + "s.", kStorage)),
            "state_dict/a=F32 ");
  // Beside it: a number, a list, the state of a training under numbers, and the same dictionary once more.
  const std::string training =
      "}" + text("state") + "}" + byte_of(0) + "}" + text("momentum") + kSound + "sss";
  EXPECT_EQ(tensors_in(torch_zip(kProtocol + "}(" + text("epoch") + byte_of(7) + text("losses") +
                                     "](G12345678N\x88" + "e" + text("optimizer") + training + text("model") +
                                     weights + "q\x05" + text("ema") + "h\x05" + "u.",
                                 kStorage)),
            "model/a=F32 ");
  std::string deep = weights;
  for (int i = 0; i < 20; ++i) deep = "}" + text("d") + deep + "s";
  expect_refusal(torch_zip(kProtocol + deep + ".", kStorage), "no tensors by name");
}

TEST(TorchPickle, MayAskForUnknownThingsBesideTensorsAndNothingOfThemIsMade) {
  const std::string scalar = "cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(" + text("f8") + byte_of(0) +
                             byte_of(1) + "tR(" + byte_of(3) + "tbC\x04" + "1234tR";
  const std::string options = "cargparse\nNamespace\n)R}" + text("lr") + byte_of(1) + "sb";
  const std::string subclass = "cmine\nOwnDict\n)\x81(" + text("b") + kSound + "u";
  const std::string file =
      torch_zip(kProtocol + "}(" + text("hyper_parameters") + options + text("best") + scalar + text("when") +
                    "cdatetime\ndatetime\nC\x02" + "12\x85R" + text("own") + subclass + text("system") +
                    "cos\nsystem\n" + text("touch hacked") + "\x85R" + text("a") + kSound + "u.",
                kStorage);
  EXPECT_EQ(tensors_in(file), "a=F32 own/b=F32 ");
  EXPECT_EQ(read_weights(testing::bytes_of(file)).ignored,
            (std::vector<std::string>{"argparse.Namespace", "numpy.core.multiarray.scalar", "numpy.dtype",
                                      "datetime.datetime", "mine.OwnDict", "os.system"}));
}

TEST(TorchPickle, MayBeOfProtocol4) {
  const std::string storage4 = "(" + short_text("storage") + global("torch", "FloatStorage") +
                               short_text("0") + "\x94" + short_text("cpu") + "\x94" + byte_of(6) + "t\x94Q";
  const std::string shape4 = byte_of(2) + byte_of(3) + "\x86\x94" + byte_of(3) + byte_of(1) + "\x86\x94";
  const std::string tensor4 = global("torch._utils", "_rebuild_tensor_v2") + "(" + storage4 + byte_of(0) +
                              shape4 + "\x89" + global("collections", "OrderedDict") + ")R\x94t\x94R\x94";
  const std::string others = short_text("sets") + "(\x8f\x94(" + short_text("x") + "\x90(" + byte_of(1) +
                             "\x91\x94t" + short_text("big") + "\x8b" + little(20, 4) +
                             std::string(20, '\x7f') + short_text("bytes") + "\x8e" + little(3, 8) + "abc" +
                             short_text("array") + "\x96" + little(2, 8) + "ab";
  const std::string pickle =
      "\x80\x04\x95" + little(400, 8) + "}\x94(" + others + short_text("a") + "\x94" + tensor4 + "u.";
  EXPECT_EQ(tensors_in(torch_zip(pickle, kStorage)), "a=F32 ");
}

TEST(TorchPickle, HasTensorsOfEveryTypeBesideThoseThatAreRead) {
  for (const auto& [type, bytes] : {std::pair{"DoubleStorage", 48},
                                    {"BoolStorage", 6},
                                    {"ComplexFloatStorage", 48},
                                    {"IntStorage", 24},
                                    {"QUInt8Storage", 6},
                                    {"UntypedStorage", 9}}) {
    const std::string other =
        "ctorch._utils\n_rebuild_tensor_v2\n" +
        tuple({storage(6, "1", type), integer(0), numbers({6}), numbers({1}), "\x89", "N"}) + "R";
    const std::string file =
        zip_of({{"x/data.pkl", kProtocol + "}(" + text("other") + other + text("a") + kSound + "u."},
                {"x/data/0", kStorage},
                {"x/data/1", std::string(static_cast<std::size_t>(bytes), '\0')}});
    EXPECT_EQ(tensors_in(file), "a=F32 other! ") << type;
  }
}

}  // namespace
}  // namespace shoal
