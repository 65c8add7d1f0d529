// Names of columns as exports of platforms, scrapers and surveys have them.
#include "shoal/corpus/mapping.hpp"

#include <algorithm>
#include <array>

#include "json_outline.hpp"
#include "shoal/text/unicode.hpp"
#include "table_formats.hpp"

namespace shoal {
namespace {

using Words = std::vector<std::string_view>;

struct Names {
  std::string_view field;
  Words columns;  ///< the likeliest first
};

/// In the order in which fields choose: a column is given away once.
const std::vector<Names>& known_names() {
  static const std::vector<Names> kNames{
      {"id",
       {"id", "post_id", "tweet_id", "status_id", "video_id", "item_id", "media_id", "aweme_id", "pk",
        "id_str"}},
      {"shortcode", {"shortcode", "code", "short_code"}},
      {"url", {"url", "permalink", "link", "post_url", "post_link", "tweet_url", "webvideourl", "uri"}},
      {"caption",
       {"caption", "text", "full_text", "body", "content", "message", "tweet", "desc", "description",
        "title"}},
      {"taken_at",
       {"taken_at", "created_at", "timestamp", "create_time", "createtime", "created", "date", "datetime",
        "time", "published_at", "published", "posted_at", "date_posted", "created_utc"}},
      {"collected_at", {"collected_at", "timestamp_collected", "scraped_at", "retrieved_at", "crawled_at"}},
      {"tags",
       {"hashtags", "tags", "hashtag", "tags.name", "hashtags.name", "hashtags.text", "hashtags.tag",
        "entities.hashtags", "entities.hashtags.text", "entities.hashtags.tag", "challenges.title"}},
      {"mentions",
       {"mentions", "mentioned_users", "user_mentions", "usertags", "mentions.acct", "mentions.username",
        "user_mentions.screen_name", "entities.user_mentions.screen_name", "entities.mentions.username"}},
      {"likes",
       {"likes", "like_count", "likes_count", "num_likes", "favorite_count", "favourites_count", "favorites",
        "favs", "digg_count", "diggcount", "numberlikes", "public_metrics.like_count", "stats.diggcount",
        "ups"}},
      {"comments",
       {"comments", "comment_count", "comments_count", "num_comments", "reply_count", "replies_count",
        "replies", "commentcount", "public_metrics.reply_count", "stats.commentcount"}},
      {"plays",
       {"plays", "play_count", "views", "view_count", "video_views", "playcount", "impressions",
        "public_metrics.impression_count", "stats.playcount"}},
      {"creator",
       {"username", "user_name", "screen_name", "handle", "user.screen_name", "user.username", "account.acct",
        "author", "user", "account", "creator", "alias", "authormeta.name", "author.uniqueid"}},
      {"creator_id",
       {"user_id", "author_id", "account_id", "owner_id", "user.id", "account.id", "author.id"}},
      {"creator_name",
       {"full_name", "display_name", "author_name", "author_fullname", "user.name", "account.display_name",
        "author.nickname", "name"}},
      {"creator_followers",
       {"followers", "followers_count", "follower_count", "user.followers_count", "account.followers_count",
        "numberfollowers"}},
      {"creator_followees",
       {"following", "following_count", "followees", "friends_count", "user.friends_count",
        "account.following_count"}},
      {"creator_posts", {"statuses_count", "posts_count", "user.statuses_count", "account.statuses_count"}},
      {"image", {"filename", "image", "image_file", "file_name", "file", "photo", "image_path"}},
      {"image_url",
       {"image_url", "media_url", "thumbnail_url", "display_url", "image_urls", "photo_url", "cover",
        "img_url"}},
      {"place", {"place", "location", "location_name", "city", "place_name"}},
      {"latitude", {"latitude", "lat"}},
      {"longitude", {"longitude", "lng", "lon", "long"}},
      {"media", {"media_type", "type", "kind"}},
  };
  return kNames;
}

/// A name as it is compared: "Tweet ID", "tweet-id" and "tweet_id" are one.
std::string plain_name(std::string_view name) {
  std::string plain = lower_case(trimmed(name));
  std::ranges::replace_if(
      plain, [](char c) { return c == ' ' || c == '-'; }, '_');
  return plain;
}

/// The names and paths of what a text shows, each once. The first JSON lines are looked at: what one of them
/// has nothing of, such as tags, another one shows.
std::vector<std::string> columns_of(std::string_view beginning) {
  constexpr int kLines = 16;
  const JsonOutline outline(beginning);
  if (outline.root() == '\0') return TableHeader(beginning).names();
  std::vector<std::string> columns = outline.paths();
  if (outline.root() == '[' || !outline.ends_in_first_line()) return columns;
  std::string_view lines = beginning;
  for (int i = 1; i < kLines && lines.find('\n') != lines.npos; ++i) {
    lines.remove_prefix(lines.find('\n') + 1);
    for (std::string& path : JsonOutline(lines.substr(0, lines.find('\n'))).paths()) {
      if (std::ranges::find(columns, path) == columns.end()) columns.push_back(std::move(path));
    }
  }
  return columns;
}

/// Whether one of the columns is a field of an object, or of the objects of a list, that this one is.
bool is_above(const std::string& column, const std::vector<std::string>& columns) {
  return std::ranges::any_of(columns, [&](const std::string& other) {
    return other.starts_with(column) && other.substr(column.size()).starts_with('.');
  });
}

/// Columns that lie deeper, as in the entities of a tweet, are not worth being told of.
bool is_deep(const std::string& column) { return std::ranges::count(column, '.') > 1; }

/// above: what stands before the names of all fields, "data.". In JSON an object is no value of a field.
ProposedColumns propose(const std::vector<std::string>& columns, bool json, const std::string& above = "") {
  ProposedColumns proposed;
  std::vector<std::string> placed;
  const auto is_free = [&](const std::string& column) {
    return std::ranges::find(placed, column) == placed.end() && !(json && is_above(column, columns));
  };
  for (const Names& names : known_names()) {
    for (const std::string_view wanted : names.columns) {
      const auto column = std::ranges::find(columns, above + std::string(wanted), plain_name);
      if (column == columns.end() || !is_free(*column)) continue;
      placed.push_back(*column);
      proposed.columns[std::string(names.field)] = *column;
      break;
    }
  }
  for (const std::string& column : columns) {
    const bool told = std::ranges::find(placed, column) == placed.end() && !is_above(column, placed);
    if (told && !is_deep(column)) proposed.unplaced.push_back(column);
  }
  return proposed;
}

/// Of both the one that finds most fields.
ProposedColumns better(ProposedColumns a, ProposedColumns b) {
  return b.columns.size() > a.columns.size() ? std::move(b) : std::move(a);
}

/// Of records that may lie in an object each, beside what tells of them: {"kind": "t3", "data": {...}}.
ProposedColumns propose_for_records(const std::vector<std::string>& columns) {
  ProposedColumns best = propose(columns, true);
  for (const char* above : {"data.", "node."}) best = better(std::move(best), propose(columns, true, above));
  return best;
}

/// Of a list of objects that an object wraps: that for which most fields are found.
ProposedColumns propose_for_list(std::string_view beginning) {
  constexpr int kMostLists = 64;
  ProposedColumns best;
  std::size_t list = beginning.find('[');
  for (int i = 0; i < kMostLists && list != beginning.npos; ++i, list = beginning.find('[', list + 1)) {
    const std::size_t first = beginning.find_first_not_of(" \t\r\n", list + 1);
    if (first == beginning.npos || beginning[first] != '{') continue;
    best = better(std::move(best), propose_for_records(JsonOutline(beginning.substr(list)).paths()));
  }
  return best;
}

}  // namespace

std::optional<ProposedColumns> propose_columns(std::string_view beginning) {
  const std::vector<std::string> columns = columns_of(beginning);
  if (columns.empty()) return std::nullopt;
  const char root = JsonOutline(beginning).root();
  if (root == '\0') return propose(columns, false);
  if (root == '[') return propose_for_records(columns);
  // Fields are counted as those are that tell of an object whether it wraps a list.
  ProposedColumns of_list = better(propose(columns, true), propose_for_list(beginning));
  return better(std::move(of_list), propose_for_records(columns));
}

}  // namespace shoal
