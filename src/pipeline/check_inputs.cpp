// A proposal is a job that runs as it stands, but for what its comments say.
#include "shoal/pipeline/check_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline/engine/threads.hpp"
#include "pipeline/stages/corpus_summary.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/odd_text.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/corpus/mapping.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// What a rank knows of a table of no known format.
struct UnknownTable {
  std::string file;
  std::vector<std::pair<std::string, std::string>> columns;
  std::vector<std::string> unplaced;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& file& columns& unplaced;
  }
};

std::optional<UnknownTable> table_of(const Unit& unit) {
  std::optional<ProposedColumns> proposed;
  try {
    proposed = propose_columns_for(unit.path);
  } catch (const InputError&) {
    return std::nullopt;  // was told when it was read
  }
  if (!proposed) return std::nullopt;
  return UnknownTable{
      unit.relative, {proposed->columns.begin(), proposed->columns.end()}, proposed->unplaced};
}

/// The first of all ranks; without columns where there is none. Collective.
UnknownTable first_unknown_table(Communicator& comm, const std::vector<Unit>& units, const Corpus& corpus) {
  std::set<std::string> unmapped;
  for (const QuarantineRow& row : corpus.quarantine) {
    if (row.reason.ends_with(kMappable)) unmapped.insert(row.file);
  }
  UnknownTable mine;
  for (const Unit& unit : units) {
    if (!mine.file.empty() || unit.offset > 0 || !unmapped.contains(unit.relative)) continue;
    if (auto table = table_of(unit)) mine = std::move(*table);
  }
  UnknownTable first;
  for (UnknownTable& table : all_gather_objects(comm, mine)) {
    if (!table.file.empty() && (first.file.empty() || table.file < first.file)) first = std::move(table);
  }
  return first;
}

std::string toml_text(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

/// A name that job files take, made of the inputs'.
std::string job_name(const fs::path& inputs) {
  std::string name;
  for (const char c : inputs.stem().string()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    name += plain ? c : '-';
  }
  return name.find_first_not_of('-') == name.npos ? "posts" : name;
}

/// is_comment: where posts are read by other formats, and the table may hold none.
std::string columns_section(const UnknownTable& table, bool is_comment) {
  const std::string_view mark = is_comment ? "# " : "";
  std::string text =
      is_comment ? fmt::format("# '{}' is a table of no known format. Where it holds posts:\n", table.file)
                 : fmt::format("# As '{}' is read: change what is wrong.\n", table.file);
  text += fmt::format("{}[corpus.columns]\n", mark);
  for (const auto& [field, column] : table.columns)
    text += fmt::format("{}{} = {}\n", mark, field, toml_text(column));
  if (!table.unplaced.empty())
    text += fmt::format("# columns that fit no field: {}\n",
                        terminal_text(fmt::format("{}", fmt::join(table.unplaced, ", "))));
  return text + "\n";
}

/// Of all ranks. Collective.
bool any_post(Communicator& comm, const Corpus& corpus, bool (*has)(const Post& post)) {
  return comm.max(std::int64_t{std::ranges::any_of(corpus.posts, has)}) > 0;
}

/// What was read, and how.
struct Reading {
  Corpus corpus;
  UnknownTable table;   ///< of no known format; without columns where there is none
  bool mapped = false;  ///< whether the table was read by the columns that are proposed for it
};

/// A folder in which no format finds a post is read once more, by the columns that its first table has.
/// Collective.
Reading read_inputs(Communicator& comm, const std::vector<Unit>& units, int threads) {
  ReadSettings settings{.threads = threads};
  Reading reading;
  reading.corpus = read_corpus(comm, units, settings);
  reading.table = first_unknown_table(comm, units, reading.corpus);
  if (reading.corpus.accounting.kept > 0 || reading.table.columns.empty()) return reading;
  settings.rules.columns = {reading.table.columns.begin(), reading.table.columns.end()};
  reading.corpus = read_corpus(comm, units, settings);
  reading.mapped = true;
  return reading;
}

std::string proposed_job(Communicator& comm, const fs::path& inputs, const Reading& reading) {
  const auto any = [&](bool (*has)(const Post& post)) { return any_post(comm, reading.corpus, has); };
  const bool has_images = any([](const Post& post) { return !post.image.empty(); });
  const bool has_tags = any([](const Post& post) { return !post.tags.empty(); });
  const fs::path folder = fs::is_directory(inputs) ? inputs : inputs.parent_path();
  std::string text = fmt::format("[job]\nname = {}\n\n[corpus]\nposts = [{}]\n", toml_text(job_name(inputs)),
                                 toml_text(inputs.string()));
  if (has_images)
    text += fmt::format("images = [{}]      # where the photos lie\n", toml_text(folder.string()));
  if (has_images && any([](const Post& post) { return post.media == MediaKind::album; }))
    text += "# slides = \"all\"      # the images of all slides, not that of the first alone\n";
  if (reading.mapped) text += "# platform = \"x\"      # whose posts they are, where not Instagram's\n";
  text += "\n";
  if (!reading.table.columns.empty()) text += columns_section(reading.table, !reading.mapped);
  if (has_tags) {
    text +=
        "[features.tags]\nkind = \"tfidf\"\nmin_df = 2\n\n[[cluster]]\nname = \"topics\"\nof = \"tags\"\n"
        "method = \"kmeans\"\nk = 8\n";
  } else if (has_images) {
    text +=
        "[features.colours]\nkind = \"rgb\"\nresize = 32\n\n[[cluster]]\nname = \"looks\"\nof = \"colours\"\n"
        "method = \"kmeans\"\nk = 8\n";
  }
  return text;
}

}  // namespace

CheckSummary check_inputs(Communicator& comm, const fs::path& inputs, int threads) {
  Listing listing = list_units(comm, {{"", inputs.string()}});
  listing.units = share_by_size(comm, std::move(listing.units));
  const Reading reading = read_inputs(comm, listing.units, threads_of_rank(comm, threads));
  const Corpus& corpus = reading.corpus;
  const auto summary = summary_of_corpus(comm, corpus, corpus.quarantine);
  const std::string job = proposed_job(comm, fs::absolute(inputs).lexically_normal(), reading);
  CheckSummary result;
  result.quarantine_rows = comm.sum(std::ssize(corpus.quarantine));
  if (!comm.is_root()) return result;
  nlohmann::ordered_json json{{"corpus", summary}, {"ignored_files", listing.ignored_files}, {"job", job}};
  result.json = json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  result.text = text_of_summary(summary);
  if (listing.ignored_files > 0)
    result.text += fmt::format("  {} other files in it are not read\n", listing.ignored_files);
  if (reading.mapped)
    result.text += "  read by the columns that stand below: change them there where they are wrong\n";
  result.text += "\nA job for it, to be put into a file NAME.toml and changed at will:\n\n" + job;
  return result;
}

}  // namespace shoal
