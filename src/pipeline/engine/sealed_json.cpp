// The text is its own canonical form: parsed and written again, it must be the same.
#include "pipeline/engine/sealed_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "shoal/base/crc32c.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace {

using nlohmann::json;

constexpr const char* kField = "crc32c";

std::string text_of(const json& value) { return value.dump(2, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string sealed_text(json object) {
  object.erase(kField);
  // Parsed again, so that what cannot be written as JSON is replaced before the checksum is taken.
  object = json::parse(text_of(object));
  const std::string text = text_of(object);
  object[kField] = fmt::format("{:08x}", crc32c(std::as_bytes(std::span(text))));
  return text_of(object) + "\n";
}

json read_sealed(const std::filesystem::path& path) {
  const auto bytes = read_own_file(path);
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  json object = json::parse(text, nullptr, false);
  if (!object.is_object() || sealed_text(object) != text) {
    throw FailureError(
        fmt::format("'{}' is damaged: it does not fit its own checksum; run the job again", path.string()));
  }
  return object;
}

}  // namespace shoal
