// Listing, sharding and reading the corpus, then putting pseudonyms in place of names.
#include "pipeline/stages/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pipeline/engine/memory_check.hpp"
#include "pipeline/engine/stage_list.hpp"
#include "pipeline/stages/corpus_summary.hpp"
#include "pipeline/stages/nothing_left.hpp"
#include "pipeline/stages/post_columns.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/comm/key_order.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

/// Numbers of a post in posts.h5ad, and what its short texts take beside their bytes.
constexpr std::int64_t kStoredPost = 130;
/// Of a post in posts.h5ad beside its features and its caption.
std::int64_t stored_bytes(const Post& post, const CorpusJob& job) {
  std::int64_t bytes = kStoredPost + std::ssize(post.id);
  // Its file's number or name, its record, counts of its account.
  if (!job.pseudonyms) bytes += 40;
  // As it is, and in an address.
  if (!job.pseudonyms || job.keeps_shortcodes) bytes += 2 * std::ssize(post.shortcode) + 40;
  if (job.keeps_account_counts) bytes += 24;
  if (job.keeps_places) bytes += std::ssize(post.place.name) + 16;
  for (const std::string& name : post.mentions) bytes += std::ssize(name) + 1;
  return bytes;
}

/// What is to be read, told from a sample. units: this rank's. Collective.
ReadingSize size_of_reading(Run& run, const std::vector<Unit>& units, const ReadSettings& settings) {
  const PostSizes sample = sample_posts(run.comm, units, settings);
  ReadingShare mine{.bytes = 0, .units = std::ssize(units)};
  std::int64_t largest = 0;
  std::int64_t largest_held = 0;
  for (const Unit& unit : units) {
    mine.bytes += unit.bytes;
    largest = std::max(largest, unit.bytes);
    largest_held = std::max(largest_held, held_while_parsed(unit));
  }
  const auto per_byte = [of = sample.files](std::int64_t value) {
    return of > 0 ? static_cast<double>(value) / static_cast<double>(of) : 0.0;
  };
  return {.units = run.comm.sum(mine.units),
          .bytes = run.comm.sum(mine.bytes),
          .largest_file = run.comm.max(largest),
          .largest_held = run.comm.max(largest_held),
          .posts_per_byte = per_byte(sample.posts),
          .memory_per_byte = per_byte(sample.memory),
          .packed_per_byte = per_byte(sample.packed),
          .of_rank = mine,
          .resident = resident_memory()};
}

void require_memory_for_reading(Run& run) {
  const std::int64_t mine = view_of_rank(run).reading;
  require_memory(run, {{"read", mine, 0}}, [&](int ranks, int per_node) {
    return per_node * forecast_reading_among(*run.reading, ranks, run.threads);
  });
}

std::vector<Unit> scan(Run& run, const ReadSettings& settings) {
  Listing listing = scan_units(run.comm, run.job.corpus);
  if (listing.ignored_files > 0) {
    log::info("{} files in the folders under [corpus] posts have no known suffix and are not read",
              listing.ignored_files);
  }
  if (listing.results_folders > 0) {
    log::info("{} folders under [corpus] posts hold results of Shoal and are not read",
              listing.results_folders);
  }
  run.reading = size_of_reading(run, listing.units, settings);
  require_memory_for_reading(run);
  return std::move(listing.units);
}

/// Rows stand in the order of file names, which would tell whose they are: results have another order.
std::vector<std::int64_t> places_of_posts(Run& run) {
  std::vector<Digest> keys;
  keys.reserve(run.corpus.posts.size());
  for (const Post& post : run.corpus.posts) {
    keys.push_back(run.pseudonyms->digest_of(pseudonym_kind::kPost, post.id));
  }
  return places_by_key(run.comm, run.corpus.partition, keys);
}

