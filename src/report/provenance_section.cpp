// Where the results come from: versions, digests, seeds, settings.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "html.hpp"
#include "page.hpp"
#include "shoal/base/quantities.hpp"

namespace shoal {
namespace {

std::string row(std::string_view term, const std::string& value) {
  return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", term, value);
}

std::string code(const std::string& text) { return "<code>" + escape_html(text) + "</code>"; }

std::string draw_tag_rows(const UnsValue& uns) {
  if (uns.find("tags") == nullptr) return "";
  std::string text = fmt::format("{} in the vocabulary; {} at least one of them",
                                 counted(uns.integer("tags/vocabulary", 0), "hashtag", "hashtags"),
                                 counted(uns.integer("tags/posts_with_tags", 0), "post has", "posts have"));
  if (uns.find("tags/min_df") != nullptr) {
    text +=
        fmt::format("; a hashtag counts from {} on", counted(uns.integer("tags/min_df", 1), "post", "posts"));
  }
  return row("Hashtags", text);
}

std::string draw_weight_rows(const UnsValue& uns) {
  if (uns.find("weights") == nullptr) return "";
  const bool trained = uns.truth("weights/trained", false);
  const std::int64_t side = uns.integer("weights/side", 0);
  return row("Network",
             fmt::format("{}, layer {}, on {} × {} pixels", escape_html(uns.text("weights/model", "unknown")),
                         escape_html(uns.text("weights/layer", "unknown")), side, side)) +
         row("Weights", fmt::format("{}{}", trained ? "" : "<strong>UNTRAINED</strong> – ",
                                    escape_html(uns.text("weights/origin", "unknown origin")))) +
         row("SHA-256 of the weights", code(uns.text("weights/digest", "unknown")));
}

/// The settings with one entry per line; as they stand where they are no JSON.
std::string indented(const std::string& settings) {
  const auto parsed = nlohmann::ordered_json::parse(settings, nullptr, false);
  return parsed.is_discarded() ? settings
                               : parsed.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

std::string draw_provenance(const Results& results) {
  const UnsValue& uns = results.uns;
  std::string rows =
      row("Made by", fmt::format("Shoal {}, results format {}", escape_html(uns.text("version", "unknown")),
                                 uns.integer("format", 0)));
  rows += row("Seed", fmt::format("{}", uns.integer("seed", 0)));
  rows += row("Arithmetic", escape_html(uns.text("numeric", "unknown")));
  rows += row("Inputs", bytes_text(uns.integer("inputs/bytes", 0), ByteUnits::decimal));
  rows += row("SHA-256 of the inputs", code(uns.text("inputs/digest", "unknown")));
  rows += draw_tag_rows(uns) + draw_weight_rows(uns);
  return fmt::format(
      "<section id=\"provenance\" aria-labelledby=\"title-provenance\">\n"
      "<h2 id=\"title-provenance\">Provenance</h2>\n<p class=\"lead\">What decides these results to the "
      "bit</p>\n"
      "<div class=\"panel\"><table>\n{}</table></div>\n"
      "<details open><summary>Settings of the job</summary>\n<pre>{}</pre></details>\n</section>\n",
      rows, escape_html(indented(uns.text("job", "{}"))));
}

}  // namespace shoal
