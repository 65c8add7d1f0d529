// Instagram's own two shapes of a post, as its pages and its app get them: several programs keep them as they
// are.
#pragma once

#include <array>
#include <string_view>

#include "field_value.hpp"
#include "post_fields.hpp"

namespace shoal {

/// What is loaded of a post of either shape.
inline constexpr std::array kItemKeys = std::to_array<std::string_view>({"__typename",
                                                                         "_zs_partial",
                                                                         "candidates",
                                                                         "caption",
                                                                         "carousel_media",
                                                                         "coauthor_producers",
                                                                         "code",
                                                                         "comment_count",
                                                                         "comments",
                                                                         "count",
                                                                         "date",
                                                                         "display_url",
                                                                         "edge_media_preview_like",
                                                                         "edge_media_to_caption",
                                                                         "edge_media_to_comment",
                                                                         "edge_media_to_parent_comment",
                                                                         "edge_media_to_tagged_user",
                                                                         "edge_sidecar_to_children",
                                                                         "edges",
                                                                         "full_name",
                                                                         "id",
                                                                         "image_versions2",
                                                                         "in",
                                                                         "iphone_struct",
                                                                         "is_video",
                                                                         "lat",
                                                                         "like_and_view_counts_disabled",
                                                                         "like_count",
                                                                         "lng",
                                                                         "location",
                                                                         "media_type",
                                                                         "name",
                                                                         "node",
                                                                         "owner",
                                                                         "pk",
                                                                         "play_count",
                                                                         "product_type",
                                                                         "shortcode",
                                                                         "taken_at",
                                                                         "taken_at_timestamp",
                                                                         "text",
                                                                         "url",
                                                                         "user",
                                                                         "username",
                                                                         "usertags",
                                                                         "video_play_count",
                                                                         "video_url",
                                                                         "video_versions",
                                                                         "video_view_count",
                                                                         "view_count"});

/// A media dictionary, as lists of posts have it (`XDTMediaDict`): `code`, `taken_at`, `media_type`.
PostFields fields_of_media_item(const FieldValue& item, FieldReader& fields);

/// A node of the graph (`GraphImage`, `GraphVideo`, `GraphSidecar`): `shortcode`, `taken_at_timestamp`,
/// `edge_…`. Also the shape in which Instaloader 4.9 and later write media dictionaries (`iphone_struct`).
PostFields fields_of_graph_node(const FieldValue& node, FieldReader& fields);

/// Whether the item is an advertisement that stood among posts.
bool is_advertisement(const FieldValue& item);

}  // namespace shoal
