// Each record is parsed by itself: what is wrong in one cannot disturb the next.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "json_formats.hpp"
#include "json_text.hpp"
#include "json_value.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

class RecordReader {
 public:
  RecordReader(const JsonFormat& format, const InputFile& file)
      : format_(format), file_(file), keys_(keys_of(format, file.rules())), loader_(keys_) {}

  /// what: "the line".
  void read(std::string_view text, std::string_view list, std::string_view what, ReadResult& result) {
    const std::int64_t number = result.next_record();
    const FieldValue value = loader_.load(text);
    if (value.kind == FieldValue::Kind::unusable) {
      return result.quarantine_record(number, fmt::format("{} {}", what, value.text));
    }
    if (value.kind != FieldValue::Kind::object) {
      return result.quarantine_record(number, fmt::format("{} is not an object", what));
    }
    format_.read({value, list, number, text, file_}, result);
  }

 private:
  static std::vector<std::string_view> keys_of(const JsonFormat& format, const ReadRules& rules) {
    std::vector<std::string_view> keys(format.keys.begin(), format.keys.end());
    if (format.more_keys != nullptr) std::ranges::copy(format.more_keys(rules), std::back_inserter(keys));
    return keys;
  }

  const JsonFormat& format_;
  const InputFile& file_;
  std::vector<std::string_view> keys_;
  JsonLoader loader_;
};

/// Goes through a document's outer brackets.
class DocumentReader {
 public:
  DocumentReader(const JsonFormat& format, std::string_view text, const InputFile& file)
      : format_(format), file_(file), records_(format, file), text_(text) {}

  ReadResult read() {
    do {
      read_root();
    } while (!broken_ && format_.wrapped != nullptr && (next() == '{' || next() == '['));
    if (!broken_ && next() != '\0') {
      result_.quarantine_record(-1, "something follows the document, and is not read");
    }
    return std::move(result_);
  }

 private:
  void read_root() {
    if (next() == '[') return read_list({});
    const auto wrapped =
        format_.wrapped == nullptr ? std::nullopt : format_.wrapped(text_.substr(at_), file_.rules());
    return wrapped ? read_wrapped(*wrapped) : read_root_object();
  }

  /// The next character that is no white space; '\0' at the end.
  char next() {
    at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  /// The value that begins here, and goes behind it. Empty where the text breaks off in it.
  std::string_view take_value() {
    const char first = next();
    const std::size_t begin = at_;
    if (first == '{' || first == '[') {
      const std::size_t bytes = end_of_brackets(text_.substr(at_));
      if (bytes > text_.size() - at_) return break_off();
      at_ += bytes;
    } else if (first == '"') {
      at_ = end_of_json_text(text_, at_) + 1;
      if (at_ > text_.size()) return break_off();
    } else {
      at_ = std::min(text_.find_first_of(",]}", at_), text_.size());
    }
    return trimmed(text_.substr(begin, at_ - begin));
  }

  std::string_view break_off() {
    broken_ = true;
    at_ = text_.size();
    result_.quarantine_record(-1, fmt::format("the file breaks off after {} records", result_.records));
    return {};
  }

  void read_list(std::string_view name) {
    ++at_;
    for (char c = next(); c != ']'; c = next()) {
      if (c == ',') {
        ++at_;
        continue;
      }
      if (c == '\0' || c == '}' || c == ':') return static_cast<void>(break_off());
      const std::string_view record = take_value();
      if (broken_) return;
      if (record.empty()) return static_cast<void>(break_off());
      records_.read(record, name, "the record", result_);
    }
    ++at_;
  }

  /// What else the object has is not looked at.
  void read_wrapped(const WrappedList& list) {
    const std::size_t root = at_;
    at_ += list.begin;
    read_list(list.name);
    if (broken_) return;
    const std::size_t bytes = end_of_brackets(text_.substr(root));
    if (bytes > text_.size() - root) return static_cast<void>(break_off());
    at_ = root + bytes;
  }

  /// Its lists are known by their keys; without such the object is a record itself.
  void read_root_object() {
    const std::size_t begin = at_;
    bool has_lists = false;
    ++at_;
    for (char c = next(); c != '}'; c = next()) {
      if (c == ',') {
        ++at_;
        continue;
      }
      if (c != '"') return read_root_as_record(begin, has_lists);
      const std::string_view key = take_value();
      if (broken_ || next() != ':') return read_root_as_record(begin, has_lists);
      ++at_;
      const std::string_view name = key.substr(1, key.size() - 2);
      const bool of_records = format_.any_list || std::ranges::count(format_.lists, name) > 0;
      if (of_records && next() == '[') {
        has_lists = true;
        read_list(name);
        if (broken_) return;
      } else if (take_value(); broken_) {
        return;
      }
    }
    ++at_;
    if (!has_lists) records_.read(text_.substr(begin, at_ - begin), {}, "the file", result_);
  }

  void read_root_as_record(std::size_t begin, bool has_lists) {
    if (broken_) return;
    broken_ = true;
    if (has_lists) {
      result_.quarantine_record(-1, fmt::format("the file is not JSON behind {} records", result_.records));
    } else {
      records_.read(text_.substr(begin), {}, "the file", result_);
    }
  }

  const JsonFormat& format_;
  const InputFile& file_;
  RecordReader records_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool broken_ = false;
  ReadResult result_;
};

/// A line without the comma behind its object: such lines are the inside of a list.
std::string_view without_comma(std::string_view line) {
  const std::string_view record = trimmed(line);
  return record.ends_with(',') && trimmed(record.substr(0, record.size() - 1)).ends_with('}')
             ? record.substr(0, record.size() - 1)
             : line;
}

std::string fault_of(const JsonFormat& format, const InputFile& file) {
  return format.fault == nullptr ? std::string() : format.fault(file.rules());
}

}  // namespace

ReadResult read_json_lines(const JsonFormat& format, const LineRange& range) {
  ReadResult result;
  if (std::string fault = fault_of(format, range.file); !fault.empty()) {
    // Once for the file, whichever part of it this is.
    if (range.first) result.quarantine_record(-1, std::move(fault));
    return result;
  }
  RecordReader records(format, range.file);
  for_each_line(range.lines, [&](std::string_view line) {
    line = without_comma(line);
    if (line.find_first_not_of(kSpace) != line.npos) records.read(line, {}, "the line", result);
  });
  return result;
}

ReadResult read_json_document(const JsonFormat& format, std::string_view text, const InputFile& file) {
  if (std::string fault = fault_of(format, file); !fault.empty()) {
    ReadResult result;
    result.quarantine_record(-1, std::move(fault));
    return result;
  }
  return DocumentReader(format, text, file).read();
}

}  // namespace shoal
