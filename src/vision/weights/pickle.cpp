// Python's pickle protocols 1 to 5 (its pickletools.py tells the opcodes), without what lies outside of the
// file: buffers, extensions' numbers, persistent ids as lines.
#include "vision/weights/pickle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "vision/weights/bytes_reader.hpp"
#include "vision/weights/pickle_constants.hpp"
#include "vision/weights/pickle_stack.hpp"

namespace shoal {
namespace {

/// The descriptions of the largest VGG take 20 kB; a checkpoint may have more beside them.
constexpr std::size_t kMaxPickle = std::size_t{1} << 24;
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
      if (!read_pickle_constant(opcode, reader_, stack_) && !read_container(opcode) && !read_object(opcode)) {
        refuse_opcode(opcode);
      }
    }
    const PickleIndex root = stack_.pop();
    return {stack_.take_values(), root, reader_.at(), std::move(unknown_)};
  }

 private:
  [[noreturn]] static void refuse_opcode(std::uint8_t opcode) {
    const bool letter = opcode > ' ' && opcode <= '~';
    throw Refusal{fmt::format(
        "its pickle uses the opcode {}, which weights do not need; nothing of it was executed",
        letter ? fmt::format("'{}'", static_cast<char>(opcode)) : fmt::format("0x{:02x}", opcode))};
  }

  bool read_container(std::uint8_t opcode) {
    switch (opcode) {
      case '(':
        stack_.mark();
        return true;
      case ')':
      case ']':
        stack_.push_sequence({});
        return true;
      case 't':
      case 'l':
        stack_.push_sequence(stack_.pop_to_mark());
        return true;
      case 0x85:
      case 0x86:
      case 0x87:
        stack_.push_sequence(stack_.pop_last(opcode - std::size_t{0x84}));
        return true;
      case '}':
        stack_.push_kind(Kind::dictionary);
        return true;
      case 'd': {
        const auto items = stack_.pop_to_mark();
        stack_.push_kind(Kind::dictionary);
        set_items(items);
        return true;
      }
      case 0x8F:
        stack_.push_kind(Kind::other);
        return true;
      case 0x91:
        static_cast<void>(stack_.pop_to_mark());
        stack_.push_kind(Kind::other);
        return true;
      default:
        return read_filling(opcode);
    }
  }

  bool read_filling(std::uint8_t opcode) {
    switch (opcode) {
      case 'a':
        append(stack_.pop_last(1));
        return true;
      case 'e':
        append(stack_.pop_to_mark());
        return true;
      case 's':
        set_items(stack_.pop_last(2));
        return true;
      case 'u':
        set_items(stack_.pop_to_mark());
        return true;
      case 0x90:
        static_cast<void>(stack_.pop_to_mark());
        if (stack_.top().kind != Kind::other && stack_.top().kind != Kind::object)
          throw Refusal{"its pickle adds to what is no set: it is damaged"};
        return true;
      default:
        return false;
    }
  }

  void append(const std::vector<PickleIndex>& items) {
    if (stack_.top().kind == Kind::object) return;
    if (stack_.top().kind != Kind::sequence)
      throw Refusal{"its pickle appends to what is no list: it is damaged"};
    stack_.top().items.insert(stack_.top().items.end(), items.begin(), items.end());
  }
  void set_items(const std::vector<PickleIndex>& items) {
    const Kind kind = stack_.top().kind;
    const bool holds = kind == Kind::dictionary || kind == Kind::call || kind == Kind::object;
    if (!holds || items.size() % 2 != 0)
      throw Refusal{"its pickle fills what is no dictionary: it is damaged"};
    stack_.top().items.insert(stack_.top().items.end(), items.begin(), items.end());
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
      case 'c':
        push_global_of_lines();
        return true;
      case 0x93: {
        const auto names = stack_.pop_last(2);
        push_global(text_of(names[0]), text_of(names[1]));
        return true;
      }
      case 'b':
        static_cast<void>(stack_.pop());
        if (stack_.top().kind != Kind::call && stack_.top().kind != Kind::object)
          throw Refusal{"its pickle gives a state to what is no object: it is damaged"};
        return true;
      case 'Q': {
        const PickleIndex id = stack_.pop();
        stack_.push({Kind::persistent, 0, {}, {}, 0, id});
        return true;
      }
      default:
        return read_call(opcode) || read_memo(opcode);
    }
  }

  std::string_view text_of(PickleIndex value) const {
    if (stack_[value].kind != Kind::text) throw Refusal{"its pickle names something by what is no text"};
    return stack_[value].text;
  }

  void push_global_of_lines() {
    const std::string_view module = read_pickle_line(reader_);
    push_global(module, read_pickle_line(reader_));
  }

  void push_global(std::string_view module, std::string_view name) {
    constexpr std::size_t kMost = 100;  // a short pickle may ask for a long name again and again
    const std::string full = std::string(module.substr(0, kMost)) + "." + std::string(name.substr(0, kMost));
    const auto found = std::find(known_globals_.begin(), known_globals_.end(), full);
    if (found != known_globals_.end()) return stack_.push_kind(Kind::global, found - known_globals_.begin());
    const auto [number, first] = numbers_.emplace(shown(full), static_cast<std::int64_t>(unknown_.size()));
    if (first) unknown_.push_back(number->first);
    stack_.push_kind(Kind::object, number->second);
  }

  /// What calls a function, or makes an object of a class: none of them is made.
  bool read_call(std::uint8_t opcode) {
    switch (opcode) {
      case 'R':
      case 0x81: {
        const auto parts = stack_.pop_last(2);
        push_call(parts[0], parts[1]);
        return true;
      }
      case 0x92: {
        const auto parts = stack_.pop_last(3);  // also arguments by name
        push_call(parts[0], parts[1]);
        return true;
      }
      case 'o': {
        auto parts = stack_.pop_to_mark();
        if (parts.empty()) throw Refusal{"its pickle makes an object of no class: it is damaged"};
        const PickleIndex of = parts.front();
        parts.erase(parts.begin());
        stack_.push_sequence(std::move(parts));
        push_call(of, stack_.pop());
        return true;
      }
      case 'i': {
        stack_.push_sequence(stack_.pop_to_mark());
        const PickleIndex arguments = stack_.pop();
        push_global_of_lines();
        push_call(stack_.pop(), arguments);
        return true;
      }
      default:
        return false;
    }
  }

  void push_call(PickleIndex callee, PickleIndex arguments) {
    const Kind kind = stack_[callee].kind;
    if ((kind != Kind::global && kind != Kind::object) || stack_[arguments].kind != Kind::sequence) {
      throw Refusal{"its pickle calls what is no function; nothing of it was executed"};
    }
    if (kind == Kind::object) return stack_.push_kind(Kind::object, stack_[callee].integer);
    stack_.push({Kind::call, 0, {}, {}, callee, arguments});
  }

  bool read_memo(std::uint8_t opcode) {
    switch (opcode) {
      case 'q':
        stack_.remember(reader_.number<std::uint8_t>());
        return true;
      case 'r':
        stack_.remember(reader_.number<std::uint32_t>());
        return true;
      case 0x94:
        stack_.remember(stack_.remembered());
        return true;
      case 'h':
        stack_.recall(reader_.number<std::uint8_t>());
        return true;
      case 'j':
        stack_.recall(reader_.number<std::uint32_t>());
        return true;
      case '0':
        static_cast<void>(stack_.pop());
        return true;
      case '1':
        static_cast<void>(stack_.pop_to_mark());
        return true;
      case '2':
        stack_.duplicate();
        return true;
      default:
        return false;
    }
  }

  BytesReader reader_;
  std::span<const std::string_view> known_globals_;
  PickleStack stack_;
  std::map<std::string, std::int64_t, std::less<>> numbers_;  ///< of the unknown globals
  std::vector<std::string> unknown_;
};

}  // namespace

Pickle read_pickle(std::span<const std::byte> bytes, std::span<const std::string_view> known_globals) {
  return Interpreter(bytes, known_globals).run();
}

}  // namespace shoal
