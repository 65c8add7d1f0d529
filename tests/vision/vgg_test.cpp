// VGG as a list of layers, and its features against PyTorch in float64 (tools/golden/make_vgg.py).
#include "shoal/vision/vgg.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "shoal/base/error.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/vision/vgg_weights.hpp"
#include "shoal/vision/weights.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kSide = 224;
constexpr std::size_t kImages = 3;  ///< in the golden file
/// |a - b| / |b| in float32 against float64, for each image.
constexpr double kBound = 1e-5;

/// The message of the UsageError that making this network throws.
std::string refusal(const VggChoice& choice, std::int64_t side, std::int64_t tile) {
  try {
    static_cast<void>(vgg_spec(choice, side, tile));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

void expect_convolutions(const std::string& model, const std::vector<int>& indices) {
  std::vector<std::string> convolutions;
  for (const Layer& layer : vgg_spec({.model = model}, 224, 8).layers) {
    if (const auto* c = std::get_if<Convolution>(&layer)) convolutions.push_back(c->weights);
  }
  std::vector<std::string> expected;
  for (const int index : indices) expected.push_back("features." + std::to_string(index) + ".weight");
  EXPECT_EQ(convolutions, expected) << model;
}

TEST(VggSpec, NamesTensorsAsTorchvisionDoes) {
  expect_convolutions("vgg16", {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28});
  expect_convolutions("vgg19", {0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34});
  expect_convolutions("vgg16_bn", {0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40});
  expect_convolutions("vgg19_bn", {0, 3, 7, 10, 14, 17, 20, 23, 27, 30, 33, 36, 40, 43, 46, 49});
}

TEST(VggSpec, EndsWithTheLayerAsked) {
  for (const auto& [name, weights, relu] : {std::tuple{"fc6_linear", "classifier.0.weight", false},
                                            {"fc6", "classifier.0.weight", true},
                                            {"fc7_linear", "classifier.3.weight", false},
                                            {"fc7", "classifier.3.weight", true},
                                            {"fc8", "classifier.6.weight", false}}) {
    const auto spec = vgg_spec({.layer = name}, 224, 8);
    const auto& last = std::get<FullyConnected>(spec.layers.back());
    EXPECT_EQ(last.weights, weights) << name;
    EXPECT_EQ(last.relu, relu) << name;
    EXPECT_EQ(last.out_features, name == std::string("fc8") ? 1000 : 4096) << name;
  }
  EXPECT_TRUE(std::holds_alternative<MaxPool>(vgg_spec({.layer = "pool5"}, 224, 8).layers.back()));
  EXPECT_TRUE(std::holds_alternative<Softmax>(vgg_spec({.layer = "labels"}, 224, 8).layers.back()));
}

TEST(VggSpec, RefusesUnknownNamesWithTheKnownOnes) {
  EXPECT_EQ(refusal({.model = "vgg61"}, 224, 8),
            "there is no model 'vgg61'; did you mean 'vgg16'? Known are vgg16, vgg19, vgg16_bn, vgg19_bn, "
            "vgg16_w16, vgg19_w16, vgg16_bn_w16, vgg19_bn_w16");
  EXPECT_EQ(refusal({.layer = "fc7linear"}, 224, 8),
            "there is no layer 'fc7linear'; did you mean 'fc7_linear'? Known are pool5, fc6_linear, fc6, "
            "fc7_linear, fc7, fc8, labels");
  EXPECT_EQ(refusal({.convention = "kera"}, 224, 8),
            "there is no convention 'kera'; did you mean 'keras'? Known are torchvision, keras");
  EXPECT_NE(refusal({}, 31, 8).find("31 x 31"), std::string::npos);
  EXPECT_NE(refusal({}, 224, 0).find("tile of 0"), std::string::npos);
}

TEST(VggTensors, HaveAsManyTrainedNumbersAsTorchvisionCounts) {
  for (const auto& [model, tensors, expected] : {std::tuple{"vgg16", 32U, 138357544},
                                                 {"vgg19", 38U, 143667240},
                                                 {"vgg16_bn", 84U, 138365992},
                                                 {"vgg19_bn", 102U, 143678248}}) {
    std::int64_t numbers = 0;
    for (const TensorShape& tensor : vgg_tensors(model)) {
      const bool trained = tensor.role != TensorRole::mean && tensor.role != TensorRole::variance;
      if (trained) numbers += tensor.elements();
    }
    EXPECT_EQ(vgg_tensors(model).size(), tensors) << model;
    EXPECT_EQ(numbers, expected) << model;
  }
  EXPECT_EQ(vgg_tensors("vgg16_w16").back().shape, (std::vector<std::int64_t>{1000}));
}

/// The formula of made_images in tools/golden/vgg_torch.py.
std::vector<std::uint8_t> made_image(std::size_t i) {
  std::vector<std::uint8_t> pixels;
  for (std::size_t y = 0; y < kSide; ++y) {
    for (std::size_t x = 0; x < kSide; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        pixels.push_back(static_cast<std::uint8_t>(
            (x * (3 + i) + y * (5 + 2 * i) + c * 37 + (x * y) / (16 + i) + i * 11) % 256));
      }
    }
  }
  return pixels;
}

/// Features by image number for each layer.
std::map<std::string, std::vector<std::vector<double>>> golden_features() {
  std::map<std::string, std::vector<std::vector<double>>> found;
  std::ifstream file(std::string(SHOAL_TEST_DIR) + "/vgg16_w16.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string layer;
    std::size_t image = 0;
    if (!(words >> layer >> image)) continue;  // the comment
    auto& row = found[layer].emplace_back();
    for (double value = 0; words >> value;) row.push_back(value);
  }
  return found;
}

/// A seeded vgg16_w16, and tiles through it.
class SmallVgg : public ::testing::Test {
 protected:
  SmallVgg() { make_weights(folder_.path() / "weights", "vgg16_w16", 7); }

  std::unique_ptr<Network> compile(const std::string& layer, std::int64_t tile) {
    const WeightFile file(folder_.path() / "weights");
    const VggWeights weights(file, "vgg16_w16", layer);
    return make_cpu_backend({1, detect_instruction_level()})
        ->compile(vgg_spec({"vgg16_w16", layer, "torchvision"}, kSide, tile), weights.source());
  }

  /// Features of the images with these numbers, in one tile.
  static std::vector<std::vector<float>> features_of(Network& network,
                                                     const std::vector<std::size_t>& images) {
    std::vector<std::uint8_t> pixels;
    for (const std::size_t i : images) {
      const auto image = made_image(i);
      pixels.insert(pixels.end(), image.begin(), image.end());
    }
    const auto width = static_cast<std::size_t>(network.features());
    std::vector<float> all(images.size() * width);
    network.forward(pixels, all, 0);
    std::vector<std::vector<float>> rows;
    for (auto at = all.begin(); at != all.end(); at += network.features())
      rows.emplace_back(at, at + network.features());
    return rows;
  }

  testing::ScratchFolder folder_;
};

double relative_error(const std::vector<float>& a, const std::vector<double>& b) {
  double difference = 0.0;
  double norm = 0.0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - b[i], 2);
    norm += b[i] * b[i];
  }
  return std::sqrt(difference / norm);
}

