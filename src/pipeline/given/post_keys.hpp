// Which posts an id means: keys of all posts, spread over the ranks by their bits.
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

namespace shoal {

/// By what posts are found.
enum class MatchBy { either, post, image };

/// 128 bits of a digest.
using PostKey = std::array<std::uint64_t, 2>;

/// A key that an id may stand for.
struct Candidate {
  PostKey key{};
  bool by_image = false;
};

/// What an id may stand for, the likeliest first: a post's id or shortcode, as it is or under its pseudonym;
/// else an image's name, with fewer and fewer of the folders before it.
std::vector<Candidate> candidates_of(std::string_view id, MatchBy match,
                                     const std::optional<Pseudonyms>& pseudonyms);

/// What posts have a key.
struct Matches {
  std::vector<std::int64_t> rows;  ///< rising
  bool ambiguous = false;          ///< several photos are called so, and rows is empty
};

/// Posts by their ids and by the names of their images.
class PostKeys {
 public:
  /// posts: the rows that this rank owns. Collective.
  PostKeys(Communicator& comm, const BlockPartition& partition, const std::vector<Post>& posts);

  /// The rank that knows a key.
  [[nodiscard]] int owner_of(const PostKey& key) const {
    return static_cast<int>(key[0] % static_cast<std::uint64_t>(ranks_));
  }
  /// On the rank that knows it.
  [[nodiscard]] Matches find(const PostKey& key) const;

 private:
  struct Entry {
    PostKey key{};
    std::int64_t row = 0;
    std::uint64_t photo = 0;  ///< bits of the photo's whole name
  };

  int ranks_;
  std::vector<Entry> entries_;  ///< by key, then row
};

/// Bytes that a rank's share of keys takes for each of its posts, while they are spread.
inline constexpr std::int64_t kKeysOfPost = 3 * 32 * 2;

}  // namespace shoal
