// Keys of different meaning never meet: a letter in front tells them apart before they are digested.
#include "pipeline/given/row_keys.hpp"

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

RowKey key_of_text(char meaning, std::string_view text) {
  std::string whole(1, meaning);
  whole += text;
  const Digest digest = sha256(whole);
  RowKey key;
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

void RowKeys::add(Outgoing& outgoing, const RowKey& key, SlidePlace place, std::uint64_t photo) const {
  outgoing[static_cast<std::size_t>(owner_of(key))].push_back({key, place, photo});
}

void RowKeys::add_image(Outgoing& outgoing, const std::string& name, SlidePlace place) const {
  const RowKey whole = key_of_text(kWholeName, name);
  add(outgoing, whole, place, whole[1]);
  add(outgoing, key_of_text(kLastName, last_name(name)), place, whole[1]);
}

RowKeys RowKeys::of_posts(Communicator& comm, const BlockPartition& partition,
                          const std::vector<Post>& posts) {
  RowKeys keys(comm.size());
  Outgoing outgoing(static_cast<std::size_t>(comm.size()));
  std::int64_t row = partition.owned_by(comm.rank()).begin;
  for (const Post& post : posts) {
    keys.add(outgoing, key_of_text(kPost, post.id), {row, 0}, 0);
    for (std::size_t slide = 0; slide < slides_of(post); ++slide) {
      const std::string& name = image_of_slide(post, slide);
      if (!name.empty()) keys.add_image(outgoing, name, {row, static_cast<std::int64_t>(slide)});
    }
    ++row;
  }
  keys.spread(comm, std::move(outgoing));
  return keys;
}

RowKeys RowKeys::of_images(Communicator& comm, const BlockPartition& partition,
                           const std::vector<std::string>& names) {
  RowKeys keys(comm.size());
  Outgoing outgoing(static_cast<std::size_t>(comm.size()));
  std::int64_t row = partition.owned_by(comm.rank()).begin;
  for (const std::string& name : names) keys.add_image(outgoing, name, {row++, 0});
  keys.spread(comm, std::move(outgoing));
  return keys;
}

void RowKeys::spread(Communicator& comm, Outgoing outgoing) {
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
  std::ranges::sort(entries_, {}, [](const Entry& entry) { return std::tie(entry.key, entry.place); });
}

Matches RowKeys::find(const RowKey& key) const {
  Matches matches;
  const auto found = std::ranges::equal_range(entries_, key, {}, &Entry::key);
  for (const Entry& entry : found) {
    matches.ambiguous = matches.ambiguous || entry.photo != found.front().photo;
    // Of a post's slides of one image the first counts.
    if (matches.places.empty() || matches.places.back().post != entry.place.post)
      matches.places.push_back(entry.place);
  }
  if (matches.ambiguous) matches.places.clear();
  return matches;
}

}  // namespace shoal
