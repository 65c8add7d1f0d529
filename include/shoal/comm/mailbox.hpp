// Short messages between any two ranks, beside the collectives: for handing out work and for telling that
// something happened.
#pragma once

#include <memory>
#include <optional>

#include "shoal/comm/communicator.hpp"

namespace shoal {

struct Letter {
  int from = 0;
  Bytes bytes;
};

/// Letters between two ranks arrive in the order of sending. One thread at a time may use a mailbox, which
/// may be another one than the one that makes collective calls.
class Mailbox {
 public:
  virtual ~Mailbox() = default;
  Mailbox() = default;
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  /// Never waits for the receiver. to may be this rank.
  virtual void send(int to, std::span<const std::byte> bytes) = 0;
  /// The next letter, if one has come; never waits.
  virtual std::optional<Letter> receive() = 0;
  /// Ends it without waiting for other ranks: what is on its way may never be read.
  virtual void abandon() = 0;
};

}  // namespace shoal
