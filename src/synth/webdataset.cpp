// Shards as img2dataset writes them: of each post its photo, its fields and its caption, under one key. The
// fields also have what a job may map.
#include <fmt/format.h>

#include <span>

#include "addresses.hpp"
#include "formats.hpp"
#include "json_writer.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/tar.hpp"

namespace shoal {
namespace {

std::string fields_of(const MadeRecord& record, const std::string& key, const std::string& photo) {
  const MadePost& post = *record.post;
  JsonWriter json(JsonWriter::Layout::indented);
  json.begin_object().key("caption").text(post.caption);
  json.key("url").text(url_of_file(post.files.front())).key("key").text(key);
  json.key("status").text("success").key("error_message").null();
  json.key("sha256").text(to_hex(Sha256().update(photo).finish()));
  json.key("post").text(url_of_post(post)).key("account").text(record.account->name);
  json.key("taken_at").number(post.taken_at).key("likes").number(post.likes.count).end_object();
  return json.take();
}

std::string sample(const MadeRecord& record) {
  const MadePost& post = *record.post;
  const std::string key = fmt::format("{:09}", post.number);
  const std::string photo = record.photos->jpeg(*post.picture);
  const auto member = [&](std::string_view suffix, const std::string& text) {
    return tar_member(key + std::string(suffix), std::as_bytes(std::span(text)));
  };
  return member(".jpg", photo) + member(".json", fields_of(record, key, photo)) +
         member(".txt", damaged_caption(post));
}

}  // namespace

// What happens to an archive as a whole happens to all of its posts.
RecordFiles web_dataset_files() {
  return {.folder = "posts",
          .suffix = ".tar",
          .record = sample,
          .damage = {Damage::invalid_utf8, Damage::nul_byte},
          .ending = end_of_tar(),
          .holds_photos = true};
}

}  // namespace shoal
