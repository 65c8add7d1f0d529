// Streams are queues; whose turn it is, and how late, is drawn from the seed.
#include "world.hpp"

#include <cxxabi.h>
#include <dlfcn.h>

#include <cstdlib>

namespace emulator {

World& world() {
  static World one;
  return one;
}

Random& order() { return world().random; }

namespace {

thread_local int device_of_thread = 0;

/// Whether work waits until someone asks for it, runs now and then, or nearly at once.
enum class Habit { late, sometimes, soon };
Habit habit() { return static_cast<Habit>(world().seed % 3); }

void forget_all_work() {
  for (Stream* stream : world().streams) stream->queue.clear();
}

void run_front(Stream& stream) {
  World& w = world();
  Work work = std::move(stream.queue.front());
  stream.queue.pop_front();
  if (++w.works == w.breaking_work) {
    w.broken = cudaErrorIllegalAddress;
    w.broken_work = work.name;
  }
  if (w.broken != cudaSuccess) return forget_all_work();
  Arena& arena = *w.arenas[static_cast<std::size_t>(stream.device)];
  try {
    for (const auto& other : w.arenas) {
      if (other.get() != &arena) other->close();
    }
    arena.open();
    w.clock += work.microseconds;
    work.run();
    arena.check_guards(work.name);
  } catch (...) {
    w.broken = cudaErrorLaunchFailure;
    forget_all_work();
    throw;
  }
}

/// While this lives, work may run; afterwards the host may not touch what the work did.
struct DevicesAtWork {
  ~DevicesAtWork() {
    for (const auto& arena : world().arenas) arena->close();
  }
};

/// Runs the next piece of a stream drawn from those that can go on; false where none can.
bool run_one() {
  std::vector<Stream*> able;
  for (Stream* stream : world().streams) {
    if (!stream->queue.empty() && stream->queue.front().ready()) able.push_back(stream);
  }
  if (able.empty()) return false;
  run_front(*able[order().below(able.size())]);
  return true;
}

}  // namespace

cudaError_t begin_call() {
  World& w = world();
  ++w.calls;
  if (w.broken != cudaSuccess) return answer(w.broken);
  return answer(w.calls == w.failing_call ? static_cast<cudaError_t>(w.failing_error) : cudaSuccess);
}

cudaError_t answer(cudaError_t error) {
  if (error != cudaSuccess) world().last = error;
  return error;
}

int current_device() { return device_of_thread; }
void set_current_device(int device) { device_of_thread = device; }

Arena& current_arena() { return *world().arenas.at(static_cast<std::size_t>(current_device())); }

void check_stream(Stream* stream, const char* call) {
  if (stream == nullptr) throw Misuse(std::string(call) + " on the default stream: name a stream");
  if (!world().streams.contains(stream)) throw Misuse(std::string(call) + " on a stream that was destroyed");
  if (stream->device != current_device()) {
    throw Misuse(std::string(call) + " on a stream of device " + std::to_string(stream->device) +
                 " while device " + std::to_string(current_device()) + " is set");
  }
}

void enqueue(Stream* stream, Work work) {
  if (!work.ready) work.ready = [] { return true; };
  stream->queue.push_back(std::move(work));
  if (habit() == Habit::late) return;
  std::size_t pieces = habit() == Habit::soon ? order().below(3) : order().below(6) / 5 * order().below(8);
  const DevicesAtWork closes_afterwards;
  while (pieces-- > 0 && run_one()) {
  }
}

void run_until(const std::function<bool()>& done) {
  const DevicesAtWork closes_afterwards;
  while (!done() && world().broken == cudaSuccess) {
    if (run_one()) continue;
    forget_all_work();
    throw Misuse("the host waits for work that waits for an event that nothing will record");
  }
}

std::string name_of_kernel(const void* function) {
  Dl_info info{};
  if (dladdr(function, &info) == 0 || info.dli_sname == nullptr) return "(of a hidden name)";
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status), std::free);
  return status == 0 ? name.get() : info.dli_sname;
}

void restart(std::uint64_t seed, const Devices& devices) {
  World& w = world();
  const Lock lock(w.mutex);
  const std::size_t leaked = live_allocations();
  for (Stream* stream : w.streams) delete stream;
  for (Event* event : w.events) delete event;
  w.streams.clear();
  w.events.clear();
  w.arenas.clear();
  w.large_shared_memory.clear();
  w.pinned.begin_peak_again();
  w.random = Random(seed);
  w.seed = seed;
  w.devices = devices;
  for (int i = 0; i < devices.count; ++i) w.arenas.push_back(std::make_unique<Arena>(devices.memory));
  w.calls = w.failing_call = w.works = w.breaking_work = w.allocations = w.clock = 0;
  w.broken = w.last = cudaSuccess;
  w.broken_work.clear();
  set_current_device(0);
  if (leaked > 0) throw Misuse(std::to_string(leaked) + " allocations were never freed");
}

std::uint64_t calls() { return world().calls; }
void fail_call(std::uint64_t number, int error) {
  world().failing_call = number;
  world().failing_error = error;
}
std::uint64_t works() { return world().works; }
void break_device_at(std::uint64_t work) { world().breaking_work = work; }
std::uint64_t allocations() { return world().allocations; }

std::size_t live_allocations() {
  std::size_t live = world().pinned.allocations();
  for (const auto& arena : world().arenas) live += arena->allocations();
  return live;
}
std::size_t peak_device_bytes() {
  std::size_t peak = 0;
  for (const auto& arena : world().arenas) peak = std::max(peak, arena->peak());
  return peak;
}
std::string broken_work() { return world().broken_work; }
std::size_t peak_pinned_bytes() { return world().pinned.peak(); }
std::size_t device_bytes() {
  std::size_t bytes = 0;
  for (const auto& arena : world().arenas) bytes += arena->used();
  return bytes;
}

}  // namespace emulator
