// Real posts and photos, where there are any.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace shoal::testing {

/// Skips its tests, and says so, where SHOAL_DATA does not name the folder of real posts and photos.
class WithRealData : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("SHOAL_DATA");
    if (folder == nullptr || *folder == '\0')
      GTEST_SKIP() << "SHOAL_DATA does not name the folder of real posts and photos";
    data_ = folder;
    set_up_with_data();
  }
  /// What a suite of tests needs of the data.
  virtual void set_up_with_data() {}

  [[nodiscard]] std::filesystem::path posts_2017() const { return data_ / "instagram-2017"; }
  [[nodiscard]] std::filesystem::path photos() const { return data_ / "photos"; }

 private:
  std::filesystem::path data_;
};

}  // namespace shoal::testing
