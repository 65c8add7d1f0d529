// What a holder that stood still while another took its folder over can still do there: nothing.
#include "shoal/journal/fence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <thread>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/journal/held_folder.hpp"
#include "shoal/journal/journal_folders.hpp"
#include "shoal/journal/state_file.hpp"
#include "shoal/journal/tile_journal.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

/// Longer than a fence takes a pause for none.
constexpr LockTimes kQuick{.stale_after = milliseconds(1300),
                           .look_every = milliseconds(20),
                           .glance = milliseconds(300),
                           .dying = milliseconds(0)};

LockHolder on_another_host() {
  LockHolder other = LockHolder::self();
  other.host = "elsewhere";
  other.machine = "another boot pid:[1]";
  return other;
}

std::string text_of(const fs::path& path) {
  const auto bytes = read_file(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Every file with its bytes and its time.
std::map<std::string, std::pair<std::string, fs::file_time_type>> all_of(const fs::path& folder) {
  std::map<std::string, std::pair<std::string, fs::file_time_type>> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path()] = {text_of(entry.path()), entry.last_write_time()};
  }
  return files;
}

template <class Work>
bool is_refused(const Work& work) {
  try {
    work();
  } catch (const FailureError&) {
    return true;
  }
  return false;
}

class FenceTest : public ::testing::Test {
 protected:
  FenceTest() { fs::create_directories(out_); }
  [[nodiscard]] fs::path journal() const { return out_ / "work" / journal_name("images", key_); }
  [[nodiscard]] fs::path checkpoint() const { return out_ / "work" / "cluster-0123456789abcdef"; }
  static std::span<const std::byte> bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

  /// A child process that holds the folder, stops itself, and then tries all that a run does. Returns what it
  /// could do, a bit each.
  int hold_and_stand_still() const {
    HeldFolder held(out_, on_another_host(), kQuick);
    Fence& fence = held.fence();
    TileWriter tiles(journal(), key_, 0, {.fence = &fence});
    tiles.append(0, {}, {1, 1}, bytes("before"));
    const StateFile state(checkpoint(), key_);
    state.save(bytes("before"), &fence);
    write_file_durably(fence.staging() / "posts.h5ad", "late");
    ::raise(SIGSTOP);
    int done = 0;
    // Without a look at the lock, as one that was stopped between the look and the call.
    done |= ::rename((fence.staging() / "posts.h5ad").c_str(), (out_ / "posts.h5ad").c_str()) == 0 ? 1 : 0;
    held.lock().touch();
    done |= is_refused([&] { tiles.append(1, {}, {1, 1}, bytes("late")); }) ? 0 : 2;
    done |= is_refused([&] { tiles.seal(); }) ? 0 : 4;
    done |= is_refused([&] { state.save(bytes("late"), &fence); }) ? 0 : 8;
    done |= is_refused([&] { fence.write_file(out_ / "work" / "keys.json", "late"); }) ? 0 : 16;
    done |= is_refused([&] { remove_journal(held, out_ / "work", journal().filename()); }) ? 0 : 32;
    done |= is_refused([&] { fence.remove_file(out_ / "run.json"); }) ? 0 : 64;
    done |= fence.holds() ? 128 : 0;
    return done;
  }

  testing::ScratchFolder scratch_;
  fs::path out_ = scratch_.path() / "results";
  Digest key_ = sha256("a stage");
};

TEST_F(FenceTest, AHolderThatStoodStillWhileAnotherTookOverChangesNoByte) {
  const pid_t child = ::fork();
  if (child == 0) {
    int done = 255;
    try {
      done = hold_and_stand_still();
    } catch (const Error&) {  // its destructors write nothing either
    }
    ::_exit(done);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, WUNTRACED), child);
  ASSERT_TRUE(WIFSTOPPED(status));
  const HeldFolder held(out_, LockHolder::self(), kQuick);
  StateFile(checkpoint(), key_).save(bytes("the new holder's"));
  write_file_durably(out_ / "posts.h5ad", "the new holder's");
  write_file_durably(out_ / "run.json", "the new holder's");
  const auto before = all_of(out_);
  ::kill(child, SIGCONT);
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0) << "the first holder did what it may not do any more";
  const auto after = all_of(out_);
  EXPECT_EQ(before.size(), after.size());
  for (const auto& [path, file] : before) EXPECT_TRUE(after.contains(path) && after.at(path) == file) << path;
}

TEST_F(FenceTest, AHolderThatStoodStillAndWasLeftAloneGoesOn) {
  HeldFolder held(out_, LockHolder::self(), kQuick);
  std::this_thread::sleep_for(milliseconds(1100));
  EXPECT_NO_THROW(held.fence().check());
  EXPECT_NO_THROW(held.fence().confirm());
  held.fence().write_file(out_ / "work" / "keys.json", "there");
  EXPECT_EQ(text_of(out_ / "work" / "keys.json"), "there");
}

