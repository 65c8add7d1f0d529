// Reasons that differ in what they quote are one: the first of them, in the order of quarantine.csv, is
// shown.
#include "pipeline/stages/corpus_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "pipeline/engine/redaction.hpp"
#include "pipeline/results/quarantine_csv.hpp"
#include "shoal/base/odd_text.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

using json = nlohmann::ordered_json;

/// Reasons that are told; further ones are counted together.
constexpr std::size_t kMostReasons = 40;

/// What was left out for one reason.
struct LeftOut {
  std::int64_t rows = 0;
  QuarantineRow first;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& rows& first;
  }
  void add(const LeftOut& more) {
    if (rows == 0 || more.first < first) first = more.first;
    rows += more.rows;
  }
};
/// By kind and reason.
using Reasons = std::map<std::pair<int, std::string>, LeftOut>;

Reasons reasons_of(Communicator& comm, const std::vector<QuarantineRow>& mine) {
  Reasons of_rank;
  for (const QuarantineRow& row : mine)
    of_rank[{static_cast<int>(row.kind), without_quotes_and_numbers(row.reason)}].add({1, row});
  const std::vector<std::pair<std::pair<int, std::string>, LeftOut>> sent(of_rank.begin(), of_rank.end());
  Reasons all;
  for (const auto& part : gather_objects(comm, sent, 0)) {
    for (const auto& [reason, left_out] : part) all[reason].add(left_out);
  }
  return all;
}

json reasons_json(const Reasons& reasons) {
  std::vector<std::pair<std::int64_t, const Reasons::value_type*>> sorted;
  for (const auto& entry : reasons) sorted.emplace_back(-entry.second.rows, &entry);
  std::ranges::stable_sort(sorted, {}, [](const auto& entry) { return entry.first; });
  json list = json::array();
  for (const auto& [rows, entry] : sorted) {
    const QuarantineRow& first = entry->second.first;
    json row{{"kind", word_of(first.kind)},
             {"rows", entry->second.rows},
             {"reason", first.reason},
             {"file", first.file}};
    if (first.record >= 0) row["record"] = first.record;
    list.push_back(std::move(row));
  }
  return list;
}

struct CountField {
  std::string_view name;
  Count Post::*count;
};
constexpr std::array kCountFields{CountField{"likes", &Post::likes}, CountField{"comments", &Post::comments},
                                  CountField{"plays", &Post::plays}};

struct OtherField {
  std::string_view name;
  bool (*is_missing)(const Post& post);
};
constexpr std::array kOtherFields{
    OtherField{"account", [](const Post& post) { return post.creator.empty(); }},
    OtherField{"time", [](const Post& post) { return post.taken_at_precision == TimePrecision::none; }},
    OtherField{"caption", [](const Post& post) { return post.caption.empty(); }},
    OtherField{"hashtags", [](const Post& post) { return post.tags.empty(); }},
    OtherField{"mentions", [](const Post& post) { return post.mentions.empty(); }},
    OtherField{"place", [](const Post& post) { return post.place.name.empty(); }},
    OtherField{"image name", [](const Post& post) { return post.image.empty(); }},
};

/// How many kept posts of all ranks lack what. Collective.
json missing_json(Communicator& comm, const std::vector<Post>& posts) {
  std::vector<std::int64_t> counts;
  for (const CountField& field : kCountFields) {
    for (int reason = 1; reason <= kMissingReasons; ++reason)
      counts.push_back(std::ranges::count_if(
          posts, [&](const Post& post) { return static_cast<int>((post.*field.count).missing) == reason; }));
  }
  for (const OtherField& field : kOtherFields)
    counts.push_back(std::ranges::count_if(posts, field.is_missing));
  comm.allreduce_sum(counts);
  json missing = json::object();
  auto next = counts.begin();
  for (const CountField& field : kCountFields) {
    json& of_field = missing[std::string(field.name)] = json::object();
    for (const std::string_view why : kMissingWords) {
      if (const std::int64_t count = *next++; count > 0) of_field[std::string(why)] = count;
    }
  }
  for (const OtherField& field : kOtherFields) missing[std::string(field.name)] = *next++;
  return missing;
}

