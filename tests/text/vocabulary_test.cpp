// The vocabulary and tf-idf, on any number of ranks.
#include "shoal/text/vocabulary.hpp"

#include <gtest/gtest.h>

#include <set>

#include "shoal/comm/objects.hpp"
#include "shoal/text/tfidf.hpp"
#include "support/counted_memory.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::world;

std::vector<Post> posts_of(const std::vector<std::vector<std::string>>& tags) {
  std::vector<Post> posts(tags.size());
  for (std::size_t i = 0; i < tags.size(); ++i) posts[i].tags = tags[i];
  return posts;
}

/// The six posts of the hashtag study (the numerics page's test vector).
std::vector<Post> six_posts() {
  return posts_of({{"italy", "food"},
                   {"food", "italy"},
                   {"food"},
                   {"italy", "architecture"},
                   {"architecture", "italy"},
                   {"architecture"}});
}

/// Row i of `all` goes to rank i mod ranks.
std::vector<Post> share_of(const std::vector<Post>& all) {
  std::vector<Post> mine;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (static_cast<int>(i) % world().size() == world().rank()) mine.push_back(all[i]);
  }
  return mine;
}

/// The tags of all ranks.
std::vector<std::string> all_tags(const Vocabulary& vocabulary) {
  std::vector<std::string> tags;
  for (auto& part : all_gather_objects(world(), vocabulary.tags))
    std::ranges::move(part, std::back_inserter(tags));
  return tags;
}

/// The posts that this rank has, with the columns that they get.
std::vector<std::string> agreed_tags(const std::vector<Post>& mine, const VocabularyLimits& limits) {
  return all_tags(agree_on_vocabulary(world(), mine, limits).vocabulary);
}

TEST(Tfidf, GivesTheKnownAnswerForSixPosts) {
  const auto mine = share_of(six_posts());
  const AgreedVocabulary agreed = agree_on_vocabulary(world(), mine, {});
  ASSERT_EQ(all_tags(agreed.vocabulary), (std::vector<std::string>{"architecture", "food", "italy"}));
  EXPECT_NEAR(inverse_document_frequency(6, 3), 1.5596, 5e-5);
  EXPECT_NEAR(inverse_document_frequency(6, 4), 1.3365, 5e-5);
  if (world().rank() > 0) return;  // the first post is rank 0's
  const CsrMatrix rows = tfidf_rows(mine, agreed);
  const SparseRow first = rows.view().row(0);
  ASSERT_EQ(first.columns.size(), 2u);
  EXPECT_EQ(first.columns[0], 1);
  EXPECT_NEAR(first.values[0], 0.7593f, 5e-5);
  EXPECT_NEAR(first.values[1], 0.6507f, 5e-5);
}

TEST(Tfidf, PostsWithoutATagOfTheVocabularyAreEmptyRows) {
  VocabularyLimits limits;
  limits.min_df = {2.0 * world().size(), false};
  const auto posts = posts_of({{"a"}, {}, {"b"}, {"a"}});
  const CsrMatrix rows = tfidf_rows(posts, agree_on_vocabulary(world(), posts, limits));
  EXPECT_EQ(rows.offsets, (std::vector<std::int64_t>{0, 1, 1, 1, 2}));
}

TEST(Tfidf, RowsOfTagsAreOnes) {
  const auto posts = posts_of({{"b", "a"}, {}});
  const CsrMatrix rows = tag_rows(posts, agree_on_vocabulary(world(), posts, {}));
  EXPECT_EQ(rows.indices, (std::vector<std::int32_t>{0, 1}));
  EXPECT_EQ(rows.values, (std::vector<float>{1.0F, 1.0F}));
  EXPECT_EQ(rows.offsets, (std::vector<std::int64_t>{0, 2, 2}));
}

TEST(Vocabulary, KeepsWhatIsWithinTheLimits) {
  const auto mine = share_of(six_posts());
  VocabularyLimits limits;
  limits.min_df = {4, false};
  EXPECT_EQ(agreed_tags(mine, limits), std::vector<std::string>{"italy"});
  limits.min_df = {0.6, true};
  EXPECT_EQ(agreed_tags(mine, limits), std::vector<std::string>{"italy"});
  limits.min_df = {1, false};
  limits.max_df = {3, false};
  EXPECT_EQ(agreed_tags(mine, limits), (std::vector<std::string>{"architecture", "food"}));
}

