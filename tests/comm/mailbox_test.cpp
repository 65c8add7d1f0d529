// Letters between ranks.
#include "shoal/comm/mailbox.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

Letter wait_for_letter(Mailbox& mailbox) {
  while (true) {
    if (auto letter = mailbox.receive()) return std::move(*letter);
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

TEST(MailboxTest, LettersArriveInOrderFromEveryRank) {
  const auto mailbox = world().open_mailbox();
  constexpr int kLetters = 50;
  for (int i = 0; i < kLetters; ++i) {
    for (int to = 0; to < world().size(); ++to) {
      const Bytes bytes(static_cast<std::size_t>(i), static_cast<std::byte>(i));
      mailbox->send(to, bytes);
    }
  }
  std::vector<int> next(static_cast<std::size_t>(world().size()), 0);
  for (int i = 0; i < kLetters * world().size(); ++i) {
    const Letter letter = wait_for_letter(*mailbox);
    int& expected = next[static_cast<std::size_t>(letter.from)];
    ASSERT_EQ(letter.bytes.size(), static_cast<std::size_t>(expected));
    if (expected > 0) EXPECT_EQ(letter.bytes.back(), static_cast<std::byte>(expected));
    ++expected;
  }
  EXPECT_FALSE(mailbox->receive());
  world().barrier();
}

TEST(MailboxTest, TwoMailboxesDoNotMix) {
  const auto first = world().open_mailbox();
  const auto second = world().open_mailbox();
  const std::byte one{1};
  first->send(world().rank(), std::span(&one, 1));
  EXPECT_EQ(wait_for_letter(*first).bytes, Bytes{one});
  EXPECT_FALSE(second->receive());
  world().barrier();
}

TEST(CommunicatorTest, WaitingForAllEndsOnlyWhenAllHaveCome) {
  const auto start = std::chrono::steady_clock::now();
  constexpr auto kLate = std::chrono::milliseconds(60);
  if (world().rank() == world().size() - 1) std::this_thread::sleep_for(kLate);
  world().wait_for_all();
  EXPECT_GE(std::chrono::steady_clock::now() - start + std::chrono::milliseconds(20), kLate);
  world().barrier();
}

}  // namespace
}  // namespace shoal
