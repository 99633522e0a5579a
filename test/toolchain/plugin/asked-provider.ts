/** A provider of any resource type, whose resources show what the engine asked of them. */
import { setTimeout as sleep } from "node:timers/promises";
import { serveProvider } from "../../../toolchain/plugin/provider.ts";
import {
  EngineGone,
  InitFailed,
  type OperationContext,
  type ResourceHandler,
} from "../../../toolchain/plugin/resource.ts";
import { type JsonObject, secret } from "../../../toolchain/plugin/struct.ts";

const shown = ({ preview, oldInputs, ignoreChanges, timeoutSeconds }: OperationContext): JsonObject => ({
  preview,
  oldInputs,
  ignoreChanges: [...ignoreChanges],
  timeoutSeconds: timeoutSeconds ?? "none",
});

const anything = (type: string): ResourceHandler => ({
  complete: async (inputs) => ({ ...inputs, completed: true }),
  async diff(_id, _inputs, _state, _oldInputs, context) {
    return { changed: [...context.ignoreChanges] };
  },
  async create(inputs, context) {
    if (inputs.how === "hang") {
      context.log("hanging");
      await sleep(600_000, undefined, { signal: context.signal }).catch(() => {});
      context.log(context.signal.reason instanceof EngineGone ? "gone" : "interrupted");
    }
    return { id: "one", outputs: { type, ...shown(context), kept: secret("hidden") } };
  },
  async read(id, state, context) {
    if (state.broken) throw new InitFailed(id, { broken: true }, "it does not work", { asWas: true });
    return { ...shown(context), found: 1 };
  },
  inputsOf: ({ found = 0 }, oldInputs) => ({ ...oldInputs, found }),
  update: async (_id, _inputs, _state, context) => shown(context),
  async delete(_id, _state, context) {
    throw new Error(JSON.stringify(shown(context)));
  },
});

await serveProvider({ name: "asked", version: "1.2.3", handlers: anything });
