// What was read and what became of it, as sums that a reader can check.
#include <fmt/format.h>

#include <array>
#include <vector>

#include "html.hpp"
#include "sections.hpp"

namespace shoal {
namespace {

struct Term {
  const char* name;
  std::int64_t count;
};

std::string draw_term(const Term& term) {
  return fmt::format("<li><b>{}</b> <span>{}</span></li>\n", grouped(term.count), term.name);
}

/// whole = part + part + ..., with the verdict; the style sheet sets the signs.
std::string draw_sum(const Term& whole, const std::vector<Term>& parts) {
  std::string text = draw_term(whole);
  std::int64_t sum = 0;
  for (const Term& part : parts) {
    text += draw_term(part);
    sum += part.count;
  }
  const std::string verdict =
      sum == whole.count
          ? "<p class=\"check good\">✓ The numbers add up: nothing was lost on the way.</p>\n"
          : fmt::format(
                "<p class=\"check bad\">The parts add up to {}, not {}: this is a defect, please report "
                "it.</p>\n",
                grouped(sum), grouped(whole.count));
  return fmt::format("<ul class=\"sum\">\n{}</ul>\n{}", text, verdict);
}

std::string draw_records(const UnsValue& uns) {
  const UnsValue* accounting = uns.find("accounting");
  if (accounting == nullptr) return "";
  const UnsValue& counts = *accounting;
  const auto count = [&](const char* name) { return Term{name, counts.integer(name, 0)}; };
  std::string text =
      draw_sum(count("read"), {count("kept"), count("filtered"), count("merged"), count("quarantined")});
  if (const std::int64_t forgotten = counts.integer("forgotten", 0); forgotten > 0) {
    text += fmt::format("<p class=\"none\">{} that were filtered had been asked to be forgotten.</p>\n",
                        counted(forgotten, "record", "records"));
  }
  const std::int64_t values = counts.integer("values_quarantined", 0);
  if (values > 0 || counts.integer("quarantined", 0) > 0) {
    text += fmt::format(
        "<p class=\"none\">{} of kept records {} left out too. quarantine.csv names each, with the "
        "reason.</p>\n",
        counted(values, "value", "values"), values == 1 ? "was" : "were");
  }
  return fmt::format("<div class=\"panel\"><h3>Records from {}</h3>\n{}</div>\n",
                     counted(counts.integer("files", 0), "file", "files"), text);
}

std::string draw_images(const UnsValue& uns) {
  if (uns.find("images") == nullptr) return "";
  const auto count = [&](const char* name, const char* entry) {
    return Term{name, uns.integer(std::string("images/") + entry, 0)};
  };
  const std::int64_t missing = uns.integer("images/posts_missing", 0);
  const std::string where =
      missing == 0 ? ""
                   : fmt::format(" {} an image that was not found: missing-images.csv names {}.",
                                 counted(missing, "post names", "posts name"), missing == 1 ? "it" : "them");
  return fmt::format(
      "<div class=\"panel\"><h3>Images</h3>\n{}<p class=\"none\">{} a readable image.{}</p>\n</div>\n",
      draw_sum(count("named by posts", "named"),
               {count("distinct, readable", "rows"), count("missing", "missing"),
                count("unreadable", "unreadable")}),
      counted(uns.integer("images/posts_with_image", 0), "post has", "posts have"), where);
}

/// Of one feature set that was given.
std::string draw_vectors_of(const std::string& set, const UnsValue& counts) {
  const auto count = [&](const char* name, const char* entry) {
    return Term{name, counts.integer(entry, 0)};
  };
  const std::int64_t unusable = counts.integer("unusable", 0);
  const bool of_images = counts.find("images") != nullptr;
  const std::string where = unusable == 0 ? ""
                                          : fmt::format(" quarantine.csv names the {}, with the reason.",
                                                        counted(unusable, "unusable one", "unusable ones"));
  return fmt::format(
      "<div class=\"panel\"><h3>Vectors given as {}</h3>\n{}<p class=\"none\">{} a vector, {} "
      "none.{}</p>\n</div>\n",
      escape_html(set),
      draw_sum(count("read", "read"),
               {count("used", "used"), count("repeated, equal", "merged"),
                count(of_images ? "of no image" : "of no post", "surplus"), count("unusable", "unusable")}),
      of_images ? counted(counts.integer("images", 0), "image has", "images have")
                : counted(counts.integer("posts", 0), "post has", "posts have"),
      grouped(counts.integer("missing", 0)), where);
}

std::string draw_vectors(const UnsValue& uns) {
  if (uns.find("vectors") == nullptr) return "";
  std::string panels;
  for (const auto& [set, counts] : uns.map("vectors")) panels += draw_vectors_of(set, counts);
  return panels;
}

// A table whose rows were counted: a panel each, empty where these results have none.
constexpr std::array kPanels{draw_records, draw_images, draw_vectors};

}  // namespace

SectionText draw_accounting(const Results& results, std::size_t /*number*/) {
  std::string panels;
  for (const auto draw : kPanels) panels += draw(results.uns);
  return {.lead = "Every record that was read, and what became of it", .body = panels};
}

}  // namespace shoal
