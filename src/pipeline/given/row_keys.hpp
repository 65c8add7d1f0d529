// Which rows an id means: keys of all posts, or of all images, spread over the ranks by their bits.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/pseudonyms.hpp"
#include "shoal/data/blocks.hpp"
#include "shoal/data/post.hpp"
#include "shoal/data/slides.hpp"

namespace shoal {

/// By what rows are found. Images are found by their names alone.
enum class MatchBy { either, post, image };

/// 128 bits of a digest.
using RowKey = std::array<std::uint64_t, 2>;

/// A key that an id may stand for.
struct Candidate {
  RowKey key{};
  bool by_image = false;
};

/// What an id may stand for, the likeliest first: a post's id or shortcode, as it is or under its pseudonym;
/// else an image's name, with fewer and fewer of the folders before it.
std::vector<Candidate> candidates_of(std::string_view id, MatchBy match,
                                     const std::optional<Pseudonyms>& pseudonyms);

/// What rows have a key: rising places, of posts the slide that names the image; of images it is 0, as it is
/// where a post has the key itself.
struct Matches {
  std::vector<SlidePlace> places;
  bool ambiguous = false;  ///< several photos are called so, and places is empty
};

/// Posts by their ids and by the names of the images of their slides, or images by their names.
class RowKeys {
 public:
  /// posts: the rows that this rank owns. Collective.
  static RowKeys of_posts(Communicator& comm, const BlockPartition& partition,
                          const std::vector<Post>& posts);
  /// names: of the images that this rank owns. Collective.
  static RowKeys of_images(Communicator& comm, const BlockPartition& partition,
                           const std::vector<std::string>& names);

  /// The rank that knows a key.
  [[nodiscard]] int owner_of(const RowKey& key) const {
    return static_cast<int>(key[0] % static_cast<std::uint64_t>(ranks_));
  }
  /// On the rank that knows it.
  [[nodiscard]] Matches find(const RowKey& key) const;

 private:
  struct Entry {
    RowKey key{};
    SlidePlace place{};
    std::uint64_t photo = 0;  ///< bits of the photo's whole name
  };
  using Outgoing = std::vector<std::vector<Entry>>;  ///< by owner

  explicit RowKeys(int ranks) : ranks_(ranks) {}
  void add(Outgoing& outgoing, const RowKey& key, SlidePlace place, std::uint64_t photo) const;
  void add_image(Outgoing& outgoing, const std::string& name, SlidePlace place) const;
  void spread(Communicator& comm, Outgoing outgoing);

  int ranks_;
  std::vector<Entry> entries_;  ///< by key, then place
};

/// Bytes that a rank's share of keys takes for each of its posts, and of the images that these name, while
/// they are spread.
inline constexpr std::int64_t kKeysOfPost = 40 * 2;
inline constexpr std::int64_t kKeysOfImage = 2 * 40 * 2;

}  // namespace shoal
