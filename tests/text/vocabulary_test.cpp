// The vocabulary and tf-idf, on any number of ranks.
#include "shoal/text/vocabulary.hpp"

#include <gtest/gtest.h>

#include "shoal/text/tfidf.hpp"
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

TEST(Tfidf, GivesTheKnownAnswerForSixPosts) {
  const auto posts = six_posts();
  const Vocabulary vocabulary = agree_on_vocabulary(world(), share_of(posts), {});
  ASSERT_EQ(vocabulary.tags(), (std::vector<std::string>{"architecture", "food", "italy"}));
  EXPECT_EQ(vocabulary.document_frequencies(), (std::vector<std::int64_t>{3, 3, 4}));
  const auto idf = inverse_document_frequencies(vocabulary);
  EXPECT_NEAR(idf[1], 1.5596, 5e-5);
  EXPECT_NEAR(idf[2], 1.3365, 5e-5);
  const CsrMatrix rows = tfidf_rows(posts, vocabulary, idf);
  const SparseRow first = rows.view().row(0);
  ASSERT_EQ(first.columns.size(), 2u);
  EXPECT_EQ(first.columns[0], 1);
  EXPECT_NEAR(first.values[0], 0.7593f, 5e-5);
  EXPECT_NEAR(first.values[1], 0.6507f, 5e-5);
}

TEST(Tfidf, PostsWithoutATagOfTheVocabularyAreEmptyRows) {
  const Vocabulary vocabulary({"a"}, {1}, 2);
  const CsrMatrix rows =
      tfidf_rows(posts_of({{"a"}, {}, {"b"}}), vocabulary, inverse_document_frequencies(vocabulary));
  EXPECT_EQ(rows.offsets, (std::vector<std::int64_t>{0, 1, 1, 1}));
}

TEST(Vocabulary, KeepsWhatIsWithinTheLimits) {
  const auto mine = share_of(six_posts());
  VocabularyLimits limits;
  limits.min_df = {4, false};
  EXPECT_EQ(agree_on_vocabulary(world(), mine, limits).tags(), std::vector<std::string>{"italy"});
  limits.min_df = {0.6, true};
  EXPECT_EQ(agree_on_vocabulary(world(), mine, limits).tags(), std::vector<std::string>{"italy"});
  limits.min_df = {1, false};
  limits.max_df = {3, false};
  EXPECT_EQ(agree_on_vocabulary(world(), mine, limits).tags(),
            (std::vector<std::string>{"architecture", "food"}));
}

TEST(Vocabulary, TiesAtMaxFeaturesGoByBytes) {
  VocabularyLimits limits;
  limits.max_features = 2;
  EXPECT_EQ(agree_on_vocabulary(world(), share_of(six_posts()), limits).tags(),
            (std::vector<std::string>{"architecture", "italy"}));
}

TEST(Vocabulary, OfNoPostsIsEmpty) {
  const Vocabulary vocabulary = agree_on_vocabulary(world(), {}, {});
  EXPECT_EQ(vocabulary.size(), 0);
  EXPECT_EQ(vocabulary.documents(), 0);
}

}  // namespace
}  // namespace shoal
