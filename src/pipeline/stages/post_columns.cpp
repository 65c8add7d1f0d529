// One function a kind of column; values are made when they are written.
#include "pipeline/stages/post_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/stages/account_counts.hpp"
#include "pipeline/stages/column_of.hpp"
#include "shoal/base/odd_text.hpp"

namespace shoal {
namespace {

using Posts = std::vector<Post>;

constexpr std::int64_t kSecondsOfHour = 3600;
constexpr std::int64_t kSecondsOfDay = 24 * kSecondsOfHour;

template <class Get>
void add_text(Table& table, const char* name, const Posts& posts, const Get& get, bool repeats = false) {
  table.add(name, [&posts, get, repeats] {
    return TextValues{column_of(posts, [&](const Post& post) -> std::string { return get(post); }), repeats};
  });
}

NullableIntegerValues nullable(const std::vector<Count>& counts) {
  return {column_of(counts, [](const Count& count) { return count.value; }),
          column_of(counts, [](const Count& count) { return std::uint8_t{!count.known()}; })};
}

template <class Code>
void add_category(Table& table, const std::string& name, const Posts& posts,
                  std::vector<std::string> categories, const Code& code) {
  table.add(name, [&posts, categories = std::move(categories), code] {
    return CategoryValues{
        column_of(posts, [&](const Post& post) { return static_cast<std::int32_t>(code(post)); }),
        categories};
  });
}

/// A count, and why it is missing where it is. Left out where no post of any rank has it, but for `always`.
void add_count(Communicator& comm, Table& table, const std::string& name, const Posts& posts,
               Count Post::*count, bool always) {
  const bool any = std::ranges::any_of(posts, [&](const Post& post) { return (post.*count).known(); });
  if (comm.max(std::int64_t{any || always}) == 0) return;
  table.add(name, [&posts, count] {
    return nullable(column_of(posts, [&](const Post& post) { return post.*count; }));
  });
  add_category(table, name + "_missing", posts, {kMissingWords.begin(), kMissingWords.end()},
               [count](const Post& post) { return static_cast<int>((post.*count).missing) - 1; });
}

template <class List>
void add_length(Table& table, const char* name, const Posts& posts, List Post::*list) {
  table.add(name, [&posts, list] {
    return IntegerValues{
        column_of(posts, [&](const Post& post) { return static_cast<std::int64_t>((post.*list).size()); })};
  });
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, " ")); }

/// 1970 began on a Thursday; 0 is Monday.
int weekday_of(const Post& post) {
  if (post.taken_at_precision == TimePrecision::none) return -1;
  return static_cast<int>((post.taken_at / kSecondsOfDay + 3) % 7);
}

bool has_hour(const Post& post) { return post.taken_at_precision == TimePrecision::second; }

void add_time(Communicator& comm, Table& table, const Posts& posts) {
  table.add("taken_at", [&posts] {
    return NullableIntegerValues{column_of(posts, [](const Post& post) { return post.taken_at; }),
                                 column_of(posts, [](const Post& post) {
                                   return std::uint8_t{post.taken_at_precision == TimePrecision::none};
                                 })};
  });
  add_category(table, "taken_at_precision", posts, {"none", "day", "second"},
               [](const Post& post) { return static_cast<int>(post.taken_at_precision); });
  table.add("taken_at_doubtful", [&posts] {
    return TruthValues{
        column_of(posts, [](const Post& post) { return std::uint8_t{post.taken_at_doubtful}; })};
  });
  add_category(table, "weekday", posts,
               {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}, weekday_of);
  if (comm.max(std::int64_t{std::ranges::any_of(posts, has_hour)}) == 0) return;
  table.add("hour", [&posts] {
    return NullableIntegerValues{
        column_of(posts,
                  [](const Post& post) {
                    return has_hour(post) ? post.taken_at % kSecondsOfDay / kSecondsOfHour : std::int64_t{0};
                  }),
        column_of(posts, [](const Post& post) { return std::uint8_t{!has_hour(post)}; })};
  });
}

void add_coordinate(Table& table, const char* name, const Posts& posts, double Place::*coordinate,
                    std::optional<std::int64_t> decimals) {
  table.add(name, [&posts, coordinate, decimals] {
    return DoubleValues{column_of(
        posts, [&](const Post& post) { return kept_coordinate(post.place.*coordinate, decimals); })};
  });
}

