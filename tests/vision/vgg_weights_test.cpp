// A file's tensors as a network's: names, shapes, numbers, and normalisation folded away.
#include "shoal/vision/vgg_weights.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/vision/vgg.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

using Tensors = std::vector<std::pair<TensorShape, std::vector<float>>>;

class VggWeightsTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "weights"; }

  /// The seeded weights of a model, to be changed and written again.
  [[nodiscard]] Tensors made(const std::string& model) const {
    make_weights(path(), model, 5);
    const WeightFile file(path());
    Tensors tensors;
    for (const TensorShape& shape : vgg_tensors(model)) {
      const auto values = file.tensor(shape.name, static_cast<std::size_t>(shape.elements()));
      tensors.emplace_back(shape, std::vector<float>(values.begin(), values.end()));
    }
    return tensors;
  }

  void write(const Tensors& tensors) const {
    nlohmann::ordered_json header;
    std::string data;
    for (const auto& [shape, values] : tensors) {
      const std::size_t begin = data.size();
      data.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
      header[shape.name] = {{"dtype", "F32"}, {"shape", shape.shape}, {"data_offsets", {begin, data.size()}}};
    }
    const std::string text = header.dump();
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>((text.size() >> (8 * i)) & 0xFF);
    write_file_durably(path(), bytes + text + data);
  }

  [[nodiscard]] std::string refusal(const std::string& model, const std::string& layer = "fc8") const {
    try {
      const WeightFile file(path());
      const VggWeights weights(file, model, layer);
    } catch (const InputError& error) {
      return error.what();
    }
    return "nothing was thrown";
  }

  testing::ScratchFolder folder_;
};

std::vector<float> read(const WeightSource& source, const TensorShape& shape) {
  const auto values = source(shape.name, static_cast<std::size_t>(shape.elements()));
  return {values.begin(), values.end()};
}

TEST_F(VggWeightsTest, AreTheFilesOwnWhereNothingIsFolded) {
  const Tensors tensors = made("vgg16_w16");
  const WeightFile file(path());
  const VggWeights weights(file, "vgg16_w16", "fc8");
  for (const auto& [shape, values] : tensors) EXPECT_EQ(read(weights.source(), shape), values) << shape.name;
}

/// What convolution and normalisation, one after the other, make of a pixel where every input is `x`.
double normalised(const Tensors& tensors, std::size_t first, std::size_t channel, double x) {
  const auto at = [&](std::size_t tensor) {
    return static_cast<double>(tensors[first + tensor].second[channel]);
  };
  double sum = at(1);
  const auto& weight = tensors[first].second;
  const std::size_t inputs = weight.size() / tensors[first + 1].second.size();
  for (std::size_t i = 0; i < inputs; ++i) sum += static_cast<double>(weight[channel * inputs + i]) * x;
  return (sum - at(4)) / std::sqrt(at(5) + 1e-5) * at(2) + at(3);
}

TEST_F(VggWeightsTest, HaveNormalisationFoldedIntoTheConvolution) {
  Tensors tensors = made("vgg16_bn_w16");
  // Made biases are 0, and would hide how they are folded.
  for (std::size_t i = 0; i < tensors[1].second.size(); ++i)
    tensors[1].second[i] = 0.5F + static_cast<float>(i);
  write(tensors);
  const WeightFile file(path());
  const VggWeights weights(file, "vgg16_bn_w16", "fc8");
  const auto folded = read(weights.source(), tensors[0].first);
  const auto bias = read(weights.source(), tensors[1].first);
  const std::size_t inputs = folded.size() / bias.size();
  for (std::size_t c = 0; c < bias.size(); ++c) {
    for (const double x : {0.0, 1.0, -3.0}) {
      auto sum = static_cast<double>(bias[c]);
      for (std::size_t i = 0; i < inputs; ++i) sum += static_cast<double>(folded[c * inputs + i]) * x;
      EXPECT_NEAR(sum, normalised(tensors, 0, c, x), 1e-5) << "channel " << c << ", input " << x;
    }
  }
}

