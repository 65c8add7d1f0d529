// safetensors as they come: good ones, hostile ones, and the ones that we make.
#include "shoal/vision/weights.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "hostile_weights.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/vision/vgg.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

class Weights : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path(const char* name = "weights") const {
    return folder_.path() / name;
  }

  /// A file of this header and so many bytes of data, which count 0, 1, 2, ... as floats.
  void write(std::string_view header, std::size_t data_bytes) const {
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>((header.size() >> (8 * i)) & 0xFF);
    bytes += header;
    std::vector<float> values((data_bytes + 3) / 4);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
    bytes.append(reinterpret_cast<const char*>(values.data()), data_bytes);
    write_file_durably(path(), bytes);
  }

  /// The sentence with which opening is refused, or reading a tensor.
  [[nodiscard]] std::string refusal() const {
    try {
      const WeightFile file(path());
      for (const std::string& name : file.names()) {
        if (!file.fault(name).empty()) static_cast<void>(file.tensor(name, 0));
      }
    } catch (const InputError& error) {
      return error.what();
    }
    return "nothing was thrown";
  }
  void expect_refusal(std::string_view header, std::size_t data_bytes, const std::string& reason) const {
    write(header, data_bytes);
    EXPECT_NE(refusal().find(reason), std::string::npos) << refusal() << "\n  for " << header;
  }

  testing::ScratchFolder folder_;
};

constexpr std::string_view kGood =
    R"({"__metadata__":{"by":"hand"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
    R"("a":{"dtype":"F32","shape":[3,1],"data_offsets":[8,20]}})";

TEST_F(Weights, GivesTensorsShapesAndNotes) {
  write(kGood, 20);
  const WeightFile file(path());
  EXPECT_EQ(file.names(), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(file.shape("a"), (std::vector<std::int64_t>{3, 1}));
  const auto a = file.tensor("a", 3);
  EXPECT_EQ(std::vector<float>(a.begin(), a.end()), (std::vector<float>{2, 3, 4}));
  EXPECT_EQ(file.metadata().at("by"), "hand");
  EXPECT_FALSE(file.untrained());
}

TEST_F(Weights, ReadsDataAtAnyAlignment) {
  for (std::size_t spaces = 0; spaces < 8; ++spaces) {
    write(std::string(kGood) + std::string(spaces, ' '), 20);
    WeightFile opened(path());
    const auto a = opened.tensor("a", 3);
    const WeightFile file = std::move(opened);  // what it gave must survive a move
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.data()) % alignof(float), 0U);
    EXPECT_EQ(std::vector<float>(a.begin(), a.end()), (std::vector<float>{2, 3, 4}));
  }
}

TEST_F(Weights, RefusesAMissingNameAndAWrongSize) {
  write(kGood, 20);
  const WeightFile file(path());
  EXPECT_THROW(static_cast<void>(file.tensor("c", 3)), InputError);
  EXPECT_THROW(static_cast<void>(file.tensor("a", 4)), InputError);
  EXPECT_THROW(static_cast<void>(file.shape("c")), InputError);
}

TEST_F(Weights, RefusesTensorsThatDoNotFillTheDataExactly) {
  expect_refusal(kGood, 19, "ends before its last tensor");
  expect_refusal(kGood, 21, "bytes after its last tensor");
  expect_refusal(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                 R"("b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
                 12, "overlap");
  expect_refusal(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                 R"("b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}})",
                 20, "gap");
  expect_refusal(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})", 12, "gap");
}

TEST_F(Weights, AreRefusedCutAtAnyLength) {
  write(kGood, 20);
  const auto bytes = read_file(path());
  const std::string file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_NE(testing::refusal_of(file.substr(0, size)), "nothing was thrown") << size << " bytes";
  }
  EXPECT_EQ(testing::refusal_of(file), "nothing was thrown");
}

