import assert from "node:assert/strict";
import { test } from "node:test";
import { withArgument } from "../../../scripts/ui/stack-argument.ts";

const AT = { name: "shop", argument: "/srv/my stacks/shop.yaml" };
const ROWS: readonly (readonly [text: string, wanted: string])[] = [
  ["  next: kafka-stacks up shop", "  next: kafka-stacks up '/srv/my stacks/shop.yaml'"],
  ["run kafka-stacks topics plan shop, then", "run kafka-stacks topics plan '/srv/my stacks/shop.yaml', then"],
  ["kafka-stacks replace-node shop 1; or", "kafka-stacks replace-node '/srv/my stacks/shop.yaml' 1; or"],
  ["kafka-stacks rebalance apply STACK --drain 4", "kafka-stacks rebalance apply '/srv/my stacks/shop.yaml' --drain 4"],
  ["kafka-stacks up /srv/my stacks/shop.yaml.", "kafka-stacks up '/srv/my stacks/shop.yaml'."],
  ...[
    "kafka-stacks up shop-2",
    "kafka-stacks down other",
    "kafka-stacks down shop.yaml",
    "shop is down: kafka-stacks up, which keeps it",
    "kafka-stacks up '/srv/my stacks/shop.yaml'",
  ].map((text) => [text, text] as const),
];
for (const [text, wanted] of ROWS)
  test(`a command that is told names the stack as the user did: ${text}`, () =>
    assert.equal(withArgument(text, AT), wanted));

test("a name stays a name, and a plain path stays plain", () => {
  assert.equal(withArgument("kafka-stacks up dev", { name: "dev", argument: "dev" }), "kafka-stacks up dev");
  assert.equal(
    withArgument("kafka-stacks up dev", { name: "dev", argument: "stacks/dev.yaml" }),
    "kafka-stacks up stacks/dev.yaml",
  );
});
