// Places among classes, and the classes' names.
#include "pipeline/images/labels.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "shoal/base/digest.hpp"
#include "shoal/vision/imagenet_classes.hpp"

namespace shoal {
namespace {

TEST(TopLabels, AreTheMostProbableAndEqualOnesByTheirNumber) {
  const std::vector<float> probabilities{0.1F, 0.4F, 0.1F, 0.4F,  //
                                         0.0F, 0.0F, 1.0F, 0.0F};
  const auto places = top_labels({probabilities.data(), 2, 4}, 3);
  ASSERT_EQ(places.size(), 3U);
  EXPECT_EQ(places[0].classes, (std::vector<std::int32_t>{1, 2}));
  EXPECT_EQ(places[1].classes, (std::vector<std::int32_t>{3, 0}));
  EXPECT_EQ(places[2].classes, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(places[1].probabilities, (std::vector<float>{0.4F, 0.0F}));
}

TEST(TopLabels, HavePlacesForAllClassesAndForNoImages) {
  const std::vector<float> probabilities{0.2F, std::numeric_limits<float>::quiet_NaN(), 0.8F};
  const auto places = top_labels({probabilities.data(), 1, 3}, 3);
  EXPECT_EQ(places[2].classes.front(), 1) << "what is no number comes last";
  EXPECT_TRUE(top_labels({nullptr, 0, 3}, 2)[1].classes.empty());
}

TEST(ImagenetClasses, AreTorchvisionsNames) {
  std::string all;
  std::set<std::string_view> distinct;
  for (const std::string_view name : imagenet_classes()) {
    all += (all.empty() ? "" : "\n") + std::string(name);
    distinct.insert(name);
  }
  EXPECT_EQ(distinct.size(), kImagenetClasses);
  // Of "\n".join(torchvision.models._meta._IMAGENET_CATEGORIES), torchvision 0.14.
  EXPECT_EQ(to_hex(sha256(all)), "0b0f9fee7c952f257418d62aa701f023a9da13b443a14f5c4291e5724d92967c");
}

}  // namespace
}  // namespace shoal
