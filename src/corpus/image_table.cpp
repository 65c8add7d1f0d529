// PixPlot's metadata of an image folder: a row a photo, with tags between bars.
#include <algorithm>
#include <array>

#include "post_fields.hpp"
#include "table_formats.hpp"

namespace shoal {
namespace {

/// By a column that tells of a post beside the photo. A table of photos and their classes (`label`,
/// `category`) is what somebody made of posts that lie elsewhere.
bool recognise(const TableHeader& header) {
  constexpr std::array<std::string_view, 5> kColumns{"description", "metadata tags", "permalink", "tags",
                                                     "year"};
  return header.has("filename") &&
         std::ranges::any_of(kColumns, [&](std::string_view column) { return header.has(column); });
}

/// Tags, by the name that older versions gave their column, else the one category.
std::vector<std::string> tags_of(const TableRow& row) {
  for (const char* column : {"tags", "metadata tags", "category"}) {
    if (std::vector<std::string> tags = row.list(column, '|'); !tags.empty()) return tags;
  }
  return {};
}

void read_row(const TableRow& row, ReadResult& result) {
  FieldReader fields("the row's", row.record(), result);
  const auto word = [&](std::string_view column) { return fields.word(column, row.value(column)); };
  PostFields post;
  post.url = word("permalink");
  post.tags = tags_of(row);
  post.caption = fields.text("description", row.text("description"));
  post.place.latitude = fields.real("lat", row.value("lat"));
  post.place.longitude = fields.real("lng", row.value("lng"));
  if (std::string name = word("filename"); !name.empty()) post.images = {std::move(name)};
  result.posts.push_back(
      {row.record(), post_from_fields(std::move(post), row.record(), row.file().rules(), result)});
}

}  // namespace

const TableFormat kImageTable{recognise, read_row};

}  // namespace shoal
