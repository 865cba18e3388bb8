// The calls for which libpqxx 6 and libpqxx 7.10 have different names. Debian 12 has the one,
// Debian 13 the other; the rest of store_pg/ is written once for both.
#pragma once

#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <string>
#include <vector>

namespace fencepost::pg {

// Keeps a broken connection broken. libpqxx 6 would reconnect it by itself, without its settings,
// and even repeat what was lost; later versions never do.
void ForbidReconnecting(pqxx::connection& session);

// Runs the statement that the session has prepared under `name`. All parameters are text.
pqxx::result ExecutePrepared(pqxx::nontransaction& work, const std::string& name,
                             const std::vector<std::string>& parameters);

}  // namespace fencepost::pg
