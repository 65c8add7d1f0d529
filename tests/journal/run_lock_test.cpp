// Who may run in a folder.
#include "shoal/journal/run_lock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <thread>

#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr LockTimes kQuick{.stale_after = milliseconds(300),
                           .look_every = milliseconds(20),
                           .glance = milliseconds(300),
                           .dying = milliseconds(0)};
constexpr LockTimes kNeverStale{
    .stale_after = milliseconds(3600000), .look_every = milliseconds(20), .dying = milliseconds(0)};

class RunLockTest : public ::testing::Test {
 protected:
  /// A lock that nobody removes, as a killed run leaves it.
  void leave_lock(const LockHolder& holder) const { static_cast<void>(new RunLock(out_, holder, kQuick)); }
  static LockHolder on_another_host() {
    LockHolder other = LockHolder::self();
    other.host = "elsewhere";
    other.machine = "another boot pid:[1]";
    other.process = 4711;
    return other;
  }
  /// Of one process within a millisecond, two would be one.
  static LockHolder another_run() {
    LockHolder other = LockHolder::self();
    other.since = "later";
    return other;
  }
  /// Has the number of a living process, which began at another time.
  static LockHolder gone() {
    LockHolder gone = LockHolder::self();
    gone.ticks += 1;
    return gone;
  }
  testing::ScratchFolder scratch_;
  std::filesystem::path out_ = scratch_.path() / "results";
};

TEST_F(RunLockTest, TheSecondRunIsRefusedAndToldWhoRuns) {
  const RunLock lock(out_);
  try {
    const RunLock second(out_, another_run(), kQuick);
    FAIL() << "two runs got the lock";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("process " + std::to_string(::getpid())));
    EXPECT_THAT(error.what(), HasSubstr(LockHolder::self().host));
  }
  EXPECT_TRUE(holder_of(out_)->alive);
}

TEST_F(RunLockTest, ALockIsFreeAgainWhenItsRunIsOver) {
  { const RunLock lock(out_); }
  EXPECT_FALSE(holder_of(out_));
  const RunLock again(out_);
}

TEST_F(RunLockTest, AProcessThatIsGoneOrHasAnothersNumberHoldsNothing) {
  leave_lock(gone());
  EXPECT_FALSE(holder_of(out_)->alive);
  const RunLock lock(out_);
}

TEST_F(RunLockTest, ARestartOfTheHostOrOfTheBatchJobFreesTheLock) {
  LockHolder before = LockHolder::self();
  before.machine = "an earlier boot";
  leave_lock(before);
  { const RunLock lock(out_, LockHolder::self(), kNeverStale); }
  LockHolder first = on_another_host();
  first.batch_job = "17";
  leave_lock(first);
  LockHolder second = LockHolder::self();
  second.batch_job = "17";
  second.restart = 1;
  const RunLock lock(out_, second, kNeverStale);
}

TEST_F(RunLockTest, ALockOfAnotherHostIsTakenWhenItGivesNoSignOfLife) {
  leave_lock(on_another_host());
  const auto start = std::chrono::steady_clock::now();
  const RunLock lock(out_, LockHolder::self(), kQuick);
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(200));
}

TEST_F(RunLockTest, ALockOfAnotherHostThatGivesSignsOfLifeIsRespected) {
  auto other = std::make_unique<RunLock>(out_, on_another_host(), kQuick);
  std::atomic<bool> over{false};
  std::jthread heart([&] {
    while (!over) {
      other->touch();
      std::this_thread::sleep_for(milliseconds(30));
    }
  });
  EXPECT_THROW(RunLock(out_, LockHolder::self(), kQuick), UsageError);
  over = true;
}

/// A lock is linked to its name as a whole: one that is cut off is what a lost machine left.
TEST_F(RunLockTest, AnEmptyOrDamagedLockHoldsNothing) {
  for (const char* left : {"", "{\"host\": \"no", "[]\n"}) {
    std::filesystem::create_directories(out_ / "work");
    std::ofstream(out_ / "work" / "lock") << left;
    EXPECT_FALSE(holder_of(out_) && holder_of(out_)->alive) << left;
    { const RunLock lock(out_, LockHolder::self(), kQuick); }
    EXPECT_FALSE(std::filesystem::exists(out_ / "work" / "lock")) << left;
  }
}

