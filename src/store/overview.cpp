// From uns/shoal, and from the labels of rows that both files have.
#include "shoal/store/overview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "matched_rows.hpp"
#include "shoal/cluster/agreement.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace {

using nlohmann::json;
using Settings = std::map<std::string, std::string>;

constexpr std::int64_t kRowsAtOnce = std::int64_t{1} << 18;

std::string below(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

/// Each value under the path that leads to it. Entries of a list that have names stand under these.
void add_settings(const json& value, const std::string& path, Settings& settings) {
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) add_settings(member, below(path, name), settings);
    return;
  }
  const auto is_named = [](const json& entry) { return entry.is_object() && entry.contains("name"); };
  if (value.is_array() && !value.empty() && std::ranges::all_of(value, is_named)) {
    for (const json& entry : value)
      add_settings(entry, below(path, entry["name"].get<std::string>()), settings);
    return;
  }
  settings[path] = value.is_string() ? value.get<std::string>() : value.dump();
}

Settings settings_of(const UnsValue& tree) {
  Settings settings;
  const json job = json::parse(tree.text("job", "{}"), nullptr, false);
  add_settings(job.is_discarded() ? json::object() : job, "", settings);
  const auto add = [&](const std::string& name, const std::string& path) {
    if (tree.find(path) != nullptr) settings[name] = tree.text(path, "");
  };
  add("version of Shoal", "version");
  add("arithmetic", "numeric");
  add("digest of weights", "weights/digest");
  for (const auto& [name, set] : tree.map("sets"))
    add("digest of weights of " + name, fmt::format("sets/{}/weights/digest", name));
  return settings;
}

std::vector<SettingDifference> differing(const Settings& a, const Settings& b) {
  std::set<std::string> names;
  for (const auto& [name, value] : a) names.insert(name);
  for (const auto& [name, value] : b) names.insert(name);
  const auto value_in = [](const Settings& settings, const std::string& name) {
    const auto found = settings.find(name);
    return found == settings.end() ? std::string("-") : found->second;
  };
  std::vector<SettingDifference> differences;
  for (const std::string& name : names) {
    SettingDifference difference{name, value_in(a, name), value_in(b, name)};
    if (difference.a != difference.b) differences.push_back(std::move(difference));
  }
  return differences;
}

SameInputs compare_inputs(const UnsValue& a, const UnsValue& b) {
  const std::string digest = a.text("inputs/digest", "");
  if (!digest.empty() && digest == b.text("inputs/digest", "")) return SameInputs::yes;
  const bool one_key = a.text("pseudonym_key", "") == b.text("pseudonym_key", "");
  return one_key && !digest.empty() ? SameInputs::no : SameInputs::unknown;
}

LabelAgreement compare_labels(const H5adFile& a, const H5adFile& b, const MatchedRows& rows,
                              const std::string& clustering) {
  const std::string codes = "obs/" + clustering + "/codes";
  const std::vector<std::int64_t> of_a = a.integers(codes);
  const ArrayInfo in_b = b.array(codes);
  LabelAgreement agreement{.clustering = clustering, .file = {}};
  ContingencyTable table;
  for (std::int64_t first = 0; first < b.rows(); first += kRowsAtOnce) {
    std::int64_t row = first;
    for (const std::int64_t label : b.integer_rows(in_b, first, std::min(kRowsAtOnce, b.rows() - first))) {
      const std::int64_t other = rows.row_of_a(row++);
      if (other < 0) continue;
      const std::int64_t label_of_a = of_a[static_cast<std::size_t>(other)];
      if (label >= 0 && label_of_a >= 0) table.add(label_of_a, label);
      if ((label >= 0) != (label_of_a >= 0)) ++agreement.labelled_in_one;
    }
  }
  agreement.labelled = table.items();
  agreement.adjusted_rand = table.adjusted_rand_index();
  return agreement;
}

void add_table(const FilePair& pair, const H5adFile& a, const H5adFile& b, ResultsOverview& overview) {
  const MatchedRows rows(a, b);
  const std::string name = pair.a.filename().string();
  overview.rows.push_back({name, rows.in_both(), rows.only_in_a(), rows.only_in_b()});
  const UnsValue tree_a = a.uns("uns/shoal");
  const UnsValue tree_b = b.uns("uns/shoal");
  for (const auto& [clustering, facts] : tree_a.map("clusterings")) {
    const bool here = pair.table.empty() || facts.text("rows", "posts") == pair.table;
    const std::string codes = "obs/" + clustering + "/codes";
    if (!here || tree_b.find("clusterings/" + clustering) == nullptr || !a.has(codes) || !b.has(codes))
      continue;
    overview.labels.push_back(compare_labels(a, b, rows, clustering));
    overview.labels.back().file = name;
  }
}

std::string about_inputs(SameInputs inputs) {
  switch (inputs) {
    case SameInputs::yes:
      return "the same posts were read";
    case SameInputs::no:
      return "other posts were read";
    case SameInputs::unknown:
      break;
  }
  return "whether the same posts were read is not known: names were replaced under two keys, or in one of "
         "them";
}

std::string about_rows(const RowsInBoth& rows) {
  if (rows.only_in_a == 0 && rows.only_in_b == 0) return fmt::format("{} in both", rows.in_both);
  return fmt::format("{} in both, {} only in the first, {} only in the second", rows.in_both, rows.only_in_a,
                     rows.only_in_b);
}

std::string about_labels(const LabelAgreement& labels) {
  if (labels.labelled == 0) return "no row of both has a group in both";
  const std::string but =
      labels.labelled_in_one == 0
          ? ""
          : fmt::format("; {} more have a group in one of them only", labels.labelled_in_one);
  if (labels.adjusted_rand == 1.0) return fmt::format("the same groups, of {} rows{}", labels.labelled, but);
  return fmt::format("adjusted Rand index {:.4f} over {} rows{}", labels.adjusted_rand, labels.labelled, but);
}

}  // namespace

ResultsOverview overview_of(const std::vector<FilePair>& pairs) {
  ResultsOverview overview;
  for (const FilePair& pair : pairs) {
    const H5adFile a(pair.a);
    const H5adFile b(pair.b);
    if (&pair == &pairs.front()) {
      const UnsValue tree_a = a.uns("uns/shoal");
      const UnsValue tree_b = b.uns("uns/shoal");
      overview.inputs = compare_inputs(tree_a, tree_b);
      overview.settings = differing(settings_of(tree_a), settings_of(tree_b));
    }
    add_table(pair, a, b, overview);
  }
  return overview;
}

std::string format_overview(const ResultsOverview& overview) {
  std::string text = fmt::format("inputs     {}\n", about_inputs(overview.inputs));
  text += fmt::format("settings   {}\n", overview.settings.empty()
                                             ? std::string("the same")
                                             : fmt::format("{} differ", overview.settings.size()));
  for (const SettingDifference& setting : overview.settings)
    text += fmt::format("  {}: {} and {}\n", setting.name, setting.a, setting.b);
  for (const RowsInBoth& rows : overview.rows)
    text += fmt::format("rows       {}: {}\n", rows.file, about_rows(rows));
  for (const LabelAgreement& labels : overview.labels)
    text += fmt::format("groups     {} ({}): {}\n", labels.clustering, labels.file, about_labels(labels));
  return text;
}

}  // namespace shoal
