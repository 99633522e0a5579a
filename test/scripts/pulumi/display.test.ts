import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Display, NOISE } from "../../../scripts/pulumi/display.ts";

// What the engine printed, abridged.
const PRINTED = `Previewing update (dev):
@ previewing update....
.
.

 ~  kafka-local:index:Node dev-node-1 refreshing (0s)
 ~  kafka-local:index:Node dev-node-1 update [diff: ~running]
    pulumi:pulumi:Stack kafka-stacks-dev  

warning: using pulumi-language-nodejs from $PATH at /project/toolchain/language-host/pulumi-language-nodejs
^C received; cancelling. If you would like to terminate immediately, press ^C again.
\x1b[91mNote that terminating immediately may lead to orphaned resources and other inconsistencies.
Resources:
    ~ 1 to update

The resources in the stack have been deleted, but the history and configuration associated with the stack are still maintained. 
If you want to remove the stack completely, run \`pulumi stack rm dev\`.
`;

const SHOWN = [
  "Previewing update (dev):",
  "",
  " ~  kafka-local:index:Node dev-node-1 update [diff: ~running]",
  "    pulumi:pulumi:Stack kafka-stacks-dev",
  "",
  "Resources:",
  "    ~ 1 to update",
  "",
];

function shown(pieces: readonly string[]): string[] {
  const lines: string[] = [];
  const display = new Display((line) => lines.push(line));
  for (const piece of pieces) display.write(piece);
  display.end();
  return lines;
}

test("the engine's noise goes, the rest stays, wherever its output is cut into pieces", () => {
  assert.deepEqual(shown([PRINTED]), SHOWN);
  fc.assert(
    fc.property(fc.array(fc.nat(PRINTED.length), { maxLength: 8 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), PRINTED.length];
      assert.deepEqual(shown(at.slice(1).map((end, index) => PRINTED.slice(at[index], end))), SHOWN);
    }),
  );
});

test("each kind of noise is met, and no line that tells something", () => {
  for (const [noise] of NOISE.slice(0, 8))
    assert.ok(
      PRINTED.split("\n").some((line) => noise.test(line.replace("\x1b[91m", ""))),
      String(noise),
    );
  const telling = ["error: update failed", "warning: broker 3 stays registered", "@ 3 of 4", "Duration: 5s"];
  assert.deepEqual(shown([telling.join("\n")]), telling);
});