void replace_names(Run& run) {
  run.table("posts").stored = places_of_posts(run);
  const Pseudonyms& pseudonyms = *run.pseudonyms;
  for (Post& post : run.corpus.posts) {
    post.creator_name.clear();
    if (!run.job.corpus.keeps_shortcodes) post.shortcode.clear();
    // The id of a post without shortcode is a digest of its file's name and content.
    if (post.shortcode.empty()) post.id = pseudonyms.of(pseudonym_kind::kPost, post.id);
    if (!post.creator.empty()) post.creator = pseudonyms.of(pseudonym_kind::kAccount, post.creator);
    if (run.job.corpus.keeps_captions) {
      post.caption = without_handles(post.caption, post.mentions, post.platform, pseudonyms);
      if (!run.job.corpus.keeps_shortcodes) post.caption = without_shortcodes(post.caption, pseudonyms);
    }
    for (std::string& name : post.mentions) name = pseudonyms.of(pseudonym_kind::kAccount, name);
  }
  for (Account& account : run.corpus.accounts) {
    account = {pseudonyms.of(pseudonym_kind::kAccount, account.key),
               {},
               {},
               account.followers,
               account.followees,
               account.posts};
  }
  // Whoever has the files of an account could tell from a plain digest that the corpus is made of them.
  run.corpus.digest = pseudonyms.digest_of(pseudonym_kind::kCorpus, to_hex(run.corpus.digest));
}

ReadSettings settings_of(Run& run, const ForgottenList& list) {
  ReadSettings settings{run.job.corpus.keep, run.threads};
  settings.notes_sources = !run.job.corpus.pseudonyms;
  settings.rules = run.job.corpus.rules;
  if (list.empty()) return settings;
  settings.forgotten = forgotten_by(list, *run.pseudonyms);
  return settings;
}

/// A key that cannot be had ends a run before it reads. Where nothing may be written any key will do: what is
/// planned does not depend on it.
MissingKey if_missing(const Run& run) { return run.work ? MissingKey::is_made : MissingKey::could_be_made; }

void read_without_names(Run& run, MissingKey missing) {
  // Without pseudonyms results depend on nothing beside the key.
  const ForgottenList list =
      run.job.corpus.pseudonyms ? agree_on_forgotten(run.comm, run.job.corpus) : ForgottenList();
  if (run.job.corpus.pseudonyms) {
    // What was forgotten is listed by the pseudonyms of one key, and another one would bring it back.
    run.pseudonyms =
        agree_on_pseudonyms(run.comm, run.job.corpus, list.empty() ? missing : MissingKey::is_an_error);
  }
  const ReadSettings settings = settings_of(run, list);
  run.corpus = read_corpus(run.comm, scan(run, settings), settings);
  if (!list.empty())
    run.corpus.digest = sha256(fmt::format("{}\n{}", to_hex(run.corpus.digest), list.text()));
  run.quarantine = std::move(run.corpus.quarantine);
  if (run.corpus.ignored_files > 0) {
    log::info("{} files of no known format in the folders under [corpus] posts are not read",
              run.corpus.ignored_files);
  }
  if (run.corpus.shared_handles > 0) {
    log::warning("{} handles stand under several account numbers: their accounts count as one",
                 run.corpus.shared_handles);
  }
  run.table("posts").partition = run.corpus.partition;
  const Accounting& counts = run.corpus.accounting;
  log::info("read {} records from {} files: {} kept, {} filtered, {} merged, {} quarantined", counts.read,
            run.corpus.files, counts.kept, counts.filtered, counts.merged, counts.quarantined);
  if (counts.kept > 0) return;
  run.why_no_posts = why_no_posts(run);
  // Clusterings refuse to have nothing, with this sentence.
  const bool groups =
      std::ranges::any_of(run.stages, [](const auto& s) { return s->when() == When::groupings; });
  if (!groups && run.comm.is_root()) log::warning("{}", run.why_no_posts);
}

/// What of persons the results will hold, as a line.
std::string about_personal_data(const CorpusJob& job) {
  std::vector<std::string_view> parts;
  const auto add = [&](bool held, std::string_view part) {
    if (held) parts.push_back(part);
  };
  add(!job.pseudonyms, "handles and display names of accounts, mentions, names of files");
  add(job.pseudonyms, "pseudonyms of accounts and mentions");
  add(!job.pseudonyms || job.keeps_shortcodes, "shortcodes and addresses of posts");
  add(job.keeps_captions, "captions");
  add(job.keeps_places, "places");
  add(job.keeps_account_counts, "followers and posts of accounts");
  add(job.keeps_tags, "all hashtags");
  add(job.rules.keeps_urls, "addresses of images");
  return fmt::format("  personal data in the results: {}\n", fmt::join(parts, "; "));
}

