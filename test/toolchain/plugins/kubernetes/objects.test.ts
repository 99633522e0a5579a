import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JsonObject } from "../../../../toolchain/plugin/struct.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { skip, testNamespace } from "./cluster.ts";
import { rows, skipAwait } from "./object-rows.ts";
import { of, startKubernetes } from "./provider.ts";

describe("kubernetes: objects on a cluster", { skip, concurrency: 4 }, async () => {
  if (skip) return;
  const namespace = await testNamespace();
  const kubernetes = await startKubernetes({ namespace });
  const { checked, make, refresh, diff, change, remove } = kubernetes;

  for (const { type, name = type.split(":")[1], given, other, found } of rows)
    test(`${name}: made, seen without a difference, changed, deleted`, async () => {
      const made = await make(type, of(type, given));
      assert.match(made.id, new RegExp(`^${namespace}/one-[0-9a-f]{8}$`));
      assert.deepEqual((await diff(type, made)).detailed, {}, "nothing to do");
      const read = await refresh(type, made);
      assert.deepEqual(read?.inputs, made.inputs, "a refresh finds what was made");
      assert.deepEqual((await diff(type, read!)).detailed, {}, "nothing to do after a refresh");

      const own = given.metadata === undefined ? {} : { metadata: given.metadata };
      const wanted = await checked(type, of(type, { ...given, ...own, ...other, ...own }), made.inputs);
      assert.deepEqual((await diff(type, made, wanted)).detailed, found);
      const marked = await checked(
        type,
        of(type, { ...given, metadata: { annotations: { ...skipAwait, mark: "2" } } }),
        made.inputs,
      );
      const changed = await change(type, made, marked);
      assert.equal(((changed.state.metadata as JsonObject).annotations as JsonObject).mark, "2");
      assert.deepEqual((await diff(type, changed)).detailed, {}, "nothing to do after the change");
      if (Object.values(found).every((kind) => !kind.endsWith("REPLACE"))) {
        const other = await change(type, changed, wanted);
        assert.deepEqual((await diff(type, (await refresh(type, other))!)).detailed, {}, "nor after the other");
      }
      await remove(type, changed);
      // Of some kinds with `skipAwait` the end is not waited for, as officially.
      await eventually("it is gone", async () => (await refresh(type, changed)) === undefined);
      await remove(type, changed);
    });
});
