// 4CAT's list of the images that it fetched, `.metadata.json`: no posts, but it lies beside such in archives.
#include "json_formats.hpp"

namespace shoal {
namespace {

bool recognise(const JsonOutline& outline) {
  return outline.root() == '{' && outline.has(2, "success") &&
         (outline.has(2, "post_ids") || outline.has(2, "filename"));
}

void pass_over(const JsonRecord&, ReadResult&) {}

}  // namespace

const JsonFormat kFourCatImages{.keys = {}, .lists = {}, .recognise = recognise, .read = pass_over};

}  // namespace shoal
