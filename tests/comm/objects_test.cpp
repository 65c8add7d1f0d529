// Values travel whole.
#include "shoal/comm/objects.hpp"

#include <gtest/gtest.h>

#include "shoal/data/serialize.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

Post made_post(int number) {
  Post post;
  post.id = "ig:" + std::to_string(number);
  post.caption = std::string("line\n\0 end", 10);
  post.tags = {"sea", "caf\xC3\xA9"};
  post.likes = Count::of(number);
  post.media = MediaKind::album;
  post.taken_at = -number;
  return post;
}

TEST(Objects, PostsReachTheirRankUnchanged) {
  std::vector<std::vector<Post>> outgoing;
  for (int to = 0; to < world().size(); ++to) {
    outgoing.emplace_back(static_cast<std::size_t>(to), made_post(world().rank()));
  }
  const auto incoming = all_to_all_objects(world(), outgoing);
  for (int from = 0; from < world().size(); ++from) {
    const auto& posts = incoming[static_cast<std::size_t>(from)];
    ASSERT_EQ(posts.size(), static_cast<std::size_t>(world().rank()));
    for (const Post& post : posts) {
      EXPECT_EQ(post.id, made_post(from).id);
      EXPECT_EQ(post.caption, made_post(from).caption);
      EXPECT_EQ(post.tags, made_post(from).tags);
      EXPECT_EQ(post.likes.value, from);
      EXPECT_EQ(post.likes.missing, Missing::none);
      EXPECT_EQ(post.media, MediaKind::album);
      EXPECT_EQ(post.taken_at, -from);
    }
  }
}

TEST(Objects, BroadcastAndGather) {
  const std::vector<std::string> words = broadcast_object(
      world(), world().is_root() ? std::vector<std::string>{"a", ""} : std::vector<std::string>{}, 0);
  EXPECT_EQ(words, (std::vector<std::string>{"a", ""}));
  const auto all = all_gather_objects(world(), std::string(static_cast<std::size_t>(world().rank()), 'x'));
  for (int r = 0; r < world().size(); ++r)
    EXPECT_EQ(all[static_cast<std::size_t>(r)].size(), static_cast<std::size_t>(r));
}

}  // namespace
}  // namespace shoal
