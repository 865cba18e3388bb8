#include "tests/store_differential/difference.h"

#include <memory>
#include <sstream>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "absl/strings/str_cat.h"
#include "tests/store_differential/hands.h"

namespace fencepost::store_differential {
namespace {

constexpr double kLength = 2.0;  // times RapidCheck's size, which grows to 100
constexpr std::uint64_t kSeed = 20240101;

std::string Text(const Command& command) {
  std::ostringstream text;
  text << command;
  return text.str();
}

rc::Gen<Command> AnyCommand() {
  return rc::gen::build<Command>(
      rc::gen::set(&Command::what, rc::gen::map(rc::gen::inRange(0, kDoCount),
                                                [](int what) { return static_cast<Do>(what); })),
      rc::gen::set(&Command::cp, rc::gen::inRange(0, 3)),
      rc::gen::set(&Command::worker, rc::gen::inRange(0, 4)),
      // Mostly the latest.
      rc::gen::set(&Command::belief, rc::gen::weightedElement<int>({{6, 0}, {2, 1}, {1, 2}})),
      rc::gen::set(&Command::name, rc::gen::inRange(0, 4)),
      rc::gen::set(&Command::amount, rc::gen::inRange(0, 16)));
}

}  // namespace

std::string FirstDifference(const std::vector<store_contract::StoreFactory>& stores,
                            const std::vector<Command>& commands) {
  std::vector<std::unique_ptr<Hands>> hands;
  for (const store_contract::StoreFactory& store : stores) {
    hands.push_back(std::make_unique<Hands>(store));
  }
  const auto differ = [&](const std::string& where, auto look) {
    const std::string right = look(*hands.front());
    for (std::size_t i = 1; i < hands.size(); ++i) {
      const std::string other = look(*hands[i]);
      if (other != right) {
        return absl::StrCat(where, ":\n", hands.front()->name(), ": ", right, "\n",
                            hands[i]->name(), ": ", other);
      }
    }
    return std::string();
  };
  for (const Command& command : commands) {
    const std::string difference =
        differ(Text(command), [&](Hands& each) { return each.Run(command); });
    if (!difference.empty()) return difference;
  }
  return differ("the rows at the end", [](Hands& each) { return each.Everything(); });
}

std::ostream& operator<<(std::ostream& out, const Sequence& sequence) {
  out << "EXPECT_EQ(FirstDifference(stores, {";
  for (const Command& command : sequence.commands) out << "\n    " << command << ",";
  return out << "}), \"\");";
}

namespace {

// A property for RapidCheck; `last` is the failure that it saw last, which is the shrunk one.
auto Agreement(const std::vector<store_contract::StoreFactory>& stores, std::string& last) {
  return [&stores, &last] {
    const auto commands =
        *rc::gen::scale(kLength, rc::gen::container<std::vector<Command>>(AnyCommand()));
    const std::string difference = FirstDifference(stores, commands);
    if (difference.empty()) return;
    std::ostringstream code;
    code << Sequence{commands} << "\n" << difference;
    last = code.str();
    RC_FAIL(last);
  };
}

}  // namespace

void ExpectAgreement(const std::vector<store_contract::StoreFactory>& stores) {
  std::string last;
  EXPECT_TRUE(rc::check("the stores agree", Agreement(stores, last))) << last;
}

std::string Counterexample(const std::vector<store_contract::StoreFactory>& stores) {
  std::string last;
  rc::detail::TestParams parameters;
  parameters.seed = kSeed;
  parameters.maxSuccess = 6000;
  const auto result =
      rc::detail::checkTestable(Agreement(stores, last), rc::detail::TestMetadata(), parameters);
  return result.is<rc::detail::FailureResult>() ? last : "";
}

}  // namespace fencepost::store_differential