std::string formats_text(const json& formats) {
  std::string text = fmt::format("  {:<28}{:>12}{:>14}{:>14}\n", "format", "files", "records", "quarantined");
  for (const json& format : formats) {
    text += fmt::format("  {:<28}{:>12}{:>14}{:>14}\n", format["name"].get<std::string>(),
                        format["files"].get<std::int64_t>(), format["records"].get<std::int64_t>(),
                        format["quarantined"].get<std::int64_t>());
  }
  return text;
}

std::string missing_text(const json& missing) {
  std::string text = "  missing in kept posts\n";
  for (const auto& [field, value] : missing.items()) {
    std::vector<std::string> parts;
    if (value.is_object()) {
      for (const auto& [why, count] : value.items()) {
        std::string words = why;
        std::ranges::replace(words, '_', ' ');
        parts.push_back(fmt::format("{} {}", count.get<std::int64_t>(), words));
      }
    } else if (value.get<std::int64_t>() > 0) {
      parts.push_back(std::to_string(value.get<std::int64_t>()));
    }
    text += fmt::format("  {:<28}{}\n", "  " + field,
                        parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, ", ")));
  }
  return text;
}

std::string reasons_text(const json& reasons) {
  std::string text = "  quarantine, by reason, with the first of each\n";
  std::int64_t others = 0;
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    const json& row = reasons[i];
    const std::int64_t rows = row["rows"].get<std::int64_t>();
    if (i >= kMostReasons) {
      others += rows;
      continue;
    }
    const std::string record =
        row.contains("record") ? fmt::format(", record {}", row["record"].get<std::int64_t>()) : "";
    text += terminal_text(fmt::format("  {:>8} {}{}: {} ({}{})", rows, row["kind"].get<std::string>(),
                                      rows == 1 ? "" : "s", row["reason"].get<std::string>(),
                                      row["file"].get<std::string>(), record)) +
            "\n";
  }
  if (others > 0) text += fmt::format("  {:>8} for other reasons\n", others);
  return text;
}

}  // namespace

json summary_of_corpus(Communicator& comm, const Corpus& corpus, const std::vector<QuarantineRow>& mine) {
  const Accounting& counts = corpus.accounting;
  json summary;
  summary["files"] = corpus.files;
  summary["bytes"] = corpus.bytes;
  summary["formats"] = json::array();
  for (const auto& [name, of_format] : corpus.formats) {
    summary["formats"].push_back({{"name", name.empty() ? "of no known format" : name},
                                  {"files", of_format.files},
                                  {"records", of_format.records},
                                  {"quarantined", of_format.quarantined}});
  }
  summary["records"] = {{"read", counts.read},
                        {"kept", counts.kept},
                        {"filtered", counts.filtered},
                        {"merged", counts.merged},
                        {"quarantined", counts.quarantined}};
  summary["filtered_by"] = json::object();
  for (const auto& [rule, posts] : corpus.filtered_by) summary["filtered_by"][rule] = posts;
  summary["quarantined_values"] = corpus.quarantined_values;
  summary["missing"] = missing_json(comm, corpus.posts);
  summary["quarantine"] = reasons_json(reasons_of(comm, mine));
  return summary;
}

std::string text_of_summary(const json& summary) {
  const json& records = summary["records"];
  const auto count = [&](const char* key) { return records[key].get<std::int64_t>(); };
  std::string text =
      fmt::format("{} records in {} files: {} would be kept, {} filtered, {} merged, {} quarantined\n",
                  count("read"), summary["files"].get<std::int64_t>(), count("kept"), count("filtered"),
                  count("merged"), count("quarantined"));
  text += formats_text(summary["formats"]);
  for (const auto& [rule, posts] : summary["filtered_by"].items())
    text += fmt::format("  filtered by {:<16}{:>12}\n", rule, posts.get<std::int64_t>());
  if (count("kept") > 0) text += missing_text(summary["missing"]);
  if (!summary["quarantine"].empty()) text += reasons_text(summary["quarantine"]);
  return text;
}

}  // namespace shoal
