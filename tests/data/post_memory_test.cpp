// Sizes of posts against what the allocator and the archive say.
#include "shoal/data/post_memory.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include "shoal/comm/objects.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

Post made_post(int number) {
  Post post;
  post.id = "ig:abcdefghijklmnopqrstuv" + std::to_string(number);
  post.caption = std::string(static_cast<std::size_t>(40 + number % 300), 'c');
  post.tags = {"short", "a tag that is longer than most", "sea"};
  post.mentions = {std::string(static_cast<std::size_t>(number % 40), 'm')};
  return post;
}

TEST(PostMemory, IsWhatTheAllocatorGives) {
  std::vector<Post> posts;
  posts.reserve(20000);
  const std::size_t before = ::mallinfo2().uordblks;
  std::int64_t expected = 0;
  for (int i = 0; i < 20000; ++i) {
    posts.push_back(made_post(i));
    expected += memory_of(posts.back()) - static_cast<std::int64_t>(sizeof(Post));
  }
  const auto taken = static_cast<double>(::mallinfo2().uordblks - before);
  EXPECT_NEAR(static_cast<double>(expected) / taken, 1.0, 0.02);
}

TEST(PostMemory, PackedIsWhatTheArchiveHas) {
  std::vector<Post> posts;
  std::int64_t expected = 0;
  for (int i = 0; i < 1000; ++i) {
    posts.push_back(made_post(i));
    expected += packed_bytes(posts.back());
  }
  EXPECT_NEAR(static_cast<double>(expected) / static_cast<double>(serialize_object(posts).size()), 1.0, 0.03);
}

}  // namespace
}  // namespace shoal
