// A state is small beside the rows it came from; how often it is written bounds what a lost node costs.
#include "stage_checkpoint.hpp"

#include "on_root.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/stop.hpp"

namespace shoal {

StageCheckpoint::StageCheckpoint(Communicator& comm, const std::filesystem::path& path, const Digest& key,
                                 std::string what, std::chrono::milliseconds every)
    : comm_(comm), file_(path, key), what_(std::move(what)), every_(every) {}

std::optional<std::vector<std::byte>> StageCheckpoint::load() {
  std::vector<std::byte> state;
  on_root(comm_, [&] {
    std::string damage;
    state = file_.load(damage).value_or(std::vector<std::byte>{});
    if (!damage.empty()) log::warning("{}; {} begins anew", damage, what_);
  });
  std::vector<Bytes> from_root = comm_.all_gather(state);
  if (from_root.front().empty()) return std::nullopt;
  log::info("{}: goes on from its last checkpoint in the journal", what_);
  return std::move(from_root.front());
}

void StageCheckpoint::save(std::span<const std::byte> state) {
  const bool stop = comm_.max(std::int64_t{stop_requested()}) != 0;
  const bool due = stop || std::chrono::steady_clock::now() - last_write_ >= every_;
  if (comm_.is_root()) {
    unsaved_.assign(state.begin(), state.end());
    if (due) write();
  }
  if (stop) throw Interrupted();
}

void StageCheckpoint::finish() {
  on_root(comm_, [&] {
    if (!unsaved_.empty()) write();
  });
}

void StageCheckpoint::write() {
  file_.save(unsaved_);
  unsaved_.clear();
  last_write_ = std::chrono::steady_clock::now();
}

}  // namespace shoal
