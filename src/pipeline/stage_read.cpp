// Listing, sharding and reading the corpus, then putting pseudonyms in place of names.
#include <fmt/format.h>

#include "on_root.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/corpus/pseudonyms.hpp"
#include "shoal/data/serialize.hpp"
#include "stages.hpp"

namespace shoal {
namespace {

/// Rank 0 lists; each rank gets its units.
std::vector<Unit> scan(RunState& state) {
  std::vector<std::vector<Unit>> shards(static_cast<std::size_t>(state.comm.size()));
  on_root(state.comm, [&] {
    const Listing listing = list_units(state.job.corpus.posts);
    shards = shard_by_size(listing.units, state.comm.size());
    if (listing.ignored_files > 0) {
      log::info("{} files in the folders under [corpus] posts have no known suffix and are not read",
                listing.ignored_files);
    }
  });
  return std::move(all_to_all_objects(state.comm, shards).front());
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
