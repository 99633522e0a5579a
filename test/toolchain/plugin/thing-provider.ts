/** A provider of one resource type whose input `how` says how an operation ends. */
import { setTimeout as sleep } from "node:timers/promises";
import { serveProvider } from "../../../toolchain/plugin/provider.ts";
import { InitFailed, type OperationContext, type ResourceHandler } from "../../../toolchain/plugin/resource.ts";
import type { JsonObject } from "../../../toolchain/plugin/struct.ts";

async function work({ how }: JsonObject, { log, preview, signal, urn }: OperationContext): Promise<JsonObject> {
  if (how === "fail") throw new Error("told to fail");
  if (how === "half") throw new InitFailed("thing-1", { running: false }, "told to stay half-made");
  if (how === "hang") {
    log("hanging");
    await sleep(600_000, undefined, { signal }).catch(() => {});
    await sleep(200);
    log("undone");
    signal.throwIfAborted();
  }
  return { preview, urn };
}

const thing: ResourceHandler = {
  check: ({ how }) => (how === "refuse" ? [{ property: "how", reason: "told to refuse" }] : []),
  async diff(_id, inputs, state, oldInputs) {
    return { changed: [...Object.keys(inputs), ...Object.keys(state), ...Object.keys(oldInputs)], replaces: ["how"] };
  },
  create: async (inputs, context) => ({ id: "thing-1", outputs: await work(inputs, context) }),
  read: async (_id, state) => (state.gone ? undefined : { ...state, seen: true }),
  update: (_id, inputs, state, context) => work({ ...state, ...inputs }, context),
  delete: async (_id, state, context) => void (await work(state, context)),
};

await serveProvider({ name: "test", version: "1.2.3", handlers: { "test:index:Thing": thing } });
