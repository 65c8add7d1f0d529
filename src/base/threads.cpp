// Sharing out numbered pieces over threads by one atomic counter.
#include "shoal/base/threads.hpp"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace shoal {

void parallel_for_workers(std::size_t count, int threads, const std::function<void(std::size_t, int)>& work) {
  const int workers =
      static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(std::max(threads, 1)), count));
  if (workers <= 1) {
    for (std::size_t i = 0; i < count; ++i) work(i, 0);
    return;
  }
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr first_error;
  std::mutex error_mutex;
  const auto run = [&](int worker) {
    try {
      for (std::size_t i = next++; i < count && !failed; i = next++) work(i, worker);
    } catch (...) {
      const std::lock_guard lock(error_mutex);
      if (!failed.exchange(true)) first_error = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    others.reserve(static_cast<std::size_t>(workers) - 1);
    for (int worker = 1; worker < workers; ++worker) others.emplace_back(run, worker);
    run(0);
  }
  if (first_error) std::rethrow_exception(first_error);
}

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  parallel_for_workers(count, threads, [&](std::size_t piece, int) { work(piece); });
}

namespace {

cpu_set_t affinity() {
  cpu_set_t set;
  CPU_ZERO(&set);
  // A machine of more processors than the set holds: as if there were one, and --threads says better.
  if (sched_getaffinity(0, sizeof set, &set) != 0) CPU_SET(0, &set);
  return set;
}

}  // namespace

int available_processors() {
  const cpu_set_t set = affinity();
  return CPU_COUNT(&set);
}

std::string processor_set() {
  const cpu_set_t set = affinity();
  std::string text;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) text += std::to_string(cpu) + ' ';
  }
  return text;
}

}  // namespace shoal
