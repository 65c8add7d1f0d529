// Letters: ask and finished go to rank 0, grant comes from it; fetch goes to a tile's home, tile comes from
// it.
#include "pipeline/tiles/exchange.hpp"

#include <chrono>
#include <cstring>

#include "shoal/base/stop.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

enum Kind : std::int64_t { ask, finished_one, grant, fetch, tile };

struct Head {
  std::int64_t kind = 0;
  std::int64_t a = 0;
  std::int64_t b = 0;
};

/// Between looks into the mailbox: short beside a tile, long beside looking.
constexpr microseconds kPause{500};

}  // namespace

TileExchange::TileExchange(Communicator& comm, std::int64_t tiles, int workers, Describe describe,
                           Watch watch)
    : comm_(comm), describe_(std::move(describe)), watch_(std::move(watch)), tiles_(comm.sum(tiles)) {
  std::vector<std::int64_t> all_tiles;
  std::vector<std::int64_t> all_workers;
  for (const auto& [count, at_a_time] : all_gather_objects(comm, std::pair(tiles, std::int64_t{workers}))) {
    all_tiles.push_back(count);
    all_workers.push_back(at_a_time);
  }
  if (comm.is_root()) dealer_ = std::make_unique<TileDealer>(all_tiles, all_workers);
  mailbox_ = comm.open_mailbox();
  thread_ = std::thread([this] { answer_letters(); });
}

TileExchange::~TileExchange() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void TileExchange::close() {
  comm_.wait_for_all();
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  thread_.join();
  mailbox_.reset();
}

void TileExchange::send(int to, std::int64_t kind, std::int64_t a, std::int64_t b,
                        std::span<const std::byte> rest) {
  const Head head{kind, a, b};
  Bytes bytes(sizeof head + rest.size());
  std::memcpy(bytes.data(), &head, sizeof head);
  if (!rest.empty()) std::memcpy(bytes.data() + sizeof head, rest.data(), rest.size());
  mailbox_->send(to, bytes);
}

std::optional<Bytes> TileExchange::next() {
  std::unique_lock lock(mutex_);
  if (!none_left_) send(0, Kind::ask);
  while (!tile_ && !none_left_ && !error_) {
    leave_if_stop_requested();
    arrived_.wait_for(lock, milliseconds(20));
  }
  if (error_) std::rethrow_exception(error_);
  return std::exchange(tile_, std::nullopt);
}

void TileExchange::finished() {
  const std::lock_guard lock(mutex_);
  send(0, Kind::finished_one);
}

void TileExchange::cancel() {
  const std::lock_guard lock(mutex_);
  none_left_ = true;
  tile_.reset();
  arrived_.notify_all();
}

void TileExchange::answer_letters() {
  while (true) {
    bool idle = true;
    {
      const std::lock_guard lock(mutex_);
      if (closing_) return;
      try {
        while (const auto letter = mailbox_->receive()) {
          open_letter(*letter);
          idle = false;
        }
        if (dealer_) answer_wishes();
      } catch (...) {
        error_ = std::current_exception();
        arrived_.notify_all();
        return;
      }
    }
    if (idle) std::this_thread::sleep_for(kPause);
  }
}

void TileExchange::open_letter(const Letter& letter) {
  Head head;
  std::memcpy(&head, letter.bytes.data(), sizeof head);
  switch (head.kind) {
    case Kind::ask:
      return dealer_->ask(letter.from);
    case Kind::finished_one:
      dealer_->finished(letter.from);
      if (watch_) watch_(dealer_->finished_by());
      return;
    case Kind::grant:
      return take_grant(static_cast<int>(head.a), head.b);
    case Kind::fetch:
      return send(letter.from, Kind::tile, 0, 0, describe_(head.a));
    default:
      tile_ = Bytes(letter.bytes.begin() + sizeof head, letter.bytes.end());
      arrived_.notify_all();
  }
}

void TileExchange::answer_wishes() {
  for (const TileDealer::Grant& given : dealer_->answer()) {
    send(given.rank, Kind::grant, given.home, given.index);
  }
}

void TileExchange::take_grant(int home, std::int64_t index) {
  if (home < 0) {
    none_left_ = true;
  } else if (home == comm_.rank()) {
    tile_ = describe_(index);
  } else {
    return send(home, Kind::fetch, index);
  }
  arrived_.notify_all();
}

}  // namespace shoal
