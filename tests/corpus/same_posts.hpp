// Whether two posts are one, to the last field.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "shoal/data/account.hpp"
#include "shoal/data/post.hpp"

namespace shoal::testing {

inline void expect_same(const Count& count, const Count& other, const char* name) {
  EXPECT_EQ(count.missing, other.missing) << name;
  EXPECT_EQ(count.value, other.value) << name;
}

inline void expect_same(double number, double other, const char* name) {
  EXPECT_TRUE(number == other || (std::isnan(number) && std::isnan(other)))
      << name << ": " << number << ", " << other;
}

/// All but where the posts were read.
inline void expect_same(const Post& post, const Post& other) {
  const ::testing::ScopedTrace trace(__FILE__, __LINE__, other.id);
  EXPECT_EQ(post.id, other.id);
  EXPECT_EQ(post.shortcode, other.shortcode);
  EXPECT_EQ(post.creator, other.creator);
  EXPECT_EQ(post.creator_name, other.creator_name);
  EXPECT_EQ(post.taken_at, other.taken_at);
  EXPECT_EQ(post.collected_at, other.collected_at);
  EXPECT_EQ(post.taken_at_precision, other.taken_at_precision);
  EXPECT_EQ(post.taken_at_doubtful, other.taken_at_doubtful);
  EXPECT_EQ(post.caption, other.caption);
  EXPECT_EQ(post.tags, other.tags);
  EXPECT_EQ(post.platform, other.platform);
  EXPECT_EQ(post.mentions, other.mentions);
  expect_same(post.likes, other.likes, "likes");
  expect_same(post.comments, other.comments, "comments");
  expect_same(post.plays, other.plays, "plays");
  EXPECT_EQ(post.place.name, other.place.name);
  expect_same(post.place.latitude, other.place.latitude, "latitude");
  expect_same(post.place.longitude, other.place.longitude, "longitude");
  EXPECT_EQ(post.media, other.media);
  EXPECT_EQ(post.image, other.image);
  EXPECT_EQ(post.image_url, other.image_url);
  EXPECT_EQ(post.further_images, other.further_images);
}

inline void expect_same(const std::vector<Post>& posts, const std::vector<Post>& others) {
  ASSERT_EQ(posts.size(), others.size());
  for (std::size_t i = 0; i < posts.size() && !::testing::Test::HasFailure(); ++i)
    expect_same(posts[i], others[i]);
}

}  // namespace shoal::testing