/// timm's name and shape of a tensor.
TensorShape as_in_timm(TensorShape shape) {
  const std::pair<std::string, std::string> names[] = {{"classifier.0.", "pre_logits.fc1."},
                                                       {"classifier.3.", "pre_logits.fc2."},
                                                       {"classifier.6.", "head.fc."}};
  for (const auto& [torchvision, timm] : names) {
    if (!shape.name.starts_with(torchvision)) continue;
    const bool convolution = shape.shape.size() == 2 && timm != "head.fc.";
    const std::int64_t side = timm == "pre_logits.fc1." ? 7 : 1;
    if (convolution) shape.shape = {shape.shape[0], shape.shape[1] / (side * side), side, side};
    shape.name = timm + shape.name.substr(torchvision.size());
  }
  return shape;
}

TEST_F(VggWeightsTest, MayHaveTheNamesAndShapesOfTimm) {
  const Tensors tensors = made("vgg16_w16");
  Tensors renamed = tensors;
  for (auto& [shape, values] : renamed) shape = as_in_timm(shape);
  write(renamed);
  const WeightFile file(path());
  EXPECT_EQ(recognise_model(file)->text(), "vgg16_w16");
  const VggWeights weights(file, "vgg16_w16", "fc8");
  for (const auto& [shape, values] : tensors) EXPECT_EQ(read(weights.source(), shape), values) << shape.name;
}

TEST_F(VggWeightsTest, ConvertedFromTimmAreTheBytesOfTorchvisions) {
  Tensors tensors = made("vgg16_bn_w16");
  const auto expected = read_file(path());
  for (auto& [shape, values] : tensors) shape = as_in_timm(shape);
  std::swap(tensors.front(), tensors.back());  // the order in the file has no say
  write(tensors);
  const auto converted = folder_.path() / "converted";
  convert_weights(WeightFile(path()), converted);
  const WeightFile file(converted);
  EXPECT_EQ(file.metadata().at("model"), "vgg16_bn_w16");
  EXPECT_EQ(file.metadata().at("source_sha256"), to_hex(WeightFile(path()).digest()));
  EXPECT_EQ(file.origin(), "converted from safetensors with SHA-256 " + file.metadata().at("source_sha256"));
  const auto bytes = read_file(converted);
  std::size_t data = 0;
  for (const TensorShape& shape : vgg_tensors("vgg16_bn_w16"))
    data += static_cast<std::size_t>(shape.elements()) * 4;
  EXPECT_TRUE(std::equal(bytes.end() - static_cast<std::ptrdiff_t>(data), bytes.end(),
                         expected.end() - static_cast<std::ptrdiff_t>(data)));
}

TEST_F(VggWeightsTest, ConvertedStayUntrained) {
  make_weights(path(), "vgg16_w16", 1);
  convert_weights(WeightFile(path()), folder_.path() / "converted");
  EXPECT_TRUE(WeightFile(folder_.path() / "converted").untrained());
}

TEST_F(VggWeightsTest, OfNoModelOfOursAreNotConverted) {
  Tensors tensors = made("vgg16_w16");
  tensors.erase(tensors.begin());
  write(tensors);
  EXPECT_THROW(convert_weights(WeightFile(path()), folder_.path() / "converted"), InputError);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "converted"));
}

TEST_F(VggWeightsTest, ConvertedAreAsManyAsTheFileHas) {
  Tensors tensors = made("vgg16_w16");
  tensors.pop_back();
  write(tensors);
  convert_weights(WeightFile(path()), folder_.path() / "converted");
  const WeightFile converted(folder_.path() / "converted");
  EXPECT_EQ(recognise_model(converted)->text(), "vgg16_w16 up to fc7");
  EXPECT_EQ(converted.names().size(), vgg_tensors("vgg16_w16", "fc7").size());
}

