// Ranks own rising runs of posts: by rank is by row.
#include "pipeline/results/missing_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "shoal/base/odd_text.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace {

constexpr std::size_t kRowsOfPart = 20'000;

std::span<const MissingImage> part_of(const std::vector<MissingImage>& missing, std::size_t part) {
  const std::size_t begin = std::min(part * kRowsOfPart, missing.size());
  return std::span(missing).subspan(begin, std::min(kRowsOfPart, missing.size() - begin));
}

}  // namespace

std::string missing_image_row(const Post& post, const MissingImage& missing, bool pseudonyms) {
  const char* reason =
      missing.ambiguous
          ? "several files have this name but for case, composition or separators; none was taken"
          : "no file has this name";
  return fmt::format("{},{},{}", csv_cell(post.id), pseudonyms ? "" : csv_cell(post.image), csv_cell(reason));
}

std::shared_ptr<PartialFile> write_missing_images(Communicator& comm, const std::vector<Post>& posts,
                                                  const std::vector<MissingImage>& missing, bool pseudonyms,
                                                  const std::filesystem::path& path) {
  std::shared_ptr<PartialFile> file;
  on_root(comm, [&] {
    file = std::make_shared<PartialFile>(path);
    file->write(std::string_view("post,image,reason\r\n"));
  });
  const std::size_t mine = (missing.size() + kRowsOfPart - 1) / kRowsOfPart;
  const auto parts = all_gather_objects(comm, mine);
  for (std::size_t rank = 0; rank < parts.size(); ++rank) {
    for (std::size_t part = 0; part < parts[rank]; ++part) {
      std::string rows;
      if (rank == static_cast<std::size_t>(comm.rank())) {
        for (const MissingImage& image : part_of(missing, part))
          rows += missing_image_row(posts[static_cast<std::size_t>(image.post)], image, pseudonyms) + "\r\n";
      }
      const auto gathered = gather_objects(comm, rows, 0);
      on_root(comm, [&] { file->write(std::string_view(gathered[rank])); });
    }
  }
  return file;
}

}  // namespace shoal
