// A text is parsed as it is; only where that shows a slip it is mended, and parsed once more.
#include "json_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "excerpt.hpp"
#include "json_text.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

namespace json = simdjson::ondemand;
using Kind = FieldValue::Kind;

/// What a word stands for that is no text, number, list or object; programs write NaN, None, NaT and
/// undefined for null, True for true and False for false, and JSON knows none of these.
FieldValue value_of_word(std::string_view word) {
  for (const char* truth : {"true", "false", "True", "False"}) {
    if (word == truth) return {Kind::truth, std::string(word)};
  }
  for (const char* nothing : {"null", "NaN", "None", "NaT", "undefined"}) {
    if (word == nothing) return {};
  }
  return FieldValue::unusable(fmt::format("is {}, which JSON does not have", in_quotes(word)));
}

}  // namespace

FieldValue JsonValueReader::read(json::value value) const {
  // A list that does not end would have its first bracket as its token, and no error.
  if (first_of(value) != '[') return read_single(value);
  FieldValue list{Kind::list};
  for (auto element : value.get_array()) list.elements.push_back(read_single(element.value()));
  return list;
}

FieldValue JsonValueReader::read_single(json::value value) const {
  const char first = first_of(value);
  if (first == '"') return read_text(value);
  if (first == '[') return FieldValue::unusable("is a list");
  if (first == '{') return FieldValue::unusable("is an object");
  const std::string_view token = trimmed(std::string_view(value.raw_json_token()));
  const std::string_view digits = token.substr(token.starts_with('-') ? 1 : 0);
  if (!digits.empty() && digits.front() >= '0' && digits.front() <= '9') {
    return {Kind::number, std::string(token)};
  }
  return value_of_word(token);
}

FieldValue JsonValueReader::read_text(json::value value) const {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) {
    return FieldValue::unusable("holds an escape that JSON does not have");
  }
  if (repaired_ && text.find(kBrokenBytes) != text.npos) return FieldValue::unusable("is not UTF-8");
  return FieldValue::of_text(std::string(text));
}

/// One pass over a text.
class JsonLoader::Pass {
 public:
  Pass(std::span<const std::string_view> keys, const KeyBeginnings& beginnings, bool repaired)
      : keys_(keys), beginnings_(beginnings), values_(repaired) {}

  /// Whether a text was met that mending might make usable.
  [[nodiscard]] bool may_be_mended() const { return may_be_mended_; }

  FieldValue load(json::document& document) {
    json::value root;
    // A document that is no object or list is a value of its own kind, which no format has.
    if (const auto error = document.get_value().get(root)) {
      if (error == simdjson::SCALAR_DOCUMENT_AS_VALUE)
        return FieldValue::unusable("is neither an object nor a list");
      throw simdjson::simdjson_error(error);
    }
    FieldValue value = load(root, 0);
    const char* next = nullptr;
    if (document.current_location().get(next) == simdjson::SUCCESS) {
      throw simdjson::simdjson_error(simdjson::TRAILING_CONTENT);
    }
    return value;
  }

 private:
  FieldValue load(json::value value, int depth) {
    const char first = JsonValueReader::first_of(value);
    if (first != '{' && first != '[') {
      FieldValue single = values_.read_single(value);
      may_be_mended_ |= first == '"' && single.kind == Kind::unusable;
      return single;
    }
    if (depth >= kDeepest)
      return FieldValue::unusable(fmt::format("is nested deeper than {} levels", kDeepest));
    return first == '[' ? load_list(value, depth + 1) : load_object(value, depth + 1);
  }

  FieldValue load_list(json::value value, int depth) {
    FieldValue list{Kind::list};
    for (auto element : value.get_array()) list.elements.push_back(load(element.value(), depth));
    return list;
  }

  FieldValue load_object(json::value value, int depth) {
    FieldValue object{Kind::object};
    constexpr std::size_t kUsual = 8;  // of the keys that are asked for
    object.keys.reserve(kUsual);
    object.elements.reserve(kUsual);
    for (auto field : value.get_object()) {
      json::field member = std::move(field).take_value();
      std::string_view spelled;
      if (member.unescaped_key().get(spelled) != simdjson::SUCCESS) continue;
      if (!beginnings_.may_be_one(spelled)) continue;
      const auto key = std::ranges::find(keys_, spelled);
      if (key == keys_.end()) continue;
      object.keys.push_back(*key);
      object.elements.push_back(load(member.value(), depth));
    }
    return object;
  }

  std::span<const std::string_view> keys_;
  const KeyBeginnings& beginnings_;
  JsonValueReader values_;
  bool may_be_mended_ = false;
};

JsonLoader::JsonLoader(std::span<const std::string_view> keys)
    : keys_(keys), beginnings_(keys), parser_(std::make_unique<json::parser>()) {}
JsonLoader::~JsonLoader() = default;

FieldValue JsonLoader::load(std::string_view text) {
  text_.assign(text);
  for (const bool repaired : {false, true}) {
    if (repaired) text_ = readable_object(text, true);
    text_.reserve(text_.size() + simdjson::SIMDJSON_PADDING);
    try {
      json::document document = parser_->iterate(text_.data(), text_.size(), text_.capacity());
      Pass pass(keys_, beginnings_, repaired);
      FieldValue value = pass.load(document);
      if (repaired || !pass.may_be_mended()) return value;
    } catch (const simdjson::simdjson_error& error) {
      if (error.error() == simdjson::MEMALLOC) throw std::bad_alloc();
      if (repaired) return FieldValue::unusable(fmt::format("is not JSON: {}", error.what()));
    }
  }
  return {};
}

}  // namespace shoal
