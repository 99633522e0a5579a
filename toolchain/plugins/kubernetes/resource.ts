import type { CheckFailure, Diff, OperationContext, ResourceHandler } from "../../plugin/resource.ts";
import { hasUnknown, type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { explained, Unreachable } from "./api-error.ts";
import { apply } from "./apply.ts";
import { create } from "./create.ts";
import { remove } from "./delete.ts";
import { difference } from "./diff.ts";
import { dashed, normalized, sealed, underscored } from "./inputs.ts";
import { type Kind, kindOfObject } from "./kind.ts";
import { withName } from "./naming.ts";
import { annotation, isAnnotated, isObject, type KubeObject, nameOf, namespaceOf, objectAt } from "./object.ts";
import type { Objects } from "./objects.ts";
import { read, readInputs } from "./read.ts";
import { waitForFault } from "./ready/wanted.ts";
import { job } from "./ready/workloads.ts";
import type { Settings } from "./settings.ts";
import { fieldManagerOf, inputsOf, liveOf } from "./state.ts";
import { update } from "./update.ts";

/** Objects of one kind on a cluster, each as a resource of Pulumi's. */
export function objectResource(kind: Kind, objects: Objects, settings: Settings): ResourceHandler {
  return explaining(objects, {
    async complete(inputs, olds, urn, seed) {
      const named = withName(normalized(inputs), dashed(olds), urn, seed);
      const isNamespaced = () => objects.isNamespaced(kind);
      return sealed(underscored(await withNamespace(named, objects.namespace, isNamespaced)));
    },

    check: (inputs) => refusals(kind, inputs),

    async diff(_id, inputs, state, oldInputs, context) {
      const [wanted, live] = [normalized(inputs), liveOf(state)];
      const before = inputsOf(state, oldInputs);
      const tryOut = async () => {
        const applied = inPlaceOf(live, wanted);
        return (await apply(objects, applied, fieldManagerOf(wanted, state), settings, context, true)).object;
      };
      const found = await difference({ wanted, live, before, ignoreChanges: context.ignoreChanges, settings, tryOut });
      return isAnnotated(wanted, "replaceUnready") ? await replacingUnready(objects, found, live, context) : found;
    },

    create: (inputs, context) => create(objects, inputs, settings, context),
    read: (id, state, context) => read(kind, objects, id, state, settings, context),
    inputsOf: readInputs,
    update: (_id, inputs, state, context) => update(objects, inputs, state, settings, context),

    async delete(_id, state, context) {
      const inputs = inputsOf(state, context.oldInputs) as KubeObject;
      await remove(objects, liveOf(state) as KubeObject, inputs, context).catch((error: unknown) => {
        if (!(error instanceof Unreachable) || !settings.deleteUnreachable) throw error;
        context.warn(`${error.message}; it counts as deleted, as deleteUnreachable says`);
      });
    },
  });
}

/** The provider's namespace for what has none; of a kind that the cluster does not know yet most have one. */
export async function withNamespace(
  inputs: JsonObject,
  namespace: string,
  isNamespaced: () => Promise<boolean | undefined>,
): Promise<JsonObject> {
  const { metadata = {} } = inputs;
  if (!namespace || !isObject(metadata) || metadata.namespace !== undefined) return inputs;
  if ((await isNamespaced().catch(() => undefined)) === false) return inputs;
  return { ...inputs, metadata: { ...metadata, namespace } };
}

export function refusals({ apiVersion, kind }: Kind, inputs: JsonObject): CheckFailure[] {
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
  const waitFor = annotation(inputs, "waitFor");
  const fault = waitFor === undefined || hasUnknown(waitFor) ? undefined : waitForFault(waitFor);
  if (fault) failures.push({ property: 'metadata.annotations["pulumi.com/waitFor"]', reason: fault });
  return failures;
}

/** The wanted object in the place of the one that is there. */
function inPlaceOf(live: JsonObject, wanted: JsonObject): KubeObject {
  const [name, namespace] = [nameOf(live), namespaceOf(live)];
  const metadata = { ...objectAt(wanted, "metadata"), name, ...(namespace && { namespace }) };
  return { ...wanted, metadata } as unknown as KubeObject;
}

/** A Job that has not succeeded is made anew where the program says so. */
async function replacingUnready(
  objects: Objects,
  found: Diff,
  state: JsonObject,
  { warn, signal }: OperationContext,
): Promise<Diff> {
  const known = state as KubeObject;
  if (known.kind !== "Job") {
    warn("pulumi.com/replaceUnready is for Jobs only; it does nothing here");
    return found;
  }
  const live = await objects.get(kindOfObject(known), namespaceOf(known), nameOf(known), signal).catch(() => undefined);
  if (!live || job(live).ready) return found;
  const path = 'metadata.annotations["pulumi.com/replaceUnready"]';
  return {
    ...found,
    changed: [...new Set([...found.changed, "metadata"])],
    replaces: [...new Set([...(found.replaces ?? []), "metadata"])],
    detailed: [...(found.detailed ?? []), { path, kind: "update", replaces: true }],
  };
}

/** Adds to what the cluster refuses what a person can do about it. */
function explaining(objects: Objects, handler: ResourceHandler): ResourceHandler {
  const told =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>, isLeft = false) =>
    (...args: A): Promise<R> =>
      work(...args).catch((error: unknown) => {
        throw explained(error, objects.api.place, isLeft);
      });
  return {
    ...handler,
    create: told(handler.create),
    read: told(handler.read, true),
    update: told(handler.update),
    delete: told(handler.delete, true),
  };
}
