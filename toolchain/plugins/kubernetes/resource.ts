import type { CheckFailure, OperationContext, ResourceHandler } from "../../plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { explained, Unreachable } from "./api-error.ts";
import { apply } from "./apply.ts";
import { create } from "./create.ts";
import { remove } from "./delete.ts";
import { difference } from "./diff.ts";
import { dashed, normalized, sealed, underscored } from "./inputs.ts";
import { type Kind, kindOfObject } from "./kind.ts";
import { withName } from "./naming.ts";
import { isObject, type KubeObject, objectAt, parseId, textAt } from "./object.ts";
import { type Objects, UnknownKind } from "./objects.ts";
import { imported, pruned } from "./prune.ts";
import type { Settings } from "./settings.ts";
import { fieldManagerOf, inputsOf, liveOf, stateOf } from "./state.ts";
import { update } from "./update.ts";

/** Objects of one kind on a cluster, each as a resource of Pulumi's. */
export function objectResource(kind: Kind, objects: Objects, settings: Settings): ResourceHandler {
  return explaining(objects, {
    async complete(inputs, olds, urn, seed) {
      const named = withName(normalized(inputs), dashed(olds), urn, seed);
      return sealed(underscored(await withNamespace(objects, kind, named)));
    },

    check: (inputs) => refusals(kind, inputs),

    async diff(_id, inputs, state, oldInputs, context) {
      const [wanted, live] = [normalized(inputs), liveOf(state)];
      const before = inputsOf(state, oldInputs);
      const tryOut = async () => {
        const { name, namespace } = objectAt(live, "metadata");
        const place = { ...(name !== undefined && { name }), ...(namespace !== undefined && { namespace }) };
        const applied = { ...wanted, metadata: { ...objectAt(wanted, "metadata"), ...place } } as unknown as KubeObject;
        return (await apply(objects, applied, fieldManagerOf(wanted, state), settings, context, "forced")).object;
      };
      return await difference({ wanted, live, before, ignoreChanges: context.ignoreChanges, settings, tryOut });
    },

    create: (inputs, context) => create(objects, inputs, settings, context),

    async read(id, state, context) {
      const { namespace, name } = parseId(id);
      const before = inputsOf(state, context.oldInputs);
      const live = await objects.get(kindOf(kind, state), namespace, name, context.signal).catch((error: unknown) => {
        if (error instanceof UnknownKind) return undefined;
        return unreachable(error, state, settings, context);
      });
      if (!live || live === state) return live;
      const inputs = Object.keys(before).length > 0 ? pruned(live, before) : imported(live as KubeObject);
      return stateOf(live as KubeObject, inputs, fieldManagerOf(before, state));
    },

    inputsOf: (outputs, oldInputs) => readInputs(outputs, oldInputs),

    update: (_id, inputs, state, context) => update(objects, inputs, state, settings, context),

    async delete(_id, state, context) {
      const object = liveOf(state) as KubeObject;
      await remove(objects, object, inputsOf(state, context.oldInputs) as KubeObject, context).catch(
        (error: unknown) => {
          if (!(error instanceof Unreachable) || !settings.deleteUnreachable) throw error;
          context.warn(`${error.message}; it counts as deleted, as deleteUnreachable says`);
        },
      );
    },
  });
}

/** The version that the state's object has, which may be an older one than the program's. */
function kindOf(kind: Kind, state: JsonObject): Kind {
  return textAt(state, "kind") ? kindOfObject(state as KubeObject) : kind;
}

function readInputs(outputs: JsonObject, oldInputs: JsonObject): JsonObject {
  const { __inputs } = outputs;
  // What a refresh could not look at stays as it was.
  const inputs = isObject(__inputs) && isObject(__inputs.value) ? __inputs.value : oldInputs;
  return sealed(inputs);
}

function unreachable(error: unknown, state: JsonObject, settings: Settings, context: OperationContext) {
  if (!(error instanceof Unreachable)) throw error;
  if (settings.deleteUnreachable) {
    context.warn(`${error.message}; it counts as gone, as deleteUnreachable says`);
    return undefined;
  }
  if (!settings.skipUnreachable) throw error;
  context.warn(`${error.message}; it is taken as it was, as skipUpdateUnreachable says`);
  return state;
}

/** The provider's namespace for what has none; of a kind that the cluster does not know yet most have one. */
async function withNamespace(objects: Objects, kind: Kind, inputs: JsonObject): Promise<JsonObject> {
  const { metadata = {} } = inputs;
  if (!objects.namespace || !isObject(metadata) || metadata.namespace !== undefined) return inputs;
  if ((await objects.isNamespaced(kind)) === false) return inputs;
  return { ...inputs, metadata: { ...metadata, namespace: objects.namespace } };
}

function refusals({ apiVersion, kind }: Kind, inputs: JsonObject): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const said = (name: string) => (inputs[name] === UNKNOWN ? undefined : inputs[name]);
  if ((said("kind") ?? kind) !== kind)
    failures.push({ property: "kind", reason: `wanted ${kind}, as the resource's type says, found ${inputs.kind}` });
  if (String(said("apiVersion") ?? apiVersion).replace(/^core\//, "") !== apiVersion)
    failures.push({ property: "apiVersion", reason: `wanted ${apiVersion}, found ${inputs.apiVersion}` });
  if (isObject(inputs.metadata) && inputs.metadata.generateName)
    failures.push({
      property: "metadata.generateName",
      reason: "is not supported with server-side apply: leave it out, and Pulumi makes a name; or set metadata.name",
    });
  return failures;
}

/** Adds to what the cluster refuses what a person can do about it. */
function explaining(objects: Objects, handler: ResourceHandler): ResourceHandler {
  const told =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      work(...args).catch((error: unknown) => {
        throw explained(error, objects.api.place);
      });
  return {
    ...handler,
    create: told(handler.create),
    read: told(handler.read),
    update: told(handler.update),
    delete: told(handler.delete),
  };
}
