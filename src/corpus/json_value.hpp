// From JSON to values as fields want them: of a document, of a line, of a part of a larger one.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "field_value.hpp"

namespace shoal {

/// What a value of a parsed document holds. Lists in lists and objects are unusable values.
class JsonValueReader {
 public:
  /// repaired: whether bytes that are not UTF-8 were replaced by kBrokenBytes.
  explicit JsonValueReader(bool repaired) : repaired_(repaired) {}

  /// Throws simdjson_error where the document breaks off.
  [[nodiscard]] FieldValue read(simdjson::ondemand::value value) const;
  /// A value that is no list; a list is not looked into, however deep it goes.
  [[nodiscard]] FieldValue read_single(simdjson::ondemand::value value) const;

  static char first_of(simdjson::ondemand::value value) {
    return std::string_view(value.raw_json_token()).front();
  }

 private:
  [[nodiscard]] FieldValue read_text(simdjson::ondemand::value value) const;

  bool repaired_;
};

/// Tells most texts from all of some keys, by their length and first byte.
class KeyBeginnings {
 public:
  explicit KeyBeginnings(std::span<const std::string_view> keys) {
    for (const std::string_view key : keys) beginnings_[place_of(key)] |= bit_of(key);
  }
  [[nodiscard]] bool may_be_one(std::string_view text) const {
    return (beginnings_[place_of(text)] & bit_of(text)) != 0;
  }

 private:
  static std::size_t place_of(std::string_view key) { return key.size() % 64; }
  static std::uint64_t bit_of(std::string_view key) {
    return std::uint64_t{1} << (key.empty() ? 0U : static_cast<unsigned char>(key.front()) % 64U);
  }

  std::array<std::uint64_t, 64> beginnings_{};
};

/// Loads whole documents: of their objects, at any depth, only what stands under the keys that are asked for.
/// The rest is passed over at the speed of the parser. Not for several threads.
class JsonLoader {
 public:
  /// A value that is nested deeper is unusable.
  static constexpr int kDeepest = 24;

  /// keys: outlive the loader and its values.
  explicit JsonLoader(std::span<const std::string_view> keys);
  ~JsonLoader();

  /// text: one value, with white space around it. Bytes that are not UTF-8, half a surrogate pair and control
  /// characters in texts cost the value that they stand in, or less. Of kind unusable where it is not JSON:
  /// "is not JSON: ...".
  FieldValue load(std::string_view text);

 private:
  class Pass;

  std::span<const std::string_view> keys_;
  KeyBeginnings beginnings_;
  std::unique_ptr<simdjson::ondemand::parser> parser_;
  std::string text_;
};

}  // namespace shoal
