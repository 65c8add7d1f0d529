// Pieces are handed out in ascending order, so whoever waits for its turn waits for pieces that are in work.
#include "in_turn.hpp"

#include <condition_variable>
#include <mutex>

#include "shoal/base/threads.hpp"

namespace shoal {
namespace {

class Turns {
 public:
  /// Calls put when it is the turn of number; not where another piece has failed.
  void take(std::size_t number, const std::function<void()>& put) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failed_ || next_ == number; });
    if (failed_) return;
    put();
    ++next_;
    changed_.notify_all();
  }
  void fail() {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;
  bool failed_ = false;
};

}  // namespace

void make_and_put_in_turn(std::size_t count, int threads,
                          const std::function<std::function<void()>(std::size_t)>& make) {
  Turns turns;
  parallel_for(count, threads, [&](std::size_t number) {
    try {
      turns.take(number, make(number));
    } catch (...) {
      turns.fail();
      throw;
    }
  });
}

}  // namespace shoal
