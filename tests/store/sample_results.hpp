// A small made-up result with everything a real one has, the same on any number of ranks.
#pragma once

#include <filesystem>
#include <string>

#include "shoal/comm/communicator.hpp"
#include "shoal/store/h5ad_writer.hpp"

namespace shoal::testing {

inline constexpr std::int64_t kSamplePosts = 600;
inline constexpr std::int64_t kSampleImages = 300;
inline constexpr std::int64_t kSampleTags = 40;

/// The name of a group that needs escaping in HTML.
inline const std::string kAwkwardName = "bread & <b>butter</b> \"now\"";

/// Everything of posts.h5ad but its publication.
void fill_sample_posts(H5adWriter& writer, RowRange mine, std::int64_t caption_length_of_300 = 300);
void write_sample_posts(Communicator& comm, const std::filesystem::path& path,
                        std::int64_t caption_length_of_300 = 300);
void write_sample_images(Communicator& comm, const std::filesystem::path& path);
/// Small stand-ins for thumbnails of every third image.
void write_sample_thumbnails(const std::filesystem::path& path);

/// What stands under uns/shoal. trained: whether the weights are.
UnsValue sample_uns(bool trained = false);

}  // namespace shoal::testing
