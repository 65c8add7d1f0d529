// Where the results come from: versions, digests, seeds, settings.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "html.hpp"
#include "sections.hpp"
#include "shoal/base/quantities.hpp"

namespace shoal {
namespace {

std::string code(const std::string& text) { return "<code>" + escape_html(text) + "</code>"; }

std::string made_by(const UnsValue& uns) {
  return fmt::format("Shoal {}, results format {}", escape_html(uns.text("version", "unknown")),
                     uns.integer("format", 0));
}

std::string inputs(const UnsValue& uns) {
  return bytes_text(uns.integer("inputs/bytes", 0), ByteUnits::decimal);
}

std::string hashtags(const UnsValue& uns) {
  std::string text = fmt::format("{} in the vocabulary; {} at least one of them",
                                 counted(uns.integer("tags/vocabulary", 0), "hashtag", "hashtags"),
                                 counted(uns.integer("tags/posts_with_tags", 0), "post has", "posts have"));
  if (uns.find("tags/min_df") != nullptr) {
    text +=
        fmt::format("; a hashtag counts from {} on", counted(uns.integer("tags/min_df", 1), "post", "posts"));
  }
  return text;
}

std::string network(const UnsValue& uns) {
  const std::int64_t side = uns.integer("weights/side", 0);
  return fmt::format("{}, layer {}, on {} × {} pixels", escape_html(uns.text("weights/model", "unknown")),
                     escape_html(uns.text("weights/layer", "unknown")), side, side);
}

std::string weights(const UnsValue& uns) {
  const bool trained = uns.truth("weights/trained", false);
  return fmt::format("{}{}", trained ? "" : "<strong>UNTRAINED</strong> – ",
                     escape_html(uns.text("weights/origin", "unknown origin")));
}

/// A set that is made of others, in a sentence.
std::string derived_set(const std::string& name, const UnsValue& set, const std::vector<std::string>& of) {
  const std::string kind = set.text("kind", "");
  const std::string parts = fmt::format("{}", fmt::join(of, ", "));
  if (kind == "scale") {
    return fmt::format(
        "{}: {}, {}", name, parts,
        set.text("by", "") == "unit" ? "rows of unit length" : "columns of mean 0 and deviation 1");
  }
  if (kind == "concat") {
    return fmt::format("{}: {} beside each other, multiplied by {}", name, parts,
                       fmt::join(set.numbers("weights").values, ", "));
  }
  double share = 0.0;
  const bool centred = kind == "pca";
  for (const double one : set.numbers(centred ? "explained_variance_ratio" : "squared_length_ratio").values)
    share += one;
  return fmt::format("{}: {} of {}, which hold {} of the {} of {}; {} nothing of them", name,
                     counted(set.integer("components", 0), "component", "components"), parts,
                     percentage(share, 1), centred ? "variance" : "squared length",
                     counted(set.integer("rows", 0), "row", "rows"),
                     counted(set.integer("rows_without", 0), "row has", "rows have"));
}

std::string derived_sets(const UnsValue& uns) {
  std::string text;
  for (const auto& [name, set] : uns.map("sets")) {
    const std::vector<std::string> of = set.texts("of").values;
    if (!of.empty()) text += (text.empty() ? "" : "<br>") + escape_html(derived_set(name, set, of));
  }
  return text;
}

/// A row of the section's table.
struct ProvenanceRow {
  const char* term;
  const char* needs;  ///< the entry of uns without which the row is left out; empty: none
  std::string (*value)(const UnsValue& uns);  ///< HTML; empty: the row is left out
};

constexpr std::array kRows{
    ProvenanceRow{"Made by", "", made_by},
    ProvenanceRow{"Seed", "", [](const UnsValue& uns) { return fmt::format("{}", uns.integer("seed", 0)); }},
    ProvenanceRow{"Arithmetic", "",
                  [](const UnsValue& uns) { return escape_html(uns.text("numeric", "unknown")); }},
    ProvenanceRow{"Inputs", "inputs/bytes", inputs},
    ProvenanceRow{"SHA-256 of the inputs", "",
                  [](const UnsValue& uns) { return code(uns.text("inputs/digest", "unknown")); }},
    ProvenanceRow{"Hashtags", "tags", hashtags},
    ProvenanceRow{"Prepared features", "sets", derived_sets},
    ProvenanceRow{"Network", "weights", network},
    ProvenanceRow{"Weights", "weights", weights},
    ProvenanceRow{"SHA-256 of the weights", "weights",
                  [](const UnsValue& uns) { return code(uns.text("weights/digest", "unknown")); }},
};

/// The settings with one entry per line; as they stand where they are no JSON.
std::string indented(const std::string& settings) {
  const auto parsed = nlohmann::ordered_json::parse(settings, nullptr, false);
  return parsed.is_discarded() ? settings
                               : parsed.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

SectionText draw_provenance(const Results& results, std::size_t /*number*/) {
  const UnsValue& uns = results.uns;
  std::string rows;
  for (const ProvenanceRow& row : kRows) {
    if (uns.find(row.needs) == nullptr) continue;
    const std::string value = row.value(uns);
    if (value.empty()) continue;
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", row.term, value);
  }
  return {
      .lead = "What decides these results to the bit",
      .body = fmt::format("<div class=\"panel\"><table>\n{}</table></div>\n"
                          "<details open><summary>Settings of the job</summary>\n<pre>{}</pre></details>\n",
                          rows, escape_html(indented(uns.text("job", "{}"))))};
}

}  // namespace shoal
