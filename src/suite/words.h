// The words of a case's JSON.
#pragma once

#include "domain/gate/case.h"
#include "json/enum_table.h"

namespace pawl::suite {

inline constexpr auto kRoleNames = std::to_array<json::EnumName<domain::Role>>({
    {domain::Role::System, "system"},
    {domain::Role::User, "user"},
    {domain::Role::Assistant, "assistant"},
    {domain::Role::Tool, "tool"},
});

}  // namespace pawl::suite