TEST_F(Weights, AreReadBesideTensorsThatNobodyNeeds) {
  write(
      R"({"flag":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]},"index":{"dtype":"I32","shape":[1],"data_offsets":[2,6]},)"
      R"("byte":{"dtype":"U8","shape":[3],"data_offsets":[6,9]},"wide":{"dtype":"F64","shape":[1],"data_offsets":[9,17]},)"
      R"("wave":{"dtype":"C64","shape":[1],"data_offsets":[17,25]},"tiny":{"dtype":"F4","shape":[6],"data_offsets":[25,28]},)"
      R"("odd":{"dtype":"F32","shape":[-1],"data_offsets":[28,29]},"none":{"shape":7,"data_offsets":[29,32]},)"
      R"("a":{"dtype":"F32","shape":[3],"data_offsets":[32,44]},"short":{"dtype":"I16","shape":[2],"data_offsets":[44,48]}})",
      48);
  const WeightFile file(path());
  EXPECT_EQ(file.tensor("a", 3)[0], 8.0F);
  EXPECT_EQ(file.type("flag"), "BOOL");
  EXPECT_EQ(file.fault("a"), "");
  for (const std::string name : {"flag", "index", "byte", "wide", "wave", "tiny", "odd", "none", "short"}) {
    EXPECT_NE(file.fault(name), "") << name;
    EXPECT_THROW(static_cast<void>(file.tensor(name, 1)), InputError) << name;
  }
}

TEST_F(Weights, MayHaveAHeaderWhoseLengthBeginsAsAPickle) {
  for (const std::size_t length : {0x280U, 0x380U, 0x480U, 0x580U}) {
    std::string header(kGood);
    header.resize(length, ' ');
    write(header, 20);
    EXPECT_EQ(refusal(), "nothing was thrown") << length;
  }
}

TEST_F(Weights, WidenHalfPrecision) {
  // 1, -2, the least and the largest float16, infinity; 1 and -2 as bfloat16.
  write(
      R"({"h":{"dtype":"F16","shape":[5],"data_offsets":[0,10]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[10,14]}})",
      0);
  const auto header = read_file(path());
  std::string file(reinterpret_cast<const char*>(header.data()), header.size());
  for (const unsigned bits : {0x3C00U, 0xC000U, 0x0001U, 0x7BFFU, 0x7C00U, 0x3F80U, 0xC000U}) {
    file += testing::little(bits, 2);
  }
  write_file_durably(path(), file);
  const WeightFile weights(path());
  const auto half = weights.tensor("h", 5);
  EXPECT_EQ(std::vector<float>(half.begin(), half.end()),
            (std::vector<float>{1.0F, -2.0F, 0x1p-24F, 65504.0F, std::numeric_limits<float>::infinity()}));
  const auto brain = weights.tensor("b", 2);
  EXPECT_EQ(std::vector<float>(brain.begin(), brain.end()), (std::vector<float>{1.0F, -2.0F}));
}

TEST_F(Weights, HaveNotesWithoutControlCharacters) {
  write(R"({"__metadata__":{"origin":"a\u0000b\u001b[31mc"}})", 0);
  EXPECT_EQ(WeightFile(path()).origin(), "a b [31mc");
}

TEST_F(Weights, RefusesRepeatedNames) {
  expect_refusal(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},)"
                 R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})",
                 8, "'a' twice");
  expect_refusal(R"({"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8,
                 "'dtype' twice");
}

TEST_F(Weights, RefusesFieldsThatAreNotWhatTheyShouldBe) {
  expect_refusal(R"({"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}})", 16, "type F64");
  expect_refusal(R"({"a":{"shape":[2],"data_offsets":[0,8]}})", 8, "no dtype");
  expect_refusal(R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", 8, "'shape'");
  expect_refusal(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8, "'shape'");
  expect_refusal(R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", 8, "'shape'");
  expect_refusal(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8, "not what its shape needs");
  expect_refusal(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8, "begin and an end");
  expect_refusal(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}})", 8, "begin and an end");
  expect_refusal(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0,
                 "impossible");
  expect_refusal(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}})", 8,
                 "data_offsets");
  expect_refusal(R"({"a":7})", 0, "something else than an object");
  expect_refusal(R"({"__metadata__":{"a":1}})", 0, "not a string");
  expect_refusal(R"({"__metadata__":[]})", 0, "not an object");
}

