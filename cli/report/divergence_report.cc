#include "cli/report/divergence_report.h"

#include <fmt/format.h>

#include "campaign/text.h"
#include "cli/report/report_failure.h"
#include "cli/report/text.h"

namespace fencepost::cli {

using campaign::Divergence;
using campaign::HashText;

std::string DivergencePage(const Divergence& divergence, const DrawStyle& style) {
  const std::string other_hash =
      divergence.hash_there ? HashText(*divergence.hash_there) : "none, it died";
  std::string page = fmt::format(
      "./dev {}\n\nnot deterministic: two processes ran seed {} of scenario {} and came to "
      "different runs\n  hash here:  {}\n  hash there: {}\n",
      divergence.command, divergence.seed, divergence.scenario, HashText(divergence.hash_here),
      other_hash);
  if (const auto& difference = divergence.difference) {
    page += fmt::format("the first that differs is {}\n  here:  {}\n  there: {}\n",
                        Printable(difference->where, style.unicode),
                        Printable(difference->here, style.unicode),
                        Printable(difference->there, style.unicode));
  } else if (divergence.hash_there) {
    page += "run once more the two were alike: something is left over from the seeds before\n";
  }
  return page + "usual causes:\n" + UsualCauses();
}

Json DivergenceJson(const Divergence& divergence) {
  Json json;
  json["scenario"] = divergence.scenario;
  json["end"] = campaign::kNotDeterministic;
  json["property"] = campaign::kNotDeterministic;
  json["seed"] = divergence.seed;
  json["command"] = divergence.command;
  json["hash"] = HashText(divergence.hash_here);
  json["other_hash"] = divergence.hash_there ? Json(HashText(*divergence.hash_there)) : Json();
  json["first_difference"] = nullptr;
  if (const auto& difference = divergence.difference) {
    json["first_difference"] = Json::Object({{"choice", difference->step},
                                             {"event", difference->event},
                                             {"text", difference->where},
                                             {"here", difference->here},
                                             {"there", difference->there}});
  }
  return json;
}

}  // namespace fencepost::cli