TEST_F(VggWeightsTest, OfEveryNarrowModelAreRecognised) {
  for (const std::string model : {"vgg16_w16", "vgg19_w16", "vgg16_bn_w16", "vgg19_bn_w16"}) {
    make_weights(path(), model, 1);
    EXPECT_EQ(recognise_model(WeightFile(path()))->text(), model);
  }
}

TEST_F(VggWeightsTest, AreRefusedForAnotherModelWithItsName) {
  make_weights(path(), "vgg16_w16", 1);
  EXPECT_NE(refusal("vgg19_w16").find("these are weights of vgg16_w16"), std::string::npos)
      << refusal("vgg19_w16");
}

TEST_F(VggWeightsTest, AreRefusedWithATensorMissingOrOfAnotherShape) {
  Tensors tensors = made("vgg16_w16");
  tensors[2].first.shape = {4, 36};
  write(tensors);
  EXPECT_NE(refusal("vgg16_w16").find("'features.2.weight' has the shape (4, 36) instead of (4, 4, 3, 3)"),
            std::string::npos)
      << refusal("vgg16_w16");
  tensors.erase(tensors.begin() + 2);
  write(tensors);
  EXPECT_NE(refusal("vgg16_w16").find("no tensor 'features.2.weight'"), std::string::npos);
}

TEST_F(VggWeightsTest, AreRefusedWithNaNOrInfinityByTheTensorsName) {
  for (const auto& [value, word] : {std::pair{std::numeric_limits<float>::quiet_NaN(), "NaN"},
                                    {-std::numeric_limits<float>::infinity(), "an infinity"}}) {
    Tensors tensors = made("vgg16_w16");
    tensors.back().second.back() = value;
    write(tensors);
    EXPECT_NE(refusal("vgg16_w16").find(std::string("holds ") + word + " at number 999"), std::string::npos)
        << refusal("vgg16_w16");
    EXPECT_NE(refusal("vgg16_w16").find("classifier.6.bias"), std::string::npos);
  }
}

TEST_F(VggWeightsTest, AreRefusedWithANegativeVariance) {
  Tensors tensors = made("vgg16_bn_w16");
  tensors[5].second[1] = -1.0F;
  write(tensors);
  EXPECT_NE(refusal("vgg16_bn_w16").find("'features.1.running_var'"), std::string::npos)
      << refusal("vgg16_bn_w16");
}

/// As many as a layer needs, under other names.
Tensors renamed(const Tensors& tensors, const std::string& layer, const std::string& prefix,
                const std::string& convolutions = "features.") {
  Tensors result(tensors.begin(),
                 tensors.begin() + static_cast<std::ptrdiff_t>(vgg_tensors("vgg16_w16", layer).size()));
  for (auto& [shape, values] : result) {
    if (shape.name.starts_with("features.")) shape.name = convolutions + shape.name.substr(9);
    shape.name = prefix + shape.name;
  }
  return result;
}

TEST_F(VggWeightsTest, MayStandBehindAnyPrefixThatIsDerivedAndSaid) {
  const Tensors tensors = made("vgg16_w16");
  for (const std::string prefix : {"module.", "model.", "backbone.", "model.module.", "features_extractor.",
                                   "a/b.c.", "vgg.features."}) {
    SCOPED_TRACE(prefix);
    write(renamed(tensors, "fc8", prefix));
    const WeightFile file(path());
    EXPECT_EQ(recognise_model(file)->text(), "vgg16_w16");
    const VggWeights weights(file, "vgg16_w16", "fc8");
    for (const auto& [shape, values] : tensors)
      EXPECT_EQ(read(weights.source(), shape), values) << shape.name;
    ASSERT_EQ(weights.notes().size(), 1U);
    EXPECT_NE(weights.notes()[0].find("'" + prefix + "classifier.0.bias' is taken for 'classifier.0.bias'"),
              std::string::npos);
  }
  write(renamed(tensors, "fc8", "sub"));
  EXPECT_NE(refusal("vgg16_w16").find("no tensors 'classifier.0.weight'"), std::string::npos)
      << "'subclassifier' is another name, not a prefix: " << refusal("vgg16_w16");
}

