// 4CAT's table of an Instagram dataset, with the columns that its importer maps Zeeschuimer's items to.
#include <fmt/format.h>

#include "addresses.hpp"
#include "csv_row.hpp"
#include "formats.hpp"
#include "media_item.hpp"
#include "places.hpp"

namespace shoal {
namespace {

constexpr std::string_view kHeading =
    "collected_from_url,collected_from_view,partial_item,id,timestamp,thread_id,parent_id,url,body,author_id,"
    "author,"
    "author_fullname,verified,author_avatar_url,coauthors,coauthor_fullnames,coauthor_ids,media_type,num_"
    "media,"
    "image_urls,media_urls,hashtags,usertags,play_count,likes_hidden,num_likes,num_comments,location_name,"
    "location_id,location_latlong,location_city,unix_timestamp,missing_media\r\n";

std::string joined(const std::vector<std::string>& texts, std::size_t from = 0) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ",") + text.substr(from);
  return all;
}

std::string_view media_type(const MadePost& post) {
  switch (post.kind) {
    case MediaKind::video:
      return "video";
    case MediaKind::album:
      return "mixed";
    default:
      return "photo";
  }
}

void add_author(const MadeRecord& record, CsvRow& row) {
  const MadeAccount& account = *record.account;
  row.cell(fmt::to_string(account.id)).cell(account.name).cell(account.full_name);
  row.cell(account.verified ? "True" : "False").cell("");
  if (const auto& first = record.post->coauthor) {
    const std::string name = record.accounts->name(*first);
    row.cell(name).cell(name).cell(fmt::to_string(record.accounts->id(*first)));
  } else {
    row.cell("").cell("").cell("");
  }
}

void add_place(const MadePost& post, CsvRow& row) {
  if (post.place.empty()) {
    row.cell("").cell("").cell("").cell("");
    return;
  }
  const MadePlace place = place_of(post.place);
  row.cell(post.place).cell(fmt::to_string(place.id));
  row.cell(place.latitude + "," + place.longitude).cell("");
}

std::string four_cat_row(const MadeRecord& record) {
  const MadePost& post = *record.post;
  std::vector<std::string> urls;
  for (const std::string& file : post.files) urls.push_back(url_seen_by_browsers(file));
  const std::string images = joined(urls);
  const std::string video = "https://scontent.example/o1/v/" + post.shortcode + ".mp4?_nc_cat=1";
  CsvRow row;
  row.cell(url_of_account(*record.account)).cell("user").cell("no").cell(post.shortcode);
  row.cell(day_and_clock(post.taken_at)).cell(post.shortcode).cell(post.shortcode);
  row.cell("https://www.instagram.com/p/" + post.shortcode).cell(damaged_caption(post));
  add_author(record, row);
  row.cell(media_type(post)).cell(fmt::to_string(post.files.size())).cell(images);
  row.cell(post.kind == MediaKind::video ? video : images);
  row.cell(joined(post.tags, 1)).cell(joined(post.mentions, 1)).cell("");
  const std::int64_t likes = post.likes_hidden ? kLikesPlaceholder : post.likes.count;
  row.cell(post.likes_hidden ? "yes" : "no").raw(damaged_likes_cell(likes, post.damage));
  row.cell(fmt::to_string(post.comments));
  add_place(post, row);
  row.cell(fmt::to_string(post.taken_at)).cell("");
  return row.take();
}

}  // namespace

const RecordFiles kFourCatTableFiles{.folder = "posts",
                                     .suffix = ".csv",
                                     .record = four_cat_row,
                                     .damage = DamageSet::all().without({Damage::lone_surrogate}),
                                     .heading = kHeading,
                                     .cut = cut_row};

}  // namespace shoal
