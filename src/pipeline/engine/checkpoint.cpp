// A state is small beside the rows it came from; how often it is written bounds what a lost node costs.
#include "pipeline/engine/checkpoint.hpp"

#include "shoal/base/log.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {

StageCheckpoint::StageCheckpoint(Communicator& comm, const std::filesystem::path& path, const Digest& key,
                                 std::string what, const JournalSettings& journal)
    : comm_(comm), file_(path, key), what_(std::move(what)), journal_(journal) {}

std::optional<Checkpoint::State> StageCheckpoint::load() {
  State state;
  on_root(comm_, [&] {
    std::string damage;
    state = file_.load(damage).value_or(State{});
    if (!damage.empty()) log::warning("{}; {} begins anew", damage, what_);
  });
  std::vector<Bytes> from_root = comm_.all_gather(state);
  if (from_root.front().empty()) return std::nullopt;
  log::info("{}: goes on from its last checkpoint in the journal", what_);
  return std::move(from_root.front());
}

void StageCheckpoint::save(const std::function<State()>& state, bool last) {
  const bool stop = comm_.max(std::int64_t{stop_requested()}) != 0;
  const bool due = stop || last || std::chrono::steady_clock::now() - last_write_ >= journal_.sync_every;
  if (comm_.is_root() && due) {
    file_.save(state(), journal_.fence);
    last_write_ = std::chrono::steady_clock::now();
  }
  // Where the algorithm is done, the next stage is left instead.
  if (stop && !last) throw Interrupted();
}

}  // namespace shoal
