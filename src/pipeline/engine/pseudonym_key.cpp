// Only rank 0 needs to see the files.
#include "pipeline/engine/pseudonym_key.hpp"

#include <fmt/format.h>

#include "shoal/base/error.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace {

std::vector<std::byte> key_in(const std::filesystem::path& file, MissingKey missing) {
  if (missing == MissingKey::is_made) return load_or_make_pseudonym_key(file);
  if (auto key = load_pseudonym_key(file)) return *std::move(key);
  if (missing == MissingKey::could_be_made) {
    require_room_for_pseudonym_key(file);
    return std::vector<std::byte>(32);
  }
  throw InputError(
      fmt::format("the pseudonym key '{}' is not there: put the key there that the results were made with",
                  file.string()));
}

}  // namespace

std::filesystem::path pseudonym_key_file(const CorpusJob& corpus) {
  return corpus.pseudonym_key ? *corpus.pseudonym_key : default_pseudonym_key_file();
}

Pseudonyms agree_on_pseudonyms(Communicator& comm, const CorpusJob& corpus, MissingKey missing) {
  std::vector<std::byte> key;
  on_root(comm, [&] { key = key_in(pseudonym_key_file(corpus), missing); });
  std::string text(reinterpret_cast<const char*>(key.data()), key.size());
  text = broadcast_object(comm, text, 0);
  const auto bytes = std::as_bytes(std::span(text));
  return Pseudonyms({bytes.begin(), bytes.end()});
}

ForgottenList agree_on_forgotten(Communicator& comm, const CorpusJob& corpus) {
  ForgottenList list;
  std::string file;
  on_root(comm, [&] {
    file = ForgottenList::file_beside(pseudonym_key_file(corpus)).string();
    list = ForgottenList::load(file);
  });
  return {broadcast_object(comm, list.text(), 0), broadcast_object(comm, file, 0)};
}

}  // namespace shoal