void add_place(Communicator& comm, Table& table, const Posts& posts, const CorpusJob& job) {
  const auto any = [&](const auto& has) {
    return comm.max(std::int64_t{std::ranges::any_of(posts, has)}) > 0;
  };
  if (any([](const Post& post) { return !post.place.name.empty(); }))
    add_text(
        table, "place", posts, [](const Post& post) { return post.place.name; }, true);
  if (!any([](const Post& post) { return !std::isnan(post.place.latitude); })) return;
  add_coordinate(table, "latitude", posts, &Place::latitude, job.place_decimals);
  add_coordinate(table, "longitude", posts, &Place::longitude, job.place_decimals);
}

void add_account_counts(Communicator& comm, Table& table, const Corpus& corpus) {
  const auto add = [&](const char* name, Count Account::*count) {
    const bool known = std::ranges::any_of(corpus.accounts,
                                           [&](const Account& account) { return (account.*count).known(); });
    if (comm.max(std::int64_t{known}) == 0) return;
    table.add(name, [&comm, &corpus, count] { return nullable(counts_of_creators(comm, corpus, count)); });
  };
  add("creator_followers", &Account::followers);
  add("creator_followees", &Account::followees);
  add("creator_posts", &Account::posts);
}

void add_creator(Communicator& comm, Table& table, const Corpus& corpus, const CorpusJob& job) {
  add_text(
      table, "creator", corpus.posts, [](const Post& post) { return post.creator; }, true);
  // What an account calls itself names it, whatever its handle is replaced with.
  if (!job.pseudonyms)
    add_text(
        table, "creator_name", corpus.posts, [](const Post& post) { return post.creator_name; }, true);
  if (job.keeps_account_counts) add_account_counts(comm, table, corpus);
}

/// Where a post stands: on the platform, and in the inputs.
void add_source(Table& table, const Posts& posts, const CorpusJob& job) {
  if (!job.pseudonyms || job.keeps_shortcodes) {
    add_text(table, "shortcode", posts, [](const Post& post) { return post.shortcode; });
    add_text(table, "permalink", posts, [](const Post& post) {
      return post.shortcode.empty() ? "" : "https://www.instagram.com/p/" + post.shortcode + "/";
    });
  }
  if (job.pseudonyms) return;
  // A name of a file may be of any bytes, and readers refuse a file in which one text is not UTF-8.
  add_text(
      table, "source_file", posts, [](const Post& post) { return terminal_text(post.source_file); }, true);
  table.add("source_record", [&posts] {
    return IntegerValues{column_of(posts, [](const Post& post) { return post.record; })};
  });
}

}  // namespace

double kept_coordinate(double degrees, std::optional<std::int64_t> decimals) {
  if (!decimals) return degrees;
  const double scale = std::pow(10.0, static_cast<double>(*decimals));
  return std::round(degrees * scale) / scale;
}

std::vector<std::string> names_of_post_columns() {
  return {"_index",
          "shortcode",
          "permalink",
          "source_file",
          "source_record",
          "creator",
          "creator_name",
          "creator_followers",
          "creator_followees",
          "creator_posts",
          "taken_at",
          "taken_at_precision",
          "taken_at_doubtful",
          "weekday",
          "hour",
          "place",
          "latitude",
          "longitude",
          "media",
          "likes",
          "likes_missing",
          "comments",
          "comments_missing",
          "plays",
          "plays_missing",
          "image_url",
          "tags",
          "mentions",
          "mentioned",
          "caption"};
}

void add_post_columns(Communicator& comm, Table& table, const Corpus& corpus, const CorpusJob& job) {
  const Posts& posts = corpus.posts;
  add_text(table, "_index", posts, [](const Post& post) { return post.id; });
  add_source(table, posts, job);
  add_creator(comm, table, corpus, job);
  add_time(comm, table, posts);
  if (job.keeps_places) add_place(comm, table, posts, job);
  add_category(table, "media", posts, {kMediaWords.begin(), kMediaWords.end()},
               [](const Post& post) { return static_cast<int>(post.media); });
  add_count(comm, table, "likes", posts, &Post::likes, true);
  add_count(comm, table, "comments", posts, &Post::comments, true);
  add_count(comm, table, "plays", posts, &Post::plays, false);
  add_length(table, "tags", posts, &Post::tags);
  add_length(table, "mentions", posts, &Post::mentions);
  add_text(
      table, "mentioned", posts, [](const Post& post) { return joined(post.mentions); }, true);
  if (job.rules.keeps_urls)
    add_text(table, "image_url", posts, [](const Post& post) { return post.image_url; });
  if (job.keeps_captions) add_text(table, "caption", posts, [](const Post& post) { return post.caption; });
}

}  // namespace shoal
