// Results to draw, and what the page shows of them.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "shoal/report/report.hpp"
#include "shoal/store/h5ad_writer.hpp"
#include "store/sample_results.hpp"
#include "support/mpi_world.hpp"
#include "support/scratch_folder.hpp"

namespace shoal::testing {

inline std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

inline void write_sample_folder(const std::filesystem::path& folder) {
  write_sample_posts(world(), folder / "posts.h5ad");
  write_sample_images(world(), folder / "images.h5ad");
  write_sample_thumbnails(folder / "thumbnails.tar");
}

/// The page of the sample results.
inline std::string sample_page(const ScratchFolder& folder, const ReportOptions& options = {}) {
  write_sample_folder(folder.path());
  write_report(folder.path(), options);
  return content(folder.path() / "report.html");
}

/// Results of posts alone, with this tree under uns/shoal.
inline void write_bare_results(const std::filesystem::path& folder, const UnsValue& uns) {
  H5adWriter writer(world(), folder / "posts.h5ad", {}, 0, 0);
  ASSERT_TRUE(writer.obs_strings("_index", {}));
  ASSERT_TRUE(writer.var_strings("_index", {}));
  writer.uns(uns);
  writer.publish();
}

/// What stands in the section of this id.
inline std::string section_of(const std::string& page, const std::string& id) {
  const std::size_t from = page.find("<section id=\"" + id + "\"");
  return from == std::string::npos ? "" : page.substr(from, page.find("</section>", from) - from);
}

/// The section of a grouping called "found", in the page of results that have nothing else.
inline std::string grouping_section(const ScratchFolder& folder, const UnsValue& grouping) {
  UnsValue uns;
  uns["clusterings"]["found"] = grouping;
  write_bare_results(folder.path(), uns);
  write_report(folder.path(), {});
  return section_of(content(folder.path() / "report.html"), "clustering-0");
}

}  // namespace shoal::testing
