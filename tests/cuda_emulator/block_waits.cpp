// Where threads of a block wait for each other: barriers, meetings of warps, and what is said when nobody
// comes.
#include "block.hpp"
#include "emulator.hpp"
#include "random.hpp"

namespace emulator {

/// Suspends the running thread until it is released.
void Block::wait(Place place) {
  Thread& self = threads_[static_cast<std::size_t>(current.rank)];
  self.waits_at = place;
  self.fiber->suspend();
  if (cancelled_) throw Cancelled{};
  self.waits_at = {};
}

void Block::release(std::vector<int> threads) {
  order().shuffle(threads);
  ready_.insert(ready_.end(), threads.begin(), threads.end());
}

/// Lets threads that wait run to their end, by an exception.
void Block::cancel_waiting() {
  cancelled_ = true;
  ready_.clear();
  for (std::size_t rank = 0; rank < threads_.size(); ++rank) {
    if (threads_[rank].fiber == nullptr || threads_[rank].done) continue;
    make_current(static_cast<int>(rank));
    threads_[rank].fiber->resume();
  }
  cancelled_ = false;
}

void Block::barrier(Place place) {
  if (at_barrier_.empty()) barrier_place_ = place;
  if (!(barrier_place_ == place)) {
    fail("threads of one block wait at different barriers, another one in line " +
             std::to_string(barrier_place_.line),
         place);
  }
  at_barrier_.push_back(current.rank);
  if (at_barrier_.size() == threads_.size()) release(std::exchange(at_barrier_, {}));
  wait(place);
}

Block::Meeting& Block::meeting_of(int warp, unsigned mask) {
  for (Meeting& meeting : meetings_) {
    if (meeting.warp == warp && meeting.mask == mask) return meeting;
  }
  meetings_.reserve(threads_.size());  // callers hold addresses of bits
  meetings_.push_back({warp, mask});
  return meetings_.back();
}

const std::uint64_t* Block::meet(unsigned mask, std::uint64_t bits, Place place,
                                 void (*complete)(std::uint64_t*)) {
  const int warp = current.rank / 32;
  const unsigned lane = static_cast<unsigned>(current.rank) % 32;
  if ((mask >> lane & 1U) == 0) fail("a lane calls a warp function whose mask leaves it out", place);
  Meeting& meeting = meeting_of(warp, mask);
  if (meeting.arrived == 0) meeting.place = place;
  if (!(meeting.place == place)) fail("lanes of one warp meet at different lines", place);
  auto& lanes = meeting.bits[meeting.number % 2];
  lanes[lane] = bits;
  meeting.arrived |= 1U << lane;
  if (meeting.arrived == mask) {
    if (complete != nullptr) complete(lanes.data());
    meeting.arrived = 0;
    ++meeting.number;
    std::vector<int> together;
    for (unsigned other = 0; other < 32; ++other) {
      if ((mask >> other & 1U) != 0) together.push_back(warp * 32 + static_cast<int>(other));
    }
    release(together);
  }
  wait(place);
  return lanes.data();
}

void Block::perhaps_switch() {
  if (order().below(8) != 0) return;
  ready_.push_back(current.rank);
  wait({});
}

void Block::report_deadlock() const {
  const Thread* waiting = nullptr;
  std::size_t count = 0;
  for (const Thread& thread : threads_) {
    if (thread.done || thread.waits_at.line == 0) continue;
    if (waiting == nullptr) waiting = &thread;
    ++count;
  }
  fail(std::to_string(count) + " of " + std::to_string(threads_.size()) +
           " threads wait here for others that never come",
       waiting == nullptr ? Place{} : waiting->waits_at);
}

}  // namespace emulator
