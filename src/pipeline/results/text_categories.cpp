// Different texts are counted at their hash owners before any rank is given all of them.
#include "pipeline/results/text_categories.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {
namespace {

/// As many as a code of 16 bits tells apart.
constexpr std::int64_t kMostCategories = std::numeric_limits<std::int16_t>::max();
/// Bytes of all of them, each as long as the longest: so they are stored, and a rank holds them.
constexpr std::int64_t kMostBytes = std::int64_t{8} << 20;

std::int64_t longest_of(const auto& texts) {
  std::int64_t longest = 0;
  for (const auto& text : texts) longest = std::max<std::int64_t>(longest, std::ssize(text));
  return longest;
}

using Texts = std::vector<std::string>;

/// Of all ranks' texts those whose owner this rank is.
std::set<std::string> different_at_owner(Communicator& comm,
                                         const std::unordered_set<std::string_view>& mine) {
  std::vector<Texts> outgoing(static_cast<std::size_t>(comm.size()));
  for (const std::string_view text : mine) outgoing[hash_bits(text) % outgoing.size()].emplace_back(text);
  std::set<std::string> owned;
  for (Texts& part : all_to_all_objects(comm, std::move(outgoing))) {
    for (std::string& text : part) owned.insert(std::move(text));
  }
  return owned;
}

}  // namespace

std::optional<CategoryValues> as_categories(Communicator& comm, std::span<const std::string> texts) {
  const std::unordered_set<std::string_view> mine(texts.begin(), texts.end());
  const std::int64_t most = std::min(kMostCategories, comm.sum(std::ssize(texts)) / 2);
  if (comm.max(std::ssize(mine)) > most) return std::nullopt;
  const std::set<std::string> owned = different_at_owner(comm, mine);
  const std::int64_t count = comm.sum(std::ssize(owned));
  if (count > most || count * comm.max(longest_of(owned)) > kMostBytes) return std::nullopt;
  CategoryValues categories;
  for (Texts& part : all_gather_objects(comm, Texts(owned.begin(), owned.end())))
    std::ranges::move(part, std::back_inserter(categories.categories));
  std::ranges::sort(categories.categories);
  std::unordered_map<std::string_view, std::int32_t> codes;
  for (const std::string& text : categories.categories)
    codes.emplace(text, static_cast<std::int32_t>(codes.size()));
  for (const std::string& text : texts) categories.codes.push_back(codes.at(text));
  return categories;
}

}  // namespace shoal