TEST_F(SmallVgg, AgreesWithPyTorchOnFc6AndFc7) {
  const auto golden = golden_features();
  ASSERT_EQ(golden.size(), 4U);
  for (const auto& [layer, rows] : golden) {
    const auto found = features_of(*compile(layer, kImages), {0, 1, 2});
    for (std::size_t i = 0; i < kImages; ++i) {
      ASSERT_EQ(rows[i].size(), 256U);
      EXPECT_LT(relative_error(found[i], rows[i]), kBound) << layer << ", image " << i;
    }
  }
}

TEST_F(SmallVgg, IsNotAnotherImagesFeatures) {
  const auto golden = golden_features();
  const auto found = features_of(*compile("fc7_linear", kImages), {0, 1, 2});
  EXPECT_GT(relative_error(found[0], golden.at("fc7_linear")[1]), kBound);
  EXPECT_GT(relative_error(found[1], golden.at("fc7_linear")[0]), kBound);
}

TEST_F(SmallVgg, GivesAnImageTheSameBitsAtEveryPlaceOfATile) {
  const auto network = compile("fc7_linear", 8);
  std::vector<float> first;
  for (std::size_t place = 0; place < 8; ++place) {
    std::vector<std::size_t> images;
    for (std::size_t i = 0; i < 8; ++i) images.push_back(i == place ? 100 : (place * 8 + i) % 50);
    const auto here = features_of(*network, images)[place];
    if (first.empty()) first = here;
    EXPECT_EQ(here, first) << "at place " << place;
  }
}

}  // namespace
}  // namespace shoal
