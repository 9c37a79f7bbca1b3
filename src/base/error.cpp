#include "base/error.h"

namespace pawl {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::NotFound:
      return "NotFound";
    case ErrorKind::NotServed:
      return "NotServed";
    case ErrorKind::Exists:
      return "Exists";
    case ErrorKind::Conflict:
      return "Conflict";
    case ErrorKind::Gone:
      return "Gone";
    case ErrorKind::Denied:
      return "Denied";
    case ErrorKind::Invalid:
      return "Invalid";
    case ErrorKind::RateLimited:
      return "RateLimited";
    case ErrorKind::Unavailable:
      return "Unavailable";
    case ErrorKind::Unknown:
      return "Unknown";
    case ErrorKind::Malformed:
      return "Malformed";
    case ErrorKind::Cancelled:
      return "Cancelled";
  }
  return "?";
}

Error Error::during(std::string_view what) const {
  Error out = *this;
  out.message = std::string(what) + ": " + message;
  return out;
}

}  // namespace pawl