TEST_F(FenceTest, RemovesAFileByAWayThatEndsWithItsFolder) {
  HeldFolder held(out_, LockHolder::self(), kQuick);
  write_file_durably(out_ / "run.json", "there");
  held.fence().remove_file(out_ / "run.json");
  EXPECT_FALSE(fs::exists(out_ / "run.json"));
  EXPECT_NO_THROW(held.fence().remove_file(out_ / "run.json"));
  // As if another run had taken the folder over between the look and the removal.
  write_file_durably(out_ / "run.json", "the new holder's");
  fs::remove_all(held.fence().staging());
  EXPECT_THROW(held.fence().remove_file(out_ / "run.json"), Error);
  EXPECT_EQ(text_of(out_ / "run.json"), "the new holder's");
}

TEST_F(FenceTest, WorkMayBeALinkToAnotherFileSystem) {
  const testing::ScratchFolder elsewhere("/dev/shm");
  fs::create_directory_symlink(elsewhere.path(), out_ / "work");
  HeldFolder held(out_, LockHolder::self(), kQuick);
  held.fence().write_file(out_ / "work" / "keys.json", "there");
  EXPECT_EQ(text_of(elsewhere.path() / "keys.json"), "there");
  held.fence().write_file(out_ / "posts.h5ad", "there");
  StateFile(checkpoint(), key_).save(bytes("a state"), &held.fence());
  held.fence().remove_file(out_ / "work" / "keys.json");
  remove_journal(held, out_ / "work", checkpoint().filename());
  EXPECT_FALSE(fs::exists(checkpoint()));
}

TEST_F(FenceTest, AHolderGivesSignsOfLifeWhateverItDoes) {
  const HeldFolder held(out_, LockHolder::self(), kQuick);
  const auto before = fs::last_write_time(out_ / "work" / "lock");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (fs::last_write_time(out_ / "work" / "lock") == before && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(milliseconds(50));
  EXPECT_NE(fs::last_write_time(out_ / "work" / "lock"), before);
}

TEST_F(FenceTest, SaysWhoHasTheFolderNow) {
  HeldFolder held(out_, LockHolder::self(), kQuick);
  LockHolder other = on_another_host();
  fs::remove(out_ / "work" / "lock");
  const RunLock taken(out_, other, kQuick);
  try {
    held.fence().confirm();
    FAIL() << "two runs hold the folder";
  } catch (const FailureError& error) {
    EXPECT_THAT(error.what(), HasSubstr("elsewhere"));
    EXPECT_THAT(error.what(), HasSubstr(out_.string()));
  }
  EXPECT_TRUE(held.fence().lost());
}

TEST_F(FenceTest, WhatAKilledRunHadOnItsWayIsRemoved) {
  fs::create_directories(out_ / "results.0123.partial");
  write_file_durably(out_ / "results.0123.partial" / "posts.h5ad", "half");
  write_file_durably(out_ / "results.txt", "a user's");
  fs::create_directories(out_ / "work" / "results.0123.partial" / "images-0123456789abcdef");
  { const HeldFolder held(out_, LockHolder::self(), kQuick); }
  EXPECT_FALSE(fs::exists(out_ / "results.0123.partial"));
  EXPECT_TRUE(fs::exists(out_ / "results.txt"));
  EXPECT_TRUE(fs::is_empty(out_ / "work"));
}

TEST_F(FenceTest, ASegmentThatIsSealedOrGrowsAfterItWasListedIsReadAsItWas) {
  TileWriter tiles(journal(), key_, 0, {});
  tiles.append(0, {}, {1, 1}, bytes("first"));
  const JournalSegments segments(journal(), key_, JournalSegments::list(journal()));
  std::vector<std::string> damage;
  const auto places = segments.read_index(0, damage);
  ASSERT_EQ(places.size(), 1u);
  tiles.append(1, {}, {1, 1}, bytes("second"));
  tiles.seal();
  TileReader reader(segments);
  const auto payload = reader.read(places[0], damage);
  ASSERT_TRUE(payload);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(payload->data()), payload->size()), "first");
  EXPECT_TRUE(damage.empty());
}

TEST(JournalNames, AreToldFromWhatElseLiesInTheFolder) {
  EXPECT_TRUE(is_journal_name(journal_name("images", sha256("a key"))));
  for (const char* other :
       {"precision.json", "tuning-looks.json", "keys.json", "lock", "my-notes", "images-0123",
        "-0123456789abcdef", "images-0123456789ABCDEF", "images-0123456789abcdef.partial"}) {
    EXPECT_FALSE(is_journal_name(other)) << other;
  }
}

}  // namespace
}  // namespace shoal
