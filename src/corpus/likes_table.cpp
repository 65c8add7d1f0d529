// The like-prediction study's table: a row a post, with what is known of its account in each.
#include "instagram_items.hpp"
#include "table_formats.hpp"

namespace shoal {
namespace {

bool recognise(const TableHeader& header) {
  constexpr std::array<std::string_view, 5> kColumns{"alias", "numberlikes", "description", "url", "tags"};
  return header.has_all(kColumns);
}

void read_row(const TableRow& row, ReadResult& result) {
  FieldReader fields("the row's", row.record(), result);
  const auto word = [&](std::string_view column) { return fields.word(column, row.value(column)); };
  const auto count = [&](std::string_view column) { return fields.count(column, row.value(column)); };
  const auto texts = [&](std::string_view column) { return fields.texts(column, row.value(column)); };
  PostFields post;
  post.url = word("url");
  post.tags = texts("tags");
  post.mentions = texts("mentions");
  // A caption may begin with a bracket, and is no list all the same.
  post.caption = fields.text("description", row.text("description"));
  post.place.name = word("localization");
  post.time.text = word("date");
  post.likes = count("numberlikes");
  post.video = fields.truth("isvideo", row.value("isvideo"));
  post.album = fields.truth("multipleimage", row.value("multipleimage"));
  for (const char* column : {"filename", "urlimage"}) {
    const FieldValue names = row.value(column);
    post.album |= names.kind == FieldValue::Kind::list && !names.elements.empty();
  }
  const FieldValue names = row.value("filename");
  post.images = names.kind == FieldValue::Kind::list ? fields.texts("filename", names)
                                                     : std::vector{fields.word("filename", names)};
  std::erase(post.images, std::string());
  post.image_url = fields.first_word("urlimage", row.value("urlimage"));
  post.author.handle = word("alias");
  if (post.author.handle.empty()) post.author.handle = word("urlprofile");
  post.author.display_name = word("username");
  post.author.followers = count("numberfollowers");
  post.author.followees = count("numberfollowing");
  post.author.posts = count("numberposts");
  result.posts.push_back(
      {row.record(), post_from_fields(std::move(post), row.record(), row.file().rules(), result)});
}

}  // namespace

const TableFormat kLikesTable{recognise, read_row};

}  // namespace shoal