/// It could be waited for without an end: link finds the name taken, and open finds nothing.
TEST_F(RunLockTest, ALinkToNothingIsNoLock) {
  std::filesystem::create_directories(out_ / "work");
  std::filesystem::create_symlink("nowhere", out_ / "work" / "lock");
  EXPECT_THROW(RunLock(out_, LockHolder::self(), kQuick), FailureError);
}

TEST_F(RunLockTest, WhatOthersLeftOnTheirWayToTheLockGoesWithThemOnly) {
  const std::filesystem::path work = out_ / "work";
  std::filesystem::create_directories(work);
  const std::string here = process_space();
  const std::string alive = std::to_string(::getppid());
  const std::string gone = "999999999";
  const std::vector<std::string> stays = {"lock." + alive + "." + here + ".1.partial",
                                          "lock." + gone + ".elsewhere.1.partial", "lock.partial"};
  const std::vector<std::string> goes = {"lock." + gone + "." + here + ".1.partial",
                                         "lock.takeover." + gone + "." + here + ".1.partial"};
  for (const auto* names : {&stays, &goes})
    for (const std::string& name : *names) std::ofstream(work / name) << "left";
  const RunLock lock(out_);
  for (const std::string& name : stays) EXPECT_TRUE(std::filesystem::exists(work / name)) << name;
  for (const std::string& name : goes) EXPECT_FALSE(std::filesystem::exists(work / name)) << name;
}

TEST_F(RunLockTest, OneThatDiedWhileItTookTheLockOverKeepsNobodyOut) {
  const std::filesystem::path lock = out_ / "work" / "lock";
  leave_lock(gone());
  for (const char* right : {"lock.takeover", "lock.takeover.takeover"}) {
    std::filesystem::copy_file(lock, out_ / "work" / right);
  }
  { const RunLock taken(out_, LockHolder::self(), kQuick); }
  EXPECT_TRUE(std::filesystem::is_empty(out_ / "work"));
  leave_lock(gone());
  std::filesystem::rename(lock, out_ / "work" / "lock.takeover");  // died when the lock was removed
  { const RunLock taken(out_, LockHolder::self(), kQuick); }
  EXPECT_TRUE(std::filesystem::is_empty(out_ / "work"));
}

/// Somebody on another host may be about to remove what is left: it is not waited for, as the lock would show
/// no sign of life meanwhile.
TEST_F(RunLockTest, CleaningUpBesideTheLockWaitsForNobody) {
  const std::filesystem::path work = out_ / "work";
  leave_lock(gone());
  std::filesystem::rename(work / "lock", work / "lock.takeover");
  leave_lock(on_another_host());
  std::filesystem::rename(work / "lock", work / "lock.takeover.takeover");
  const auto start = std::chrono::steady_clock::now();
  const RunLock lock(out_);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_TRUE(std::filesystem::exists(work / "lock.takeover"));
}

TEST_F(RunLockTest, ALockThatIsBeingTakenOverIsLeftToWhoDoesSo) {
  const std::filesystem::path work = out_ / "work";
  std::filesystem::create_directories(work);
  {
    const RunLock alive(out_);
    std::filesystem::copy_file(work / "lock", work / "lock.takeover");
  }
  leave_lock(gone());
  EXPECT_THROW(RunLock(out_, another_run(), kQuick), UsageError);
}

TEST_F(RunLockTest, OfManyThatTakeOverAtOnceOneWins) {
  for (int round = 0; round < 100; ++round) {
    leave_lock(gone());
    int start[2];
    int hold[2];
    ASSERT_EQ(::pipe(start) + ::pipe(hold), 0);
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
      const pid_t child = ::fork();
      if (child == 0) {
        char byte = 0;
        ::close(start[1]);
        ::close(hold[1]);
        [[maybe_unused]] auto n = ::read(start[0], &byte, 1);  // all begin when the pipe is closed
        int code = 0;
        try {
          const RunLock lock(out_, LockHolder::self(), kQuick);
          n = ::read(hold[0], &byte, 1);
        } catch (const UsageError&) {
          code = 1;
        }
        ::_exit(code);
      }
      children.push_back(child);
    }
    ::close(start[1]);
    ::close(start[0]);
    int refused = 0;
    for (int i = 0; i < 7; ++i) {
      int status = 0;
      ::wait(&status);
      refused += WEXITSTATUS(status) == 1 ? 1 : 0;
    }
    ::close(hold[1]);
    ::close(hold[0]);
    int status = 0;
    ::wait(&status);
    EXPECT_EQ(refused, 7);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    std::filesystem::remove_all(out_);
  }
}

}  // namespace
}  // namespace shoal
