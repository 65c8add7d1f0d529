// The time that a plan tells, from times that are known.
#include "pipeline/images/seconds.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

/// Reading an image 1 s, decoding 2 s, preprocessing 3 s, computing 10 s.
ImageTimes known_times() {
  ImageTimes times;
  times.steps[static_cast<std::size_t>(ImageStep::reading)] = {8, 8.0};
  times.steps[static_cast<std::size_t>(ImageStep::decoding)] = {4, 8.0};
  times.steps[static_cast<std::size_t>(ImageStep::preprocessing)] = {4, 12.0};
  times.steps[static_cast<std::size_t>(ImageStep::computing)] = {8, 80.0};
  return times;
}

TEST(ImageSeconds, CountEveryStepAndTheLastTileAsAWholeOne) {
  EXPECT_DOUBLE_EQ(seconds_for_images(known_times(), 16, 8, 1, 1, Computes::by_threads), 16 * 16.0);
  EXPECT_DOUBLE_EQ(seconds_for_images(known_times(), 9, 8, 1, 1, Computes::by_threads), 9 * 6.0 + 16 * 10.0);
}

TEST(ImageSeconds, AreSharedOutOverAllThreads) {
  EXPECT_DOUBLE_EQ(seconds_for_images(known_times(), 1600, 8, 4, 2, Computes::by_threads), 1600 * 16.0 / 8);
}

/// Threads are busy for 6 s an image, the GPU for 10 s.
TEST(ImageSeconds, OfAGpuAreThoseOfTheSlowerOfItAndTheThreads) {
  EXPECT_DOUBLE_EQ(seconds_for_images(known_times(), 1600, 8, 4, 2, Computes::by_gpu), 1600 * 10.0 / 4);
  ImageTimes slow = known_times();
  slow.steps[static_cast<std::size_t>(ImageStep::decoding)] = {4, 80.0};
  EXPECT_DOUBLE_EQ(seconds_for_images(slow, 1600, 8, 4, 2, Computes::by_gpu), 1600 * 24.0 / 8);
}

TEST(ImageSeconds, AStepThatNoImageCameOutOfTakesNone) {
  ImageTimes times = known_times();
  times.steps[static_cast<std::size_t>(ImageStep::decoding)] = {0, 8.0};
  EXPECT_DOUBLE_EQ(seconds_for_images(times, 8, 8, 1, 1, Computes::by_threads), 8 * 14.0);
}

}  // namespace
}  // namespace shoal
