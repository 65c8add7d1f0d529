// Ranks store rising runs of posts: by rank is by row of the file.
#include "pipeline/results/missing_images.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "pipeline/results/stored_order.hpp"
#include "shoal/base/odd_text.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/comm/stream_to_root.hpp"
#include "shoal/data/slides.hpp"

namespace shoal {
namespace {

/// The rows of this rank's posts, empty where all images were found, in the order in which posts are stored.
std::vector<std::string> rows_in_stored_order(Communicator& comm, const Table& table,
                                              const std::vector<Post>& posts,
                                              const std::vector<MissingImage>& missing,
                                              MissingImagesForm form) {
  std::vector<std::string> rows(posts.size());
  for (const MissingImage& image : missing) {
    const auto post = static_cast<std::size_t>(image.post);
    rows[post] += missing_image_row(posts[post], image, form) + "\r\n";
  }
  return std::get<TextValues>(StoredOrder(comm, table).moved(TextValues{std::move(rows)})).values;
}

}  // namespace

std::string missing_image_row(const Post& post, const MissingImage& missing, MissingImagesForm form) {
  const char* reason =
      missing.ambiguous
          ? "several files have this name but for case, composition or separators; none was taken"
          : "no file has this name";
  const std::string& name = image_of_slide(post, static_cast<std::size_t>(missing.slide));
  return fmt::format("{},{},{}{}", csv_cell(post.id), form.pseudonyms ? "" : csv_cell(name), csv_cell(reason),
                     form.all_slides ? fmt::format(",{}", missing.slide + 1) : "");
}

std::shared_ptr<PartialFile> write_missing_images(Communicator& comm, const Table& table,
                                                  const std::vector<Post>& posts,
                                                  const std::vector<MissingImage>& missing,
                                                  MissingImagesForm form, const std::filesystem::path& path) {
  const std::string rows =
      fmt::format("{}", fmt::join(rows_in_stored_order(comm, table, posts, missing, form), ""));
  std::shared_ptr<PartialFile> file;
  on_root(comm, [&] {
    file = std::make_shared<PartialFile>(path);
    file->write(std::string_view(form.all_slides ? "post,image,reason,slide\r\n" : "post,image,reason\r\n"));
  });
  stream_to_root(comm, std::as_bytes(std::span(rows)), [&](const Bytes& part) { file->write(part); });
  return file;
}

}  // namespace shoal
