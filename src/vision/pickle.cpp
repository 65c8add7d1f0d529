// Python's pickle protocols 2 to 5 (Lib/pickletools.py tells the opcodes), as far as files of weights use
// them.
#include "pickle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "bytes_reader.hpp"

namespace shoal {
namespace {

/// The descriptions of the largest VGG take 20 kB.
constexpr std::size_t kMaxPickle = std::size_t{1} << 20;
constexpr int kNewestProtocol = 5;

using Kind = PickleValue::Kind;

class Interpreter {
 public:
  Interpreter(std::span<const std::byte> bytes, std::span<const std::string_view> known_globals)
      : reader_(bytes.first(std::min(bytes.size(), kMaxPickle)),
                bytes.size() > kMaxPickle ? "its pickle is larger than any network's description"
                                          : "its pickle ends too early: was it copied completely?"),
        known_globals_(known_globals) {}

  Pickle run() {
    while (true) {
      const auto opcode = reader_.number<std::uint8_t>();
      if (opcode == '.') break;
      if (!read_constant(opcode) && !read_container(opcode) && !read_object(opcode)) refuse_opcode(opcode);
    }
    pickle_.root = pop();
    pickle_.size = reader_.at();
    return std::move(pickle_);
  }

 private:
  [[noreturn]] static void refuse_opcode(std::uint8_t opcode) {
    const bool letter = opcode > ' ' && opcode <= '~';
    throw Refusal{fmt::format(
        "its pickle uses the opcode {}, which weights do not need; nothing of it was executed",
        letter ? fmt::format("'{}'", static_cast<char>(opcode)) : fmt::format("0x{:02x}", opcode))};
  }

  PickleIndex push(PickleValue value) {
    pickle_.values.push_back(std::move(value));
    stack_.push_back(static_cast<PickleIndex>(pickle_.values.size() - 1));
    return stack_.back();
  }
  void push_kind(Kind kind, std::int64_t integer = 0) { push({kind, integer, {}, {}, 0, 0}); }
  void push_text(std::uint64_t size) { push({Kind::text, 0, reader_.text(size), {}, 0, 0}); }
  void push_sequence(std::vector<PickleIndex> items) {
    push({Kind::sequence, 0, {}, std::move(items), 0, 0});
  }

  /// Nothing is taken from below the last mark.
  PickleIndex pop() {
    const std::size_t floor = marks_.empty() ? 0 : marks_.back();
    if (stack_.size() <= floor) throw Refusal{"its pickle takes more values than it has: it is damaged"};
    const PickleIndex value = stack_.back();
    stack_.pop_back();
    return value;
  }
  PickleValue& top() {
    const PickleIndex value = pop();
    stack_.push_back(value);
    return pickle_.values[value];
  }
  std::vector<PickleIndex> pop_last(std::size_t count) {
    std::vector<PickleIndex> items(count);
    for (std::size_t i = count; i-- > 0;) items[i] = pop();
    return items;
  }
  std::vector<PickleIndex> pop_to_mark() {
    if (marks_.empty()) throw Refusal{"its pickle goes back to a mark that it has not set: it is damaged"};
    const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleIndex> items(first, stack_.end());
    stack_.erase(first, stack_.end());
    marks_.pop_back();
    return items;
  }

  bool read_constant(std::uint8_t opcode) {
    switch (opcode) {
      case 'N':
        push_kind(Kind::none);
        return true;
      case 0x88:
      case 0x89:
        push_kind(Kind::truth, opcode == 0x88);
        return true;
      case 'K':
        push_kind(Kind::integer, reader_.number<std::uint8_t>());
        return true;
      case 'M':
        push_kind(Kind::integer, reader_.number<std::uint16_t>());
        return true;
      case 'J':
        push_kind(Kind::integer, reader_.number<std::int32_t>());
        return true;
      case 0x8A:
        push_kind(Kind::integer, read_long());
        return true;
      case 'G':
        reader_.skip(sizeof(double));
        push_kind(Kind::number);
        return true;
      default:
        return read_text(opcode);
    }
  }

  /// An integer of as many bytes as the next one says.
  std::int64_t read_long() {
    const std::string_view bytes = reader_.text(reader_.number<std::uint8_t>());
    if (bytes.size() > sizeof(std::int64_t)) throw Refusal{"its pickle holds a number of more than 64 bits"};
    std::uint64_t value = bytes.empty() || (bytes.back() & 0x80) == 0 ? 0 : ~std::uint64_t{0};
    for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return static_cast<std::int64_t>(value);
  }

  bool read_text(std::uint8_t opcode) {
    switch (opcode) {
      case 'U':
      case 0x8C:
        push_text(reader_.number<std::uint8_t>());
        return true;
      case 'T':
      case 'X':
        push_text(reader_.number<std::uint32_t>());
        return true;
      case 0x8D:
        push_text(reader_.number<std::uint64_t>());
        return true;
      default:
        return false;
    }
  }

