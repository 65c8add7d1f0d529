// By which plans a job's network computes: measured once, noted, and used again.
#include "pipeline/images/tuning.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "shoal/base/error.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

/// Measures what it is told to, and counts how often.
class Tuned final : public Backend {
 public:
  Tuned(std::string plans, std::string identity) : plans_(std::move(plans)), identity_(std::move(identity)) {}
  std::unique_ptr<Network> compile(const NetworkSpec&, const WeightSource&,
                                   std::unique_ptr<WeightMemory>) override {
    throw FailureError("nothing was to be computed");
  }
  std::string tune(const NetworkSpec&) override {
    ++measured;
    return plans_;
  }
  [[nodiscard]] NetworkMemory network_memory(const NetworkSpec&) const override { return {}; }
  ArrayOperations& arrays() override { throw FailureError("nothing was to be computed"); }
  [[nodiscard]] bool uses_weight_memory() const override { return false; }
  [[nodiscard]] std::int64_t tile_images(const NetworkSpec&) const override { return 8; }
  [[nodiscard]] std::string why_not(Precision) const override { return {}; }
  [[nodiscard]] std::string numeric_identity() const override { return identity_; }
  [[nodiscard]] std::string description() const override { return "none"; }

  int measured = 0;

 private:
  std::string plans_;
  std::string identity_;
};

class TuningTest : public ::testing::Test {
 protected:
  TuningTest() { std::filesystem::create_directories(scratch_.path() / "work"); }

  /// The plans that a run takes, and whether it measured them.
  std::pair<std::string, bool> settled(Tuned backend, std::int64_t tile_images = 8, bool fresh = false) {
    const auto comm = make_single_rank();
    settle_plans(*comm, backend, settings_, tile_images, note(), fresh);
    return {settings_.plans, backend.measured > 0};
  }
  [[nodiscard]] std::filesystem::path note() const { return scratch_.path() / "work" / "tuning.json"; }

  testing::ScratchFolder scratch_;
  ImageSettings settings_;
};

using Settled = std::pair<std::string, bool>;

TEST_F(TuningTest, WhatTheFirstRunMeasuredIsTakenByTheNext) {
  EXPECT_EQ(settled({"a b", "gpu"}), Settled("a b", true));
  EXPECT_EQ(settled({"c d", "gpu"}), Settled("a b", false));
  EXPECT_EQ(settled({"c d", "gpu"}, 8, true), Settled("c d", true));
  EXPECT_EQ(settled({"e f", "gpu"}), Settled("c d", false));
}

TEST_F(TuningTest, AnotherArithmeticOrAnotherNetworkIsMeasuredAnew) {
  settled({"a b", "gpu"});
  EXPECT_EQ(settled({"c d", "another gpu"}), Settled("c d", true));
  EXPECT_EQ(settled({"e f", "another gpu"}, 16), Settled("e f", true));
  settings_.vgg.precision = Precision::bf16;
  EXPECT_EQ(settled({"g h", "another gpu"}, 16), Settled("g h", true));
  settings_.resize = 299;
  EXPECT_EQ(settled({"i j", "another gpu"}, 16), Settled("i j", true));
  settings_.vgg.model = "vgg19";
  EXPECT_EQ(settled({"k l", "another gpu"}, 16), Settled("k l", true));
  EXPECT_EQ(settled({"m n", "another gpu"}, 16), Settled("k l", false));
}

TEST_F(TuningTest, ADamagedNoteIsNone) {
  settled({"a b", "gpu"});
  std::ofstream(note()) << R"({"numeric": "gpu", "plans": "x y"})";
  EXPECT_EQ(settled({"c d", "gpu"}), Settled("c d", true));
}

TEST_F(TuningTest, NothingIsNotedWhereThereIsNoChoice) {
  EXPECT_EQ(settled({"", "processor"}).first, "");
  EXPECT_FALSE(std::filesystem::exists(note()));
  settings_.kind = ImageKind::rgb;
  EXPECT_FALSE(settled({"a b", "gpu"}).second);
}

}  // namespace
}  // namespace shoal
