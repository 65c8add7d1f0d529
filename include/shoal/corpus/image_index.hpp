// From the image names that posts give to a numbered list of files: each name is looked up once, by its hash
// owner, in folders and in the index of shards, whose headers are read once.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/image_sources.hpp"
#include "shoal/data/blocks.hpp"
#include "shoal/data/image.hpp"
#include "shoal/data/post.hpp"
#include "shoal/data/quarantine.hpp"

namespace shoal {

/// A file that exists and begins as an image. It is numbered by the first post that names it, and its slide.
struct ImageCandidate {
  std::int64_t number = 0;
  ImageRef ref;
  std::int64_t posts = 0;       ///< how many posts name it
  std::int64_t file_bytes = 0;  ///< of its own file, or of its shard
  std::int64_t modified = 0;    ///< when that file was changed last, in nanoseconds since 1970
};

/// A post's image that is missing.
struct MissingImage {
  std::int64_t post = 0;   ///< among this rank's posts
  bool ambiguous = false;  ///< several files have similar names
  std::int64_t slide = 0;  ///< counted from 0
};

/// What became of the images that posts name, slide by slide; those of post i are [offsets[i], offsets[i +
/// 1]).
struct SlideImages {
  std::vector<std::int64_t> offsets{0};
  std::vector<ImageState> states;        ///< so far: no image was decoded
  std::vector<std::int64_t> candidates;  ///< their numbers, or -1
};

struct ImageIndex {
  std::int64_t candidates = 0;  ///< of all ranks
  std::int64_t named = 0;       ///< distinct files that posts of all ranks name, there or missing
  std::int64_t missing = 0;
  std::int64_t unreadable = 0;  ///< found, but not beginning as an image
  std::int64_t similar = 0;     ///< names that no file has, and that stand for the one with a similar name
  std::int64_t ambiguous = 0;   ///< names that no file has and several have similar ones: among the missing
  std::int64_t members = 0;     ///< files in the shards
  std::int64_t unused_members = 0;             ///< of these, with the name of a photo and named by no post
  SlideImages slides;                          ///< of this rank's posts
  std::vector<MissingImage> missing_of_posts;  ///< by rising post, then slide
  /// Those that are at home on this rank, by rising number: whole blocks, as BlockPartition gives them.
  std::vector<ImageCandidate> at_home;
  std::vector<QuarantineRow> quarantine;
};

/// Why bytes that begin like this are not an image that can be read; empty if they may be one.
using ImageSniffer = std::function<std::string(std::span<const std::byte> beginning)>;

/// posts: this rank's rows of partition; all slides that they have are looked up. sources: the job's, the
/// same on all ranks. A name is the path of a file below a folder, or in a shard; where several are found,
/// the copy with the lowest SHA-256 counts. Where none is found, the one file counts whose name differs in
/// case, composition or backslashes alone. Throws InputError on all ranks for a shard that cannot be opened
/// or is compressed. Collective.
ImageIndex index_images(Communicator& comm, std::span<const Post> posts, const BlockPartition& partition,
                        const ImageReader& images, const ImageSniffer& sniff, int threads);

/// Photos in the sources that no post names; what is a photo, its name tells: .jpg, .jpeg, .png, .webp. Walks
/// through all folders. Throws as index_images does. Collective.
std::int64_t count_unused_images(Communicator& comm, const ImageIndex& index,
                                 const std::vector<ImageSource>& sources);

template <class Archive>
void serialize(Archive& archive, ImageCandidate& candidate, unsigned) {
  archive& candidate.number& candidate.ref& candidate.posts& candidate.file_bytes& candidate.modified;
}

}  // namespace shoal
