// missing-images.csv: the posts of which an image was not found.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "shoal/base/file.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/image_index.hpp"
#include "shoal/data/post.hpp"
#include "shoal/data/table.hpp"

namespace shoal {

/// What the file tells.
struct MissingImagesForm {
  bool pseudonyms = false;  ///< the name, which often is the post's or holds its account, is left out
  bool all_slides = false;  ///< a column tells which slide's image it is, counted from 1
};

/// A row of the file (post, image, reason), without its line end: all that it tells of an image.
std::string missing_image_row(const Post& post, const MissingImage& missing, MissingImagesForm form);

/// Writes the rows of all ranks under a partial name (RFC 4180), in the order in which the posts' table is
/// stored: any other would tell under pseudonyms whose they are. posts: this rank's. The file is rank 0's to
/// publish, and null on the others; no rank holds the rows of another but in parts. Collective.
std::shared_ptr<PartialFile> write_missing_images(Communicator& comm, const Table& table,
                                                  const std::vector<Post>& posts,
                                                  const std::vector<MissingImage>& missing,
                                                  MissingImagesForm form, const std::filesystem::path& path);

}  // namespace shoal