TEST_F(Weights, RefusesWhatIsNoHeader) {
  expect_refusal("[1]", 0, "not a JSON object");
  expect_refusal("{\"a\":", 0, "not valid JSON");
  expect_refusal(std::string(1 << 20, '['), 0, "nests deeper");
  expect_refusal("", 0, "not valid JSON");
  write_file_durably(path(), "");
  EXPECT_NE(refusal().find("empty"), std::string::npos);
  write_file_durably(path(), "short");
  EXPECT_NE(refusal().find("shorter"), std::string::npos);
  write_file_durably(path(), std::string("\x09\0\0\0\0\0\0\0{}", 10));
  EXPECT_NE(refusal().find("runs past its end"), std::string::npos);
  write_file_durably(path(), "PK\x03\x04 a pickle in a zip");
  EXPECT_NE(refusal().find("no directory at its end"), std::string::npos);
  write_file_durably(path(), "\x80\x04\x95 a pickle of something else");
  EXPECT_NE(refusal().find("not one that torch.save wrote"), std::string::npos);
  write_file_durably(path(), "\x89HDF\r\n a Keras model");
  EXPECT_NE(refusal().find("HDF5"), std::string::npos);
  write_file_durably(path(), "some text that is no weights");
  EXPECT_NE(refusal().find("over 16 MB"), std::string::npos);
  EXPECT_THROW(WeightFile(path("absent")), InputError);
  EXPECT_THROW(WeightFile(folder_.path()), InputError);
}

TEST_F(Weights, NeverCrashesOnAFlippedOrMissingByteOfTheHeader) {
  for (std::size_t i = 0; i < kGood.size(); ++i) {
    for (const char c : {'\0', '"', '9', '{', ']', '\xFF'}) {
      std::string header(kGood);
      header[i] = c;
      write(header, 20);
      static_cast<void>(refusal());
    }
    write(std::string(kGood).erase(i, 1), 20);
    static_cast<void>(refusal());
  }
}

TEST_F(Weights, MadeFromASeedAreTheSameBytesEverywhere) {
  // The full model's 553 MB are pinned by tests/compute/judge_vgg.py.
  make_weights(path(), "vgg16_w16", 7);
  EXPECT_EQ(to_hex(WeightFile(path()).digest()),
            "4a83fb6c8751a27bb838ec401600def1596f0205f1171bc5e4c2583d8d210c16");
  EXPECT_EQ(WeightFile(path()).digest(), sha256(read_file(path())));
}

TEST_F(Weights, MadeFromASeedAreNamedUntrainedAndDifferBySeed) {
  make_weights(path("one"), "vgg16_w16", 1);
  make_weights(path("two"), "vgg16_w16", 2);
  const WeightFile one(path("one"));
  EXPECT_TRUE(one.untrained());
  EXPECT_EQ(one.metadata().at("model"), "vgg16_w16");
  EXPECT_EQ(one.metadata().at("seed"), "1");
  EXPECT_NE(one.digest(), WeightFile(path("two")).digest());
}

TEST_F(Weights, MadeFromASeedFillTheirRangeEvenly) {
  make_weights(path(), "vgg16_w16", 3);
  const WeightFile file(path());
  for (const TensorShape& shape : vgg_tensors("vgg16_w16")) {
    const auto values = file.tensor(shape.name, static_cast<std::size_t>(shape.elements()));
    EXPECT_EQ(file.shape(shape.name), shape.shape);
    double sum = 0.0;
    double squares = 0.0;
    double largest = 0.0;
    for (const auto value : values) {
      const auto v = static_cast<double>(value);
      sum += v;
      squares += v * v;
      largest = std::max(largest, std::abs(v));
    }
    if (shape.shape.size() == 1) {
      EXPECT_EQ(largest, 0.0) << shape.name;
      continue;
    }
    const auto n = static_cast<double>(values.size());
    const double bound = std::sqrt(6.0 * static_cast<double>(shape.shape[0]) / n);
    EXPECT_LE(largest, bound * (1 + 1e-7)) << shape.name;
    EXPECT_GT(largest, bound * 0.9) << shape.name;
    // Five standard deviations of a uniform's mean and of its second moment.
    EXPECT_NEAR(sum / n, 0.0, 5 * bound / std::sqrt(3 * n)) << shape.name;
    EXPECT_NEAR(squares / n, bound * bound / 3, 5 * bound * bound * 0.2982 / std::sqrt(n)) << shape.name;
  }
}

TEST_F(Weights, AreNotLeftBehindForAnUnknownModel) {
  EXPECT_THROW(make_weights(path(), "vgg99", 1), UsageError);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace shoal
