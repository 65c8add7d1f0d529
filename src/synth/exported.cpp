// What `shoal export` writes of the posts, had it read them.
#include "shoal/corpus/exported_post.hpp"

#include "csv_row.hpp"
#include "formats.hpp"

namespace shoal {
namespace {

std::vector<std::string> without_signs(const std::vector<std::string>& texts) {
  std::vector<std::string> plain;
  for (const std::string& text : texts) plain.push_back(text.substr(1));
  return plain;
}

Count likes_of(const MadePost& post) {
  if (post.likes_hidden || post.damage == Damage::hidden_likes) return {0, Missing::hidden};
  if (post.damage == Damage::no_likes) return {0, Missing::not_exported};
  if (post.damage == Damage::not_a_number) return {0, Missing::invalid};
  return Count::of(post.likes.count);
}

ExportedPost exported_post(const MadeRecord& record) {
  const MadePost& made = *record.post;
  const MadeAccount& account = *record.account;
  ExportedPost exported;
  Post& post = exported.post;
  post.id = "ig:" + made.shortcode;
  post.shortcode = made.shortcode;
  post.creator = account.name;
  post.creator_name = account.full_name;
  post.taken_at = made.taken_at;
  post.taken_at_precision = TimePrecision::second;
  post.collected_at = made.collected_at / 1000;
  post.taken_at_doubtful = post.taken_at > post.collected_at;
  post.caption = made.caption;
  post.tags = without_signs(made.tags);
  post.mentions = without_signs(made.mentions);
  post.likes = likes_of(made);
  post.comments = Count::of(made.comments);
  post.media = made.kind;
  post.image = made.files.front();
  post.further_images.assign(made.files.begin() + 1, made.files.end());
  post.place.name = made.place;
  exported.creator_id = std::to_string(account.id);
  exported.creator_followers = Count::of(account.followers);
  exported.creator_followees = Count::of(account.following);
  exported.creator_posts = Count::of(account.posts);
  return exported;
}

std::string csv_row(const MadeRecord& record) { return export_row(exported_post(record), ExportForm::csv); }
std::string json_row(const MadeRecord& record) {
  return export_row(exported_post(record), ExportForm::json_lines);
}

/// What Shoal writes has no text that is none, and no time that no post can have.
constexpr DamageSet kDamage{Damage::not_a_number, Damage::no_likes, Damage::hidden_likes, Damage::future,
                            Damage::repeated,     Damage::foreign,  Damage::cut};

}  // namespace

RecordFiles exported_table_files() {
  static const std::string kHeading = export_heading(ExportForm::csv);
  return {.folder = "posts",
          .suffix = ".csv",
          .record = csv_row,
          .damage = kDamage,
          .heading = kHeading,
          .cut = cut_row};
}

const RecordFiles kExportedJsonFiles{
    .folder = "posts", .suffix = ".jsonl", .record = json_row, .damage = kDamage};

}  // namespace shoal
