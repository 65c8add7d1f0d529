// A disk that says only while it syncs that it has lost what was written.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <future>
#include <thread>

#include "shoal/base/error.hpp"
#include "shoal/journal/tile_journal.hpp"
#include "support/scratch_folder.hpp"

namespace {

std::atomic<bool> slow{false};
std::atomic<bool> in_work{false};
std::atomic<bool> may_end{false};

}  // namespace

// In place of the library's: a sync that takes until the test lets it end, and fails.
extern "C" int fdatasync(int file) {
  if (!slow) return static_cast<int>(::syscall(SYS_fdatasync, file));
  in_work = true;
  while (!may_end) std::this_thread::yield();
  errno = ::fcntl(file, F_GETFD) < 0 ? EBADF : EIO;
  return -1;
}

namespace shoal {
namespace {

using std::chrono::milliseconds;

TEST(TileWriter, ASegmentIsNotSealedOverASyncThatFails) {
  const testing::ScratchFolder scratch;
  const Digest key = sha256("a stage");
  const std::array payload{std::byte{1}};
  TileWriter tiles(scratch.path() / "images", key, 0, {.sync_every = milliseconds(100)});
  slow = true;
  tiles.append(0, {}, {1, 1}, payload);
  while (!in_work) std::this_thread::yield();
  auto sealed = std::async(std::launch::async, [&] { tiles.seal(); });
  EXPECT_EQ(sealed.wait_for(milliseconds(300)), std::future_status::timeout)
      << "it did not wait for the sync";
  may_end = true;
  try {
    sealed.get();
    FAIL() << "what the disk said is lost";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("Input/output error"));
  }
  slow = false;
}

}  // namespace
}  // namespace shoal
