// Listing, sharding and reading the corpus, then putting pseudonyms in place of names.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pipeline/engine/memory_check.hpp"
#include "pipeline/stages/stages.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/corpus/pseudonyms.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

/// Whether memory suffices for reading, told from a sample.
void require_memory_for_reading(RunState& state, const Listing& listing, std::int64_t bytes_of_rank) {
  std::array<std::int64_t, 5> told{};
  on_root(state.comm, [&] {
    const PostSizes sample = sample_posts(listing.units, state.job.corpus.keep);
    told = {0, 0, sample.files, sample.memory, sample.packed};
    for (const Unit& unit : listing.units) {
      told[0] += unit.bytes;
      told[1] = std::max(told[1], unit.bytes);
    }
  });
  state.comm.broadcast(std::as_writable_bytes(std::span(told)), 0);
  const auto [bytes, largest, files, memory, packed] = told;
  if (files == 0) return;
  const ReadingSize size{bytes, largest, static_cast<double>(memory) / static_cast<double>(files),
                         static_cast<double>(packed) / static_cast<double>(files)};
  const RankView mine = view_of_rank(state);
  require_memory(
      state, {{"read", forecast_reading(size, bytes_of_rank, mine), 0}}, [&](int ranks, int per_node) {
        return per_node * forecast_reading(size, std::max(size.bytes / ranks, size.largest_file), mine);
      });
}

/// Rank 0 lists; each rank gets its units.
std::vector<Unit> scan(RunState& state) {
  std::vector<std::vector<Unit>> shards(static_cast<std::size_t>(state.comm.size()));
  Listing listing;
  on_root(state.comm, [&] {
    listing = list_units(state.job.corpus.posts);
    shards = shard_by_size(listing.units, state.comm.size());
    if (listing.ignored_files > 0) {
      log::info("{} files in the folders under [corpus] posts have no known suffix and are not read",
                listing.ignored_files);
    }
  });
  std::vector<Unit> mine = std::move(all_to_all_objects(state.comm, std::move(shards)).front());
  std::int64_t bytes = 0;
  for (const Unit& unit : mine) bytes += unit.bytes;
  require_memory_for_reading(state, listing, bytes);
  return mine;
}

Pseudonyms agree_on_pseudonyms(RunState& state) {
  std::vector<std::byte> key;
  on_root(state.comm, [&] {
    const auto& file = state.job.corpus.pseudonym_key;
    key = load_or_make_pseudonym_key(file ? *file : default_pseudonym_key_file());
  });
  std::string text(reinterpret_cast<const char*>(key.data()), key.size());
  text = broadcast_object(state.comm, text, 0);
  const auto bytes = std::as_bytes(std::span(text));
  return Pseudonyms({bytes.begin(), bytes.end()});
}

void replace_names(RunState& state) {
  const Pseudonyms pseudonyms = agree_on_pseudonyms(state);
  state.pseudonym_key = pseudonyms.key_digest();
  for (Post& post : state.corpus.posts) {
    post.id = pseudonyms.of("post", post.id);
    post.shortcode.clear();
    if (!post.creator.empty()) post.creator = pseudonyms.of("account", post.creator);
    for (std::string& name : post.mentions) name = pseudonyms.of("account", name);
  }
}

}  // namespace

void read_without_names(RunState& state) {
  state.corpus = read_corpus(state.comm, scan(state), {state.job.corpus.keep, state.threads});
  state.quarantine = std::move(state.corpus.quarantine);
  const Accounting& counts = state.corpus.accounting;
  log::info("read {} records from {} files: {} kept, {} filtered, {} merged, {} quarantined", counts.read,
            state.corpus.files, counts.kept, counts.filtered, counts.merged, counts.quarantined);
}

void run_read(RunState& state) {
  read_without_names(state);
  if (state.job.corpus.pseudonyms) replace_names(state);
}

}  // namespace shoal
