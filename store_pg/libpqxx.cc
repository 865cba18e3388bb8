#include "store_pg/libpqxx.h"

#include <pqxx/prepared_statement>
#include <pqxx/version>

#if PQXX_VERSION_MAJOR >= 7
#include <pqxx/params>
#endif

namespace fencepost::pg {

#if PQXX_VERSION_MAJOR >= 7

void ForbidReconnecting(pqxx::connection&) {}

pqxx::result ExecutePrepared(pqxx::nontransaction& work, const std::string& name,
                             const std::vector<std::string>& parameters) {
  pqxx::params values;
  values.reserve(parameters.size());
  for (const std::string& parameter : parameters) values.append(parameter);
  return work.exec(pqxx::prepped{name}, values);
}

#else

void ForbidReconnecting(pqxx::connection& session) {
  // Deprecated because of the versions that need no such call.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  session.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

pqxx::result ExecutePrepared(pqxx::nontransaction& work, const std::string& name,
                             const std::vector<std::string>& parameters) {
  return work.exec_prepared(name, pqxx::prepare::make_dynamic_params(parameters));
}

#endif

}  // namespace fencepost::pg
