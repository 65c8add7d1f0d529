// Keys of different meaning never meet: a letter in front tells them apart before they are digested.
#include "pipeline/given/post_keys.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <tuple>

#include "shoal/base/digest.hpp"
#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr char kPost = 'p';
constexpr char kWholeName = 'w';  ///< of an image, with its folders
constexpr char kLastName = 'l';   ///< of an image, without them
/// Folders of an id that may belong to an image's name.
constexpr std::size_t kFolders = 8;

PostKey key_of_text(char meaning, std::string_view text) {
  std::string whole(1, meaning);
  whole += text;
  const Digest digest = sha256(whole);
  PostKey key;
  std::memcpy(key.data(), digest.data(), sizeof key);
  return key;
}

std::string_view last_name(std::string_view name) {
  const std::size_t slash = name.rfind('/');
  return slash == name.npos ? name : name.substr(slash + 1);
}

/// As names of images stand in posts; of an address what stands before its query.
std::string image_name(std::string_view id) {
  if (id.starts_with("http://") || id.starts_with("https://")) id = id.substr(0, id.find_first_of("?#"));
  std::string name(id);
  std::ranges::replace(name, '\\', '/');
  return fs::path(name).lexically_normal().string();
}

void add_post_candidates(std::string_view id, const std::optional<Pseudonyms>& pseudonyms,
                         std::vector<Candidate>& candidates) {
  std::vector<std::string> ids{std::string(id)};
  if (!id.starts_with("ig:")) ids.push_back("ig:" + std::string(id));
  for (const std::string& text : ids) {
    candidates.push_back({key_of_text(kPost, text), false});
    if (pseudonyms)
      candidates.push_back({key_of_text(kPost, pseudonyms->of(pseudonym_kind::kPost, text)), false});
  }
}

void add_image_candidates(std::string_view id, std::vector<Candidate>& candidates) {
  const std::string name = image_name(id);
  std::string_view rest = name;
  for (std::size_t folder = 0; folder <= kFolders; ++folder) {
    candidates.push_back({key_of_text(kWholeName, rest), true});
    const std::size_t slash = rest.find('/');
    if (slash == rest.npos) break;
    rest.remove_prefix(slash + 1);
  }
  candidates.push_back({key_of_text(kLastName, last_name(name)), true});
}

}  // namespace

std::vector<Candidate> candidates_of(std::string_view id, MatchBy match,
                                     const std::optional<Pseudonyms>& pseudonyms) {
  std::vector<Candidate> candidates;
  if (match != MatchBy::image) add_post_candidates(id, pseudonyms, candidates);
  if (match != MatchBy::post) add_image_candidates(id, candidates);
  return candidates;
}

PostKeys::PostKeys(Communicator& comm, const BlockPartition& partition, const std::vector<Post>& posts)
    : ranks_(comm.size()) {
  std::vector<std::vector<Entry>> outgoing(static_cast<std::size_t>(ranks_));
  std::int64_t row = partition.owned_by(comm.rank()).begin;
  const auto send = [&](const PostKey& key, std::uint64_t photo) {
    outgoing[static_cast<std::size_t>(owner_of(key))].push_back({key, row, photo});
  };
  for (const Post& post : posts) {
    send(key_of_text(kPost, post.id), 0);
    if (!post.image.empty()) {
      const PostKey whole = key_of_text(kWholeName, post.image);
      send(whole, whole[1]);
      send(key_of_text(kLastName, last_name(post.image)), whole[1]);
    }
    ++row;
  }
  std::vector<Bytes> packed;
  for (auto& part : outgoing) {
    packed.push_back(bytes_of(part));
    part = {};
  }
  std::vector<Bytes> received = comm.all_to_all(std::move(packed));
  std::size_t bytes = 0;
  for (const Bytes& part : received) bytes += part.size();
  entries_.reserve(bytes / sizeof(Entry));
  for (Bytes& part : received) {
    const auto entries = values_of<Entry>(part);
    part = {};
    entries_.insert(entries_.end(), entries.begin(), entries.end());
  }
  std::ranges::sort(entries_, {}, [](const Entry& entry) { return std::tie(entry.key, entry.row); });
}

Matches PostKeys::find(const PostKey& key) const {
  Matches matches;
  const auto found = std::ranges::equal_range(entries_, key, {}, &Entry::key);
  for (const Entry& entry : found) {
    matches.ambiguous = matches.ambiguous || entry.photo != found.front().photo;
    matches.rows.push_back(entry.row);
  }
  if (matches.ambiguous) matches.rows.clear();
  return matches;
}

}  // namespace shoal
