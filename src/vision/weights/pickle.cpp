// Python's pickle protocols 2 to 5 (its pickletools.py tells the opcodes), as far as weights use them.
#include "vision/weights/pickle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "vision/weights/bytes_reader.hpp"
#include "vision/weights/pickle_stack.hpp"

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
    const PickleIndex root = stack_.pop();
    return {stack_.take_values(), root, reader_.at()};
  }

 private:
  [[noreturn]] static void refuse_opcode(std::uint8_t opcode) {
    const bool letter = opcode > ' ' && opcode <= '~';
    throw Refusal{fmt::format(
        "its pickle uses the opcode {}, which weights do not need; nothing of it was executed",
        letter ? fmt::format("'{}'", static_cast<char>(opcode)) : fmt::format("0x{:02x}", opcode))};
  }

  bool read_constant(std::uint8_t opcode) {
    switch (opcode) {
      case 'N':
        stack_.push_kind(Kind::none);
        return true;
      case 0x88:
      case 0x89:
        stack_.push_kind(Kind::truth, opcode == 0x88);
        return true;
      case 'K':
        stack_.push_kind(Kind::integer, reader_.number<std::uint8_t>());
        return true;
      case 'M':
        stack_.push_kind(Kind::integer, reader_.number<std::uint16_t>());
        return true;
      case 'J':
        stack_.push_kind(Kind::integer, reader_.number<std::int32_t>());
        return true;
      case 0x8A:
        stack_.push_kind(Kind::integer, read_long());
        return true;
      case 'G':
        reader_.skip(sizeof(double));
        stack_.push_kind(Kind::number);
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
        stack_.push_text(reader_.text(reader_.number<std::uint8_t>()));
        return true;
      case 'T':
      case 'X':
        stack_.push_text(reader_.text(reader_.number<std::uint32_t>()));
        return true;
      case 0x8D:
        stack_.push_text(reader_.text(reader_.number<std::uint64_t>()));
        return true;
      default:
        return false;
    }
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
      default:
        return false;
    }
  }

  void append(const std::vector<PickleIndex>& items) {
    if (stack_.top().kind != Kind::sequence)
      throw Refusal{"its pickle appends to what is no list: it is damaged"};
    stack_.top().items.insert(stack_.top().items.end(), items.begin(), items.end());
  }
  void set_items(const std::vector<PickleIndex>& items) {
    const bool holds = stack_.top().kind == Kind::dictionary || stack_.top().kind == Kind::call;
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
      case 'c': {
        const std::string_view module = read_line();
        push_global(module, read_line());
        return true;
      }
      case 0x93: {
        const auto names = stack_.pop_last(2);
        push_global(text_of(names[0]), text_of(names[1]));
        return true;
      }
      case 'R':
        push_call();
        return true;
      case 'b':
        static_cast<void>(stack_.pop());
        if (stack_.top().kind != Kind::call)
          throw Refusal{"its pickle gives a state to what is no object: it is damaged"};
        return true;
      case 'Q': {
        const PickleIndex id = stack_.pop();
        stack_.push({Kind::persistent, 0, {}, {}, 0, id});
        return true;
      }
      default:
        return read_memo(opcode);
    }
  }

  std::string_view text_of(PickleIndex value) const {
    if (stack_[value].kind != Kind::text) throw Refusal{"its pickle names something by what is no text"};
    return stack_[value].text;
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
    stack_.push_kind(Kind::global, found - known_globals_.begin());
  }

  void push_call() {
    const auto parts = stack_.pop_last(2);
    if (stack_[parts[0]].kind != Kind::global || stack_[parts[1]].kind != Kind::sequence) {
      throw Refusal{"its pickle calls what is no function; nothing of it was executed"};
    }
    stack_.push({Kind::call, 0, {}, {}, parts[0], parts[1]});
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
      default:
        return false;
    }
  }

  BytesReader reader_;
  std::span<const std::string_view> known_globals_;
  PickleStack stack_;
};

}  // namespace

Pickle read_pickle(std::span<const std::byte> bytes, std::span<const std::string_view> known_globals) {
  return Interpreter(bytes, known_globals).run();
}

}  // namespace shoal
