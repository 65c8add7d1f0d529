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
        "time", "published_at", "published", "posted_at", "date_posted"}},
      {"collected_at", {"collected_at", "timestamp_collected", "scraped_at", "retrieved_at", "crawled_at"}},
      {"tags", {"hashtags", "tags", "hashtag", "tags.name", "entities.hashtags"}},
      {"mentions", {"mentions", "mentioned_users", "user_mentions", "usertags", "mentions.acct"}},
      {"likes",
       {"likes", "like_count", "likes_count", "num_likes", "favorite_count", "favourites_count", "favorites",
        "favs", "digg_count", "diggcount", "numberlikes"}},
      {"comments",
       {"comments", "comment_count", "comments_count", "num_comments", "reply_count", "replies_count",
        "replies", "commentcount"}},
      {"plays", {"plays", "play_count", "views", "view_count", "video_views", "playcount", "impressions"}},
      {"creator",
       {"username", "user_name", "screen_name", "handle", "user.screen_name", "user.username", "account.acct",
        "author", "user", "account", "creator", "alias", "authormeta.name"}},
      {"creator_id", {"user_id", "author_id", "account_id", "owner_id", "user.id", "account.id"}},
      {"creator_name",
       {"full_name", "display_name", "author_name", "author_fullname", "user.name", "account.display_name",
        "name"}},
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

std::vector<std::string> columns_of(std::string_view beginning) {
  const JsonOutline outline(beginning);
  return outline.root() != '\0' ? outline.paths() : TableHeader(beginning).names();
}

/// Whether an object is a column whose parts are placed.
bool is_above(const std::string& column, const ColumnMapping& columns) {
  return std::ranges::any_of(columns,
                             [&](const auto& entry) { return entry.second.starts_with(column + "."); });
}

ProposedColumns propose(const std::vector<std::string>& columns) {
  ProposedColumns proposed;
  std::vector<bool> taken(columns.size(), false);
  for (const Names& names : known_names()) {
    for (const std::string_view wanted : names.columns) {
      const auto column = std::ranges::find(columns, wanted, plain_name);
      const auto place = static_cast<std::size_t>(column - columns.begin());
      if (column == columns.end() || taken[place]) continue;
      taken[place] = true;
      proposed.columns[std::string(names.field)] = *column;
      break;
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!taken[i] && !is_above(columns[i], proposed.columns)) proposed.unplaced.push_back(columns[i]);
  }
  return proposed;
}

/// Of a list of objects that an object wraps: that for which most fields are found.
ProposedColumns propose_for_list(std::string_view beginning) {
  constexpr int kMostLists = 64;
  ProposedColumns best;
  std::size_t list = beginning.find('[');
  for (int i = 0; i < kMostLists && list != beginning.npos; ++i, list = beginning.find('[', list + 1)) {
    const std::size_t first = beginning.find_first_not_of(" \t\r\n", list + 1);
    if (first == beginning.npos || beginning[first] != '{') continue;
    ProposedColumns proposed = propose(JsonOutline(beginning.substr(first)).paths());
    if (proposed.columns.size() > best.columns.size()) best = std::move(proposed);
  }
  return best;
}

}  // namespace

std::optional<ProposedColumns> propose_columns(std::string_view beginning) {
  const std::vector<std::string> columns = columns_of(beginning);
  if (columns.empty()) return std::nullopt;
  ProposedColumns proposed = propose(columns);
  if (!proposed.columns.empty() || JsonOutline(beginning).root() != '{') return proposed;
  ProposedColumns of_list = propose_for_list(beginning);
  return of_list.columns.empty() ? proposed : of_list;
}

}  // namespace shoal
