// The like-prediction study's table, as pandas wrote it: its columns in the order of the real file, behind a
// byte order mark, with lists as Python prints them.
#include <fmt/format.h>

#include "addresses.hpp"
#include "csv_row.hpp"
#include "formats.hpp"
#include "python_list.hpp"

namespace shoal {
namespace {

constexpr std::string_view kHeading =
    "\xEF\xBB\xBFnumberPosts,website,urlProfile,username,numberFollowing,descriptionProfile,alias,"
    "numberFollowers,"
    "urlImgProfile,filename,date,urlImage,mentions,multipleImage,isVideo,localization,tags,numberLikes,url,"
    "description\r\n";

std::string_view truth(bool value) { return value ? "True" : "False"; }

std::string likes_row(const MadeRecord& record) {
  const MadePost& post = *record.post;
  const MadeAccount& account = *record.account;
  std::vector<std::string> urls;
  for (const std::string& file : post.files) urls.push_back(url_of_file(file));
  CsvRow row;
  row.cell(fmt::to_string(account.posts)).cell("").cell(url_of_account(account)).cell(account.full_name);
  row.cell(fmt::to_string(account.following)).cell("[]").cell(account.name);
  row.cell(fmt::to_string(account.followers)).cell("");
  row.cell(python_list_or_text(post.files)).cell(day_as_in_profiles(post.taken_at));
  row.cell(python_list_or_text(urls)).cell(python_list(post.mentions));
  row.cell(truth(post.kind == MediaKind::album)).cell(truth(post.kind == MediaKind::video));
  row.cell(post.place.empty() ? "None" : post.place).cell(python_list(post.tags));
  row.raw(damaged_likes_cell(post.likes.count, post.damage));
  row.cell(url_of_post(post)).cell(damaged_caption(post));
  return row.take();
}

}  // namespace

const RecordFiles kLikesFiles{.folder = "posts",
                              .suffix = ".csv",
                              .record = likes_row,
                              .damage = DamageSet::all().without({Damage::lone_surrogate}),
                              .heading = kHeading,
                              .cut = cut_row};

}  // namespace shoal
