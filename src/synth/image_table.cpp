// PixPlot's metadata of an image folder: a row for each post's first image.
#include "addresses.hpp"
#include "csv_row.hpp"
#include "formats.hpp"

namespace shoal {
namespace {

std::string image_row(const MadeRecord& record) {
  const MadePost& post = *record.post;
  std::string tags;
  for (const std::string& tag : post.tags) tags += (tags.empty() ? "" : "|") + tag.substr(1);
  CsvRow row;
  row.cell(post.files.front()).cell(tags).cell(damaged_caption(post)).cell(url_of_post(post));
  row.cell(day_text(post.taken_at).substr(0, 4));
  return row.take();
}

}  // namespace

const RecordFiles kImageTableFiles{
    .folder = "posts",
    .suffix = ".csv",
    .record = image_row,
    .damage = {Damage::invalid_utf8, Damage::nul_byte, Damage::repeated, Damage::foreign, Damage::cut},
    .heading = "filename,tags,description,permalink,year\r\n",
    .cut = cut_row};

}  // namespace shoal
