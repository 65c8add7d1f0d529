// The lock comes first, then the others' staging folders go, then this one's is made.
#include "shoal/journal/held_folder.hpp"

#include <condition_variable>
#include <mutex>
#include <vector>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/patience.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::seconds kBetweenTouches{2};

void touch_until_stopped(const std::stop_token& stop, const RunLock& lock) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock waiting(mutex);
  while (!stop.stop_requested()) {
    lock.touch();
    wake.wait_for(waiting, stop, kBetweenTouches, [] { return false; });
  }
}

void remove_staging_of_others(const fs::path& in) {
  std::error_code error;
  std::vector<fs::path> folders;  // first, since removing changes the folder
  for (const std::string& name : read_of_own([&] { return names_in(in); })) {
    if (is_staging_folder(name)) folders.push_back(in / name);
  }
  for (const fs::path& folder : folders) {
    fs::remove_all(folder, error);
    if (error) throw_system_error("removal", folder.string(), error.value());
  }
}

}  // namespace

HeldFolder::HeldFolder(const fs::path& out, const LockHolder& self, LockTimes times)
    : lock_(out, self, times),
      touching_([this](const std::stop_token& stop) { touch_until_stopped(stop, lock_); }),
      fence_(out, lock_.content()) {
  remove_staging_of_others(out);
  remove_staging_of_others(out / "work");
  fence_.confirm();
  // Files in work/ name inputs and rows, and results are not yet ready to be read.
  make_private_folder(fence_.staging());
  make_private_folder(fence_.work_staging());
}

HeldFolder::~HeldFolder() {
  std::error_code ignored;  // the next run removes it
  fs::remove_all(fence_.staging(), ignored);
  fs::remove_all(fence_.work_staging(), ignored);
}

}  // namespace shoal