TEST(Vocabulary, TiesAtMaxFeaturesGoByBytes) {
  VocabularyLimits limits;
  limits.max_features = 2;
  EXPECT_EQ(agreed_tags(share_of(six_posts()), limits), (std::vector<std::string>{"architecture", "italy"}));
}

/// Posts whose tag i is in i % 7 + 1 of them.
std::vector<Post> many_tags() {
  std::vector<Post> posts(7);
  for (int tag = 0; tag < 500; ++tag) {
    for (int post = 0; post <= tag % 7; ++post)
      posts[static_cast<std::size_t>(post)].tags.push_back("t" + std::to_string(tag));
  }
  return posts;
}

TEST(Vocabulary, MaxFeaturesTakesTheMostFrequentOfAnyNumber) {
  std::vector<std::pair<int, std::string>> order;
  for (int tag = 0; tag < 500; ++tag) order.emplace_back(-(tag % 7), "t" + std::to_string(tag));
  std::ranges::sort(order);
  for (const std::int64_t count : {1, 70, 71, 72, 300, 499, 500, 501}) {
    VocabularyLimits limits;
    limits.max_features = count;
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < std::min<std::size_t>(order.size(), static_cast<std::size_t>(count)); ++i)
      expected.push_back(order[i].second);
    std::ranges::sort(expected);
    EXPECT_EQ(agreed_tags(share_of(many_tags()), limits), expected) << count;
  }
}

TEST(Vocabulary, EachRankKnowsItsShareAndItsOwnTags) {
  const auto mine = share_of(many_tags());
  const auto [vocabulary, columns] = agree_on_vocabulary(world(), mine, {});
  EXPECT_EQ(std::ssize(vocabulary.tags), vocabulary.partition.owned_by(world().rank()).size());
  const std::vector<std::string> all = all_tags(vocabulary);
  std::size_t own = 0;
  for (const auto& [tag, column] : columns) {
    EXPECT_EQ(all[static_cast<std::size_t>(column.column)], tag);
    EXPECT_EQ(column.document_frequency, std::stoi(tag.substr(1)) % 7 + 1);
    ++own;
  }
  std::set<std::string> tags;
  for (const Post& post : mine) tags.insert(post.tags.begin(), post.tags.end());
  EXPECT_EQ(own, tags.size());
  EXPECT_EQ(vocabulary.tags_of(world(), std::vector<std::int64_t>{499, 0, 250}),
            (std::vector<std::string>{all[499], all[0], all[250]}));
}

/// Bytes that a rank's share of one more tag takes, where each of all tags is in one rank's posts.
double slope_of_share(const VocabularyLimits& limits) {
  const int ranks = world().size();
  const double slope = testing::steepest_slope({30'000, 60'000, 120'000}, [&](std::int64_t tags) {
    std::vector<Post> mine(static_cast<std::size_t>(tags / ranks / 10));
    std::int64_t next = world().rank();
    for (Post& post : mine) {
      for (int i = 0; i < 10; ++i, next += ranks)
        post.tags.push_back("a_longer_hashtag_" + std::to_string(next));
    }
    return testing::peak_of([&] { agree_on_vocabulary(world(), mine, limits); });
  });
  return slope * ranks;
}

TEST(Vocabulary, ARankHoldsItsShareOfTheTagsAlone) {
  // A tag goes to its owner, into its order, and to the rank that has it and the one that keeps its column:
  // about ten copies of 60 bytes, on any number of ranks.
  EXPECT_LT(slope_of_share({}), 700.0);
  VocabularyLimits few;
  few.max_features = 100;
  EXPECT_LT(slope_of_share(few), 700.0) << "ties are put in order, too";
}

TEST(Vocabulary, OfNoPostsIsEmpty) {
  const AgreedVocabulary agreed = agree_on_vocabulary(world(), {}, {});
  EXPECT_EQ(agreed.vocabulary.size(), 0);
  EXPECT_EQ(agreed.vocabulary.documents, 0);
}

}  // namespace
}  // namespace shoal
