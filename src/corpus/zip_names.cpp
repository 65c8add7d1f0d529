// `.metadata.json` is an object with a key an address: {url: {filename, url, success, from_dataset,
// post_ids[]}}.
#include "zip_names.hpp"

#include <simdjson.h>

#include <algorithm>
#include <map>
#include <string>

#include "post_fields.hpp"

namespace shoal {
namespace {

constexpr std::uint64_t kLargestList = std::uint64_t{256} << 20;

/// From the name in an address to that of the file; of several files of one name the first.
using OtherNames = std::map<std::string, std::string>;

/// What is damaged in the list, or behind a damaged place, has no other name.
OtherNames other_names(const std::string& json) {
  OtherNames names;
  simdjson::padded_string text(json);
  simdjson::ondemand::parser parser;
  try {
    simdjson::ondemand::document document = parser.iterate(text);
    for (auto field : document.get_object()) {
      const std::string address(std::string_view(field.unescaped_key()));
      simdjson::ondemand::object about;
      std::string_view file;
      if (field.value().get_object().get(about) != simdjson::SUCCESS) continue;
      if (about.find_field_unordered("filename").get_string().get(file) != simdjson::SUCCESS) continue;
      names.emplace(file_name_in_address(address), file);
    }
  } catch (const simdjson::simdjson_error&) {
    // The image names that were found so far stand.
  }
  return names;
}

}  // namespace

void add_other_names(const TarSource& source, const std::vector<ZipEntry>& members,
                     std::vector<ImageCopy>& copies) {
  const auto list = std::ranges::find_if(members, [](const ZipEntry& member) {
    return member.name == ".metadata.json" && member.fault.empty();
  });
  if (list == members.end() || list->bytes > kLargestList) return;
  const ZipText json = read_zip_member(source, list->header, list->bytes);
  if (!json.fault.empty()) return;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < members.size(); ++i) places.emplace(members[i].name, i);
  for (const auto& [name, file] : other_names(json.text)) {
    const auto place = places.find(file);
    if (name.empty() || place == places.end() || places.contains(name)) continue;
    ImageCopy copy = copies[place->second];
    copy.ref.name = name;
    copies.push_back(std::move(copy));
  }
}

}  // namespace shoal