TEST_F(VggWeightsTest, OfTimmMayStandBehindAPrefixToo) {
  Tensors tensors = made("vgg16_w16");
  for (auto& [shape, values] : tensors) {
    shape = as_in_timm(shape);
    shape.name = "model." + shape.name;
  }
  write(tensors);
  EXPECT_EQ(refusal("vgg16_w16"), "nothing was thrown");
}

TEST_F(VggWeightsTest, WithoutAClassifierServePool5) {
  const Tensors tensors = made("vgg16_w16");
  for (const auto& [prefix, convolutions] : {std::pair<std::string, std::string>{"", "features."},
                                             {"module.", "features."},
                                             {"", ""},
                                             {"encoder.", ""},
                                             {"0.", ""}}) {
    SCOPED_TRACE(prefix + convolutions);
    write(renamed(tensors, "pool5", prefix, convolutions));
    const WeightFile file(path());
    EXPECT_EQ(recognise_model(file)->text(), "vgg16_w16 up to pool5");
    const VggWeights weights(file, "vgg16_w16", "pool5");
    for (const TensorShape& shape : vgg_tensors("vgg16_w16", "pool5")) {
      const auto same = std::find_if(tensors.begin(), tensors.end(),
                                     [&](const auto& tensor) { return tensor.first.name == shape.name; });
      EXPECT_EQ(read(weights.source(), shape), same->second) << shape.name;
    }
    const std::string reason = refusal("vgg16_w16", "fc6");
    EXPECT_NE(reason.find("no tensors 'classifier.0.weight', 'classifier.0.bias', nor timm's"),
              std::string::npos)
        << reason;
    EXPECT_NE(reason.find("are enough up to pool5"), std::string::npos) << reason;
  }
}

TEST_F(VggWeightsTest, OfAnotherNumberOfClassesServeTheLayersBeforeThem) {
  Tensors tensors = made("vgg16_w16");
  tensors[tensors.size() - 2].first.shape = {10, 256};
  tensors[tensors.size() - 2].second.resize(2560);
  tensors.back().first.shape = {10};
  tensors.back().second.resize(10);
  write(tensors);
  EXPECT_EQ(refusal("vgg16_w16", "fc7"), "nothing was thrown");
  EXPECT_EQ(recognise_model(WeightFile(path()))->text(), "vgg16_w16 up to fc7");
  EXPECT_NE(refusal("vgg16_w16", "fc8").find("(10, 256) instead of (1000, 256)"), std::string::npos)
      << refusal("vgg16_w16", "fc8");
}

TEST_F(VggWeightsTest, AreJudgedAsFarAsALayerNeedsThem) {
  Tensors tensors = made("vgg16_w16");
  tensors.back().second.back() = std::numeric_limits<float>::quiet_NaN();
  write(tensors);
  EXPECT_EQ(refusal("vgg16_w16", "fc7"), "nothing was thrown");
  EXPECT_NE(refusal("vgg16_w16", "labels").find("holds NaN"), std::string::npos);
}

TEST_F(VggWeightsTest, ThatStandTwiceAreRefusedUnlessOneHasItsOwnNames) {
  const Tensors tensors = made("vgg16_w16");
  Tensors twice = renamed(tensors, "fc8", "model.");
  for (auto& tensor : renamed(tensors, "fc8", "ema.")) twice.push_back(tensor);
  write(twice);
  EXPECT_NE(refusal("vgg16_w16").find("as 'ema.classifier.0.bias' and as 'model.classifier.0.bias'"),
            std::string::npos)
      << refusal("vgg16_w16");
  twice.insert(twice.end(), tensors.begin(), tensors.end());
  write(twice);
  const WeightFile file(path());
  EXPECT_EQ(VggWeights(file, "vgg16_w16", "fc8").notes(), std::vector<std::string>{});
}

}  // namespace
}  // namespace shoal
