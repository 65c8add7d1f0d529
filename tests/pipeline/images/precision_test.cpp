// Which precision a job's network gets.
#include "pipeline/images/precision.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "pipeline/engine/device.hpp"
#include "shoal/base/error.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

using ::testing::ElementsAre;

ImageSettings settings_with(Precision precision, bool measured) {
  ImageSettings settings;
  settings.vgg.precision = precision;
  settings.measured_precision = measured;
  return settings;
}

/// Offers what it is told to, and computes nothing.
class Offering final : public Backend {
 public:
  explicit Offering(std::vector<Precision> offered) : offered_(std::move(offered)) {}
  std::unique_ptr<Network> compile(const NetworkSpec&, const WeightSource&,
                                   std::unique_ptr<WeightMemory>) override {
    throw FailureError("nothing was to be computed");
  }
  [[nodiscard]] NetworkMemory network_memory(const NetworkSpec&) const override { return {}; }
  ArrayOperations& arrays() override { throw FailureError("nothing was to be computed"); }
  [[nodiscard]] bool uses_weight_memory() const override { return true; }
  [[nodiscard]] std::int64_t tile_images(const NetworkSpec&) const override { return kCpuTileImages; }
  [[nodiscard]] std::string why_not(Precision precision) const override {
    return std::ranges::count(offered_, precision) > 0 ? "" : to_string(precision) + " is not offered";
  }
  [[nodiscard]] std::string numeric_identity() const override { return "none"; }
  [[nodiscard]] std::string description() const override { return "none"; }

 private:
  std::vector<Precision> offered_;
};

TEST(PrecisionTest, AProcessorOffersWhatItsLevelHas) {
  EXPECT_THAT(precisions_of(*make_cpu_backend({1, InstructionLevel::baseline})),
              ElementsAre(Precision::fp32));
  EXPECT_EQ(required_level(Precision::fp32_winograd), InstructionLevel::avx512);
  EXPECT_EQ(required_level(Precision::bf16), InstructionLevel::avx512_bf16);
  const auto here = precisions_of(*make_cpu_backend({1, detect_instruction_level()}));
  for (const Precision precision : kPrecisions) {
    EXPECT_EQ(std::ranges::count(here, precision) > 0,
              detect_instruction_level() >= required_level(precision));
  }
}

TEST(PrecisionTest, TheFastestIsTakenAndTheMoreExactOneOfEquals) {
  const std::vector<Precision> all(kPrecisions.begin(), kPrecisions.end());
  std::map<Precision, double> seconds{
      {Precision::fp32, 3.0}, {Precision::fp32_winograd, 1.0}, {Precision::bf16, 2.0}};
  const auto measured = [&](Precision precision) { return seconds.at(precision); };
  EXPECT_EQ(fastest(all, measured), Precision::fp32_winograd);
  seconds[Precision::bf16] = 1.0;
  EXPECT_EQ(fastest(all, measured), Precision::fp32_winograd);
  seconds[Precision::bf16] = 0.5;
  EXPECT_EQ(fastest(all, measured), Precision::bf16);
}

TEST(PrecisionTest, WhatTheProcessorLacksIsRefusedWithASentence) {
  const auto comm = make_single_rank();
  const auto backend = make_cpu_backend({1, InstructionLevel::baseline});
  for (const Precision precision : {Precision::fp32_winograd, Precision::bf16}) {
    ImageSettings settings = settings_with(precision, false);
    try {
      settle_precision(*comm, *backend, settings, std::nullopt);
      FAIL() << to_string(precision) << " was accepted";
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr(to_string(precision)));
      EXPECT_THAT(error.what(), ::testing::HasSubstr("baseline"));
    }
  }
  ImageSettings plain = settings_with(Precision::fp32, false);
  settle_precision(*comm, *backend, plain, std::nullopt);
  EXPECT_EQ(plain.vgg.precision, Precision::fp32);
}

TEST(PrecisionTest, TheNextRunTakesWhatTheFirstOneSettledOn) {
  const testing::ScratchFolder scratch;
  std::filesystem::create_directories(scratch.path() / "work");
  const auto comm = make_single_rank();
  const auto backend = make_cpu_backend({1, InstructionLevel::baseline});
  // With one precision on offer nothing needs to be measured.
  ImageSettings job = settings_with(Precision::bf16, true);
  const auto note = scratch.path() / "work" / "precision.json";
  settle_precision(*comm, *backend, job, note);
  EXPECT_EQ(job.vgg.precision, Precision::fp32);
  // On a processor that offers more, measuring would need weights, and there are none.
  Offering more({Precision::fp32, Precision::fp32_winograd, Precision::bf16});
  settle_precision(*comm, more, job, note);
  EXPECT_EQ(job.vgg.precision, Precision::fp32);
  // Where what was settled on is not offered, nothing is computed with another precision in silence.
  Offering less({Precision::bf16});
  EXPECT_THROW(settle_precision(*comm, less, job, note), Error);
  settle_precision(*comm, less, job, note, true);
  EXPECT_EQ(job.vgg.precision, Precision::bf16);
  // A note that is damaged is none: it is measured again.
  std::ofstream(note) << "{\"precision\": \"bf16\"}";
  settle_precision(*comm, *backend, job, note);
  EXPECT_EQ(job.vgg.precision, Precision::fp32);
}

TEST(PrecisionTest, OnlyBf16DependsOnLevelsAboveAvx512) {
  const auto comm = make_single_rank();
  const InstructionLevel here = detect_instruction_level();
  const auto agreed = [&](Precision precision, bool measured) {
    Wishes wishes;
    wishes.level = level_of(settings_with(precision, measured));
    return agree_on_level(*comm, wishes);
  };
  EXPECT_EQ(agreed(Precision::fp32, false), std::min(here, InstructionLevel::avx512));
  EXPECT_EQ(agreed(Precision::fp32_winograd, false), std::min(here, InstructionLevel::avx512));
  EXPECT_EQ(agreed(Precision::bf16, false), here);
  EXPECT_EQ(agreed(Precision::fp32, true), here);
}

}  // namespace
}  // namespace shoal
