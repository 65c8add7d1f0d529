// Letters of one byte: a sign of life, or a stop.
#include "pipeline/engine/pulse.hpp"

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/base/stop.hpp"

namespace shoal {
namespace {

using namespace std::chrono_literals;

constexpr std::byte kSign{1};
constexpr std::byte kStop{2};

constexpr auto kPause = 10ms;
constexpr auto kBetweenSigns = 2s;
constexpr auto kBetweenLooks = 2s;
constexpr auto kBetweenProgress = 1s;
/// A silent rank is named within 30 s.
constexpr auto kSilence = 20s;

}  // namespace

Pulse::Pulse(Communicator& comm, const std::filesystem::path& out, Progress& progress, Fence& fence,
             std::optional<Clock::time_point> deadline)
    : comm_(comm),
      out_(out),
      progress_(progress),
      fence_(fence),
      deadline_(deadline),
      mailbox_(comm.open_mailbox()),
      heard_(static_cast<std::size_t>(comm.size()), Clock::now()),
      silent_(static_cast<std::size_t>(comm.size())) {
  thread_ = std::thread([this] {
    try {
      while (!ending_) {
        beat();
        std::this_thread::sleep_for(kPause);
      }
    } catch (const Error& error) {
      log::warning("{}; the run goes on without its pulse: a stop may not reach all ranks", error.what());
    }
  });
}

void Pulse::end(std::string_view outcome) {
  ending_ = true;
  thread_.join();
  progress_.set_state(outcome);
  if (comm_.is_root()) write_progress();
}

Pulse::~Pulse() {
  if (thread_.joinable()) end("failed");
  // Letters may still be on their way from ranks that end later; nobody reads them.
  mailbox_->abandon();
}

void Pulse::beat() {
  const auto now = Clock::now();
  fence_.beat();
  if (comm_.is_root() && deadline_ && now >= *deadline_ && !stop_requested())
    request_stop("the time limit is near");
  read_letters();
  if (stop_requested() && !told_) tell_of_stop();
  if (now >= next_sign_) {
    next_sign_ = now + kBetweenSigns;
    if (!comm_.is_root()) send(0, kSign);
  }
  if (comm_.is_root()) work_of_root(now);
}

void Pulse::send(int to, std::byte kind) { mailbox_->send(to, std::span(&kind, 1)); }

void Pulse::read_letters() {
  while (const auto letter = mailbox_->receive()) {
    heard_[static_cast<std::size_t>(letter->from)] = Clock::now();
    if (letter->bytes.front() == kStop) request_stop("");
  }
}

void Pulse::tell_of_stop() {
  told_ = true;
  if (!comm_.is_root()) return send(0, kStop);
  progress_.set_state("stopping");
  next_progress_ = {};  // at once: a launcher may not wait long before it kills
  for (int rank = 1; rank < comm_.size(); ++rank) send(rank, kStop);
}

void Pulse::work_of_root(Clock::time_point now) {
  name_silent_ranks(now);
  if (now >= next_look_) {
    next_look_ = now + kBetweenLooks;
    look_at_lock();
  }
  if (now >= next_progress_) {
    next_progress_ = now + kBetweenProgress;
    write_progress();
  }
}

void Pulse::look_at_lock() {
  try {
    // The next look is soon; stops of other ranks, which this thread hears, are not to wait for a disk.
    const ReadsTriedOnce once;
    fence_.confirm();
  } catch (const Error& error) {
    if (!fence_.lost())
      return log::warning("{}; whether the folder is still this run's is not known", error.what());
    // Waiting for a place where all ranks can leave would let them write meanwhile.
    log::error("{}", error.what());
    comm_.abort(static_cast<int>(ExitCode::failure));
  }
}

void Pulse::write_progress() {
  if (!fence_.holds()) return;
  try {
    fence_.replace_file(out_ / "progress.json", progress_.json());
  } catch (const Error& error) {
    // Nothing depends on it; where the disk is full, the stages say so.
    if (!progress_fails_) log::warning("{}; progress.json is not up to date", error.what());
    progress_fails_ = true;
  }
}

void Pulse::name_silent_ranks(Clock::time_point now) {
  for (std::size_t rank = 1; rank < heard_.size(); ++rank) {
    const bool silent = now - heard_[rank] > kSilence;
    if (silent && silent_[rank] == 0) {
      log::warning("rank {} has given no sign of life for {} s: its node may hang or be overloaded", rank,
                   std::chrono::duration_cast<std::chrono::seconds>(now - heard_[rank]).count());
    }
    silent_[rank] = silent ? 1 : 0;
  }
}

}  // namespace shoal