  bool read_container(std::uint8_t opcode) {
    switch (opcode) {
      case '(':
        marks_.push_back(stack_.size());
        return true;
      case ')':
      case ']':
        push_sequence({});
        return true;
      case 't':
        push_sequence(pop_to_mark());
        return true;
      case 0x85:
      case 0x86:
      case 0x87:
        push_sequence(pop_last(opcode - std::size_t{0x84}));
        return true;
      case '}':
        push_kind(Kind::dictionary);
        return true;
      case 'a':
        append(pop_last(1));
        return true;
      case 'e':
        append(pop_to_mark());
        return true;
      case 's':
        set_items(pop_last(2));
        return true;
      case 'u':
        set_items(pop_to_mark());
        return true;
      default:
        return false;
    }
  }

  void append(const std::vector<PickleIndex>& items) {
    if (top().kind != Kind::sequence) throw Refusal{"its pickle appends to what is no list: it is damaged"};
    top().items.insert(top().items.end(), items.begin(), items.end());
  }
  void set_items(const std::vector<PickleIndex>& items) {
    const bool holds = top().kind == Kind::dictionary || top().kind == Kind::call;
    if (!holds || items.size() % 2 != 0)
      throw Refusal{"its pickle fills what is no dictionary: it is damaged"};
    top().items.insert(top().items.end(), items.begin(), items.end());
  }

  bool read_object(std::uint8_t opcode) {
    switch (opcode) {
      case 0x80:
        if (reader_.number<std::uint8_t>() > kNewestProtocol)
          throw Refusal{"its pickle's protocol is not known"};
        return true;
      case 0x95:
        reader_.skip(sizeof(std::uint64_t));  // how long the frame is: of no use to a reader of memory
        return true;
      case 'c': {
        const std::string_view module = read_line();
        push_global(module, read_line());
        return true;
      }
      case 0x93: {
        const auto names = pop_last(2);
        push_global(text_of(names[0]), text_of(names[1]));
        return true;
      }
      case 'R':
        push_call();
        return true;
      case 'b':
        static_cast<void>(pop());
        if (top().kind != Kind::call)
          throw Refusal{"its pickle gives a state to what is no object: it is damaged"};
        return true;
      case 'Q': {
        const PickleIndex id = pop();
        push({Kind::persistent, 0, {}, {}, 0, id});
        return true;
      }
      default:
        return read_memo(opcode);
    }
  }

  std::string_view text_of(PickleIndex value) const {
    if (pickle_[value].kind != Kind::text) throw Refusal{"its pickle names something by what is no text"};
    return pickle_[value].text;
  }

  std::string_view read_line() {
    BytesReader ahead = reader_;
    std::size_t size = 0;
    while (ahead.number<char>() != '\n') ++size;
    const std::string_view line = reader_.text(size);
    reader_.skip(1);
    return line;
  }

  void push_global(std::string_view module, std::string_view name) {
    const std::string full = std::string(module) + "." + std::string(name);
    const auto found = std::find(known_globals_.begin(), known_globals_.end(), full);
    if (found == known_globals_.end()) {
      throw Refusal{fmt::format(
          "its pickle asks for '{}', which weights do not need; nothing of it was executed", shown(full))};
    }
    push_kind(Kind::global, found - known_globals_.begin());
  }

  void push_call() {
    const auto parts = pop_last(2);
    if (pickle_[parts[0]].kind != Kind::global || pickle_[parts[1]].kind != Kind::sequence) {
      throw Refusal{"its pickle calls what is no function; nothing of it was executed"};
    }
    push({Kind::call, 0, {}, {}, parts[0], parts[1]});
  }

  bool read_memo(std::uint8_t opcode) {
    switch (opcode) {
      case 'q':
        remember(reader_.number<std::uint8_t>());
        return true;
      case 'r':
        remember(reader_.number<std::uint32_t>());
        return true;
      case 0x94:
        remember(static_cast<std::uint32_t>(memo_.size()));
        return true;
      case 'h':
        recall(reader_.number<std::uint8_t>());
        return true;
      case 'j':
        recall(reader_.number<std::uint32_t>());
        return true;
      default:
        return false;
    }
  }

  void remember(std::uint32_t key) {
    memo_[key] = pop();
    stack_.push_back(memo_[key]);
  }
  void recall(std::uint32_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) throw Refusal{"its pickle recalls what it has not kept: it is damaged"};
    stack_.push_back(found->second);
  }

  BytesReader reader_;
  std::span<const std::string_view> known_globals_;
  Pickle pickle_;
  std::vector<PickleIndex> stack_;
  std::vector<std::size_t> marks_;  ///< heights of the stack
  std::unordered_map<std::uint32_t, PickleIndex> memo_;
};

}  // namespace

Pickle read_pickle(std::span<const std::byte> bytes, std::span<const std::string_view> known_globals) {
  return Interpreter(bytes, known_globals).run();
}

}  // namespace shoal
