// Which reads are tried again, how often, and what is said in the end.
#include "shoal/base/patience.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/random_file.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Patience : public ::testing::Test {
 protected:
  void SetUp() override { set_read_patience(std::chrono::milliseconds(15)); }
  void TearDown() override {
    set_read_patience(std::chrono::milliseconds(60'000));
    take_refused_files_as_bad(false);
  }
  [[nodiscard]] std::filesystem::path file(const std::string& text) const {
    write_file_durably(folder_.path() / "a.json", text);
    return folder_.path() / "a.json";
  }
  /// Fails so many times, and counts.
  [[nodiscard]] int failing(int times) {
    if (++calls_ > times) return calls_;
    throw_read_error(ReadCall::reading, "/x", EIO);
  }
  int calls_ = 0;
  testing::ScratchFolder folder_;
};

/// What the error of `work` says, and its exit code.
template <class Work>
std::pair<std::string, ExitCode> error_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return {error.what(), error.code()};
  }
  return {"no error", ExitCode::done};
}

TEST_F(Patience, WhatFailsForAMomentCostsNothing) {
  EXPECT_EQ(patiently([&] { return failing(4); }), 5);
}

TEST_F(Patience, WhatFailsFiveTimesEndsWithItsCause) {
  const auto [sentence, code] = error_of([&] { patiently([&] { return failing(99); }); });
  EXPECT_EQ(calls_, 5);
  EXPECT_EQ(sentence, "'/x' cannot be read: Input/output error (tried 5 times in 0.015 s)");
  EXPECT_EQ(code, ExitCode::input);
}

TEST_F(Patience, OnlyTheOuterOfTwoPatientReadsTriesAgain) {
  EXPECT_THROW(patiently([&] { return patiently([&] { return failing(99); }); }), UnavailableError);
  EXPECT_EQ(calls_, 5);
  calls_ = 0;
  EXPECT_THROW(patiently([&] { return failing(99); }), UnavailableError);
  EXPECT_EQ(calls_, 5) << "the thread's state is as before";
}

TEST_F(Patience, WhatIsTriedOnceIsTriedOnce) {
  const ReadsTriedOnce once;
  EXPECT_THROW(patiently([&] { return failing(99); }), UnavailableError);
  EXPECT_EQ(calls_, 1);
}

TEST_F(Patience, WhatIsNotThereIsNotWaitedFor) {
  EXPECT_THROW(patiently([&]() -> int {
                 ++calls_;
                 throw_read_error(ReadCall::opening, "/x", ENOENT);
               }),
               InputError);
  EXPECT_EQ(calls_, 1);
}

TEST_F(Patience, CodesTellInputsOwnFilesAndMemory) {
  const auto with = [](int error_number) {
    return [=] { throw_read_error(ReadCall::reading, "/x", error_number); };
  };
  for (const int error_number : {EIO, ESTALE, EMFILE, ENFILE, ETIMEDOUT, EACCES})
    EXPECT_EQ(error_of(with(error_number)).second, ExitCode::input) << error_number;
  EXPECT_EQ(error_of(with(ENOMEM)).second, ExitCode::resources);
  EXPECT_EQ(error_of([&] { read_of_own(with(EIO)); }).second, ExitCode::failure);
  EXPECT_EQ(error_of([&] { read_of_own(with(ENOMEM)); }).second, ExitCode::resources);
}

TEST_F(Patience, WhatMayNotBeReadEndsTheRunUnlessItIsToBeQuarantined) {
  const auto refused = [] { throw_read_error(ReadCall::opening, "/x", EACCES); };
  EXPECT_THROW(refused(), UnavailableError);
  EXPECT_THAT(error_of(refused).first, HasSubstr("unreadable = \"quarantine\""));
  take_refused_files_as_bad(true);
  EXPECT_THROW(refused(), InputError);
}

TEST_F(Patience, AFileThatIsAnotherOneThanWasOpenedIsNotRead) {
  const RandomFile random(file("first"));
  EXPECT_EQ(random.read(1, 3), "irs");
  write_file_durably(random.path(), "other text");
  EXPECT_EQ(random.read(0, 5), "first") << "the old one, which has lost its name";
  ASSERT_EQ(::truncate(random.path().c_str(), 4), 0);
  const RandomFile shrinking(random.path());
  ASSERT_EQ(::truncate(random.path().c_str(), 2), 0);
  EXPECT_THAT(error_of([&] { static_cast<void>(shrinking.read_up_to(0, 4)); }).first,
              HasSubstr("changes while it is read"));
}

TEST_F(Patience, NamesOfAFolderAreSorted) {
  for (const char* name : {"b", "a", "B", ".c"}) write_file_durably(folder_.path() / name, "");
  EXPECT_THAT(names_in(folder_.path()), ElementsAre(".c", "B", "a", "b"));
  EXPECT_THROW(names_in(folder_.path() / "a"), InputError);
}

TEST_F(Patience, LinksThatLeadNowhereAreThereByName) {
  const auto link = folder_.path() / "link";
  std::filesystem::create_symlink("nowhere", link);
  EXPECT_FALSE(status_of(link));
  EXPECT_TRUE(is_listed(link));
  EXPECT_TRUE(is_link(link));
  std::filesystem::create_symlink("loop", folder_.path() / "loop");
  EXPECT_THROW(status_of(folder_.path() / "loop"), InputError);
  EXPECT_FALSE(is_folder(folder_.path() / "loop"));
}

}  // namespace
}  // namespace shoal
