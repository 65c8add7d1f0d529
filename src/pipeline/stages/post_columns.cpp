// One function a kind of column; values are made when they are written.
#include "pipeline/stages/post_columns.hpp"

#include "pipeline/stages/column_of.hpp"

namespace shoal {
namespace {

using Posts = std::vector<Post>;

void add_text(Table& table, const char* name, const Posts& posts, std::string Post::*member) {
  table.add(name, [&posts, member] {
    return TextValues{column_of(posts, [&](const Post& post) { return post.*member; })};
  });
}

void add_count(Table& table, const char* name, const Posts& posts, Count Post::*count) {
  table.add(name, [&posts, count] {
    return NullableIntegerValues{
        column_of(posts, [&](const Post& post) { return (post.*count).value; }),
        column_of(posts, [&](const Post& post) { return std::uint8_t{!(post.*count).known()}; })};
  });
}

template <class Code>
void add_category(Table& table, const char* name, const Posts& posts, std::vector<std::string> categories,
                  const Code& code) {
  table.add(name, [&posts, categories = std::move(categories), code] {
    return CategoryValues{
        column_of(posts, [&](const Post& post) { return static_cast<std::int32_t>(code(post)); }),
        categories};
  });
}

template <class List>
void add_length(Table& table, const char* name, const Posts& posts, List Post::*list) {
  table.add(name, [&posts, list] {
    return IntegerValues{
        column_of(posts, [&](const Post& post) { return static_cast<std::int64_t>((post.*list).size()); })};
  });
}

void add_time(Table& table, const Posts& posts) {
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
}

}  // namespace

void add_post_columns(Table& table, const Posts& posts, const CorpusJob& corpus) {
  add_text(table, "_index", posts, &Post::id);
  if (!corpus.pseudonyms || corpus.keeps_shortcodes) add_text(table, "shortcode", posts, &Post::shortcode);
  add_text(table, "creator", posts, &Post::creator);
  // What an account calls itself names it, whatever its handle is replaced with.
  if (!corpus.pseudonyms) add_text(table, "creator_name", posts, &Post::creator_name);
  add_time(table, posts);
  add_category(table, "media", posts, {"image", "video", "album"},
               [](const Post& post) { return static_cast<int>(post.media); });
  add_count(table, "likes", posts, &Post::likes);
  add_category(table, "likes_missing", posts, {"hidden", "not_exported", "invalid"},
               [](const Post& post) { return static_cast<int>(post.likes.missing) - 1; });
  add_count(table, "comments", posts, &Post::comments);
  add_length(table, "tags", posts, &Post::tags);
  add_length(table, "mentions", posts, &Post::mentions);
}

}  // namespace shoal
