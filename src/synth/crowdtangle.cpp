// CrowdTangle's export of Instagram posts: the columns that 4CAT's importer reads, and times in the zone of
// the account's settings.
#include <fmt/format.h>

#include "addresses.hpp"
#include "csv_row.hpp"
#include "formats.hpp"

namespace shoal {
namespace {

constexpr std::string_view kHeading =
    "Account,User Name,Followers at Posting,Post Created,Type,Likes,Comments,Views,URL,Link,Photo,Title,"
    "Description\r\n";
constexpr std::int64_t kBehindUtc = std::int64_t{5} * 3600;

std::string_view type_of(MediaKind kind) {
  switch (kind) {
    case MediaKind::video:
      return "Video";
    case MediaKind::album:
      return "Album";
    default:
      return "Photo";
  }
}

std::string crowdtangle_row(const MadeRecord& record) {
  const MadePost& post = *record.post;
  const MadeAccount& account = *record.account;
  // Nobody's clock was set to another zone in the year 0.
  const bool in_zone = post.taken_at >= kBehindUtc;
  const std::string time =
      in_zone ? day_and_clock(post.taken_at - kBehindUtc) + " EST" : day_and_clock(post.taken_at) + " UTC";
  CsvRow row;
  row.cell(account.full_name).cell(account.name).cell(fmt::to_string(account.followers)).cell(time);
  row.cell(type_of(post.kind)).raw(damaged_likes_cell(post.likes.count, post.damage));
  row.cell(fmt::to_string(post.comments)).cell("").cell(url_of_post(post)).cell(url_of_post(post));
  row.cell(url_of_file(post.files.front())).cell("").cell(damaged_caption(post));
  return row.take();
}

}  // namespace

const RecordFiles kCrowdTangleFiles{.folder = "posts",
                                    .suffix = ".csv",
                                    .record = crowdtangle_row,
                                    .damage = DamageSet::all().without({Damage::lone_surrogate}),
                                    .heading = kHeading,
                                    .cut = cut_row};

}  // namespace shoal