/// Raised when the same files give other posts, as kinds' versions are.
constexpr int kReading = 5;

Entry entry_of(const Job& job) {
  Entry entry{.section = "", .name = "read", .kind = "read", .version = kReading};
  entry.settings = job.corpus_record;
  return entry;
}

}  // namespace

Listing scan_units(Communicator& comm, const CorpusJob& corpus) {
  Listing listing = list_units(comm, corpus.posts);
  listing.units = share_by_size(comm, std::move(listing.units));
  return listing;
}

void read_posts_as_shown(Run& run, MissingKey missing) {
  read_without_names(run, missing);
  if (run.job.corpus.pseudonyms) replace_names(run);
}

ReadStage::ReadStage(const Job& job) : Stage(entry_of(job)) {}

std::vector<ColumnOfTable> ReadStage::columns(const StageList&) const {
  std::vector<ColumnOfTable> columns;
  for (std::string& name : names_of_post_columns()) columns.push_back({"posts", std::move(name)});
  return columns;
}

std::string ReadStage::identity(const Run& run) const {
  return fmt::format("{} {}", to_hex(run.corpus.digest),
                     run.pseudonyms ? to_hex(run.pseudonyms->key_digest()) : "names");
}

void ReadStage::run(Run& run) {
  read_posts_as_shown(run, if_missing(run));
  add_post_columns(run.comm, run.table("posts"), run.corpus, run.job.corpus);
  stored_bytes_ = 0;
  captions_ = {};
  for (const Post& post : run.corpus.posts) {
    stored_bytes_ += stored_bytes(post, run.job.corpus);
    if (!run.job.corpus.keeps_captions) continue;
    captions_.total += std::ssize(post.caption);
    captions_.longest = std::max(captions_.longest, std::ssize(post.caption));
  }
  stored_bytes_ = run.comm.sum(stored_bytes_);
  captions_ = {run.corpus.partition.rows(), run.comm.max(captions_.longest), run.comm.sum(captions_.total)};
}

std::string ReadStage::look(Run& run) {
  read_without_names(run, if_missing(run));
  return text_of_summary(summary_of_corpus(run.comm, run.corpus, run.quarantine)) +
         about_personal_data(run.job.corpus);
}

Cost ReadStage::cost(const Run& run, Sizes& sizes) const {
  const std::int64_t rows = run.corpus.partition.rows();
  sizes.rows["posts"] = rows;
  Cost cost;
  cost.written["posts.h5ad"] = stored_bytes_ + captions_.stored_bytes();
  sizes.widest_text = rows == 0 ? 0 : captions_.total / rows;
  return cost;
}

std::string ReadStage::size_text(const Run& run) const {
  return fmt::format("{} posts", run.corpus.partition.rows());
}

void ReadStage::add_facts(Run& run, UnsValue& tree) const {
  const Accounting& counts = run.corpus.accounting;
  UnsValue& accounting = tree["accounting"];
  accounting["read"] = counts.read;
  accounting["kept"] = counts.kept;
  accounting["filtered"] = counts.filtered;
  if (counts.forgotten > 0) accounting["forgotten"] = counts.forgotten;  // of the filtered
  accounting["merged"] = counts.merged;
  accounting["quarantined"] = counts.quarantined;
  accounting["values_quarantined"] = run.corpus.quarantined_values;
  accounting["files"] = run.corpus.files;
  tree["inputs"]["digest"] = to_hex(run.corpus.digest);
  if (!run.pseudonyms)
    tree["inputs"]["bytes"] = run.corpus.bytes;  // as a digest would, their sum tells files apart
  if (run.pseudonyms) tree["pseudonym_key"] = to_hex(run.pseudonyms->key_digest());
}

}  // namespace shoal
