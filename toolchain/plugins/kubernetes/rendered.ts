import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import type { OperationContext, ResourceHandler } from "../../plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { difference } from "./diff.ts";
import { dashed, isSecret, normalized, sealed, underscored } from "./inputs.ts";
import { isNamespaced, type Kind } from "./kind.ts";
import { withName } from "./naming.ts";
import { idOf, isObject, type KubeObject, nameOf, namespaceOf } from "./object.ts";
import { refusals, withNamespace } from "./resource.ts";
import type { Settings } from "./settings.ts";
import { fieldManagerOf, inputsOf, liveOf, stateOf } from "./state.ts";

export interface Rendering {
  readonly directory: string;
  /** Write every file at each run, changed or not. */
  readonly always: boolean;
  /** Of objects that name none; empty: they are written without. */
  readonly namespace: string;
}

/** Objects of one kind as files in a folder; the cluster is never touched. */
export function renderedResource(kind: Kind, rendering: Rendering, settings: Settings): ResourceHandler {
  const render = (inputs: JsonObject, state: JsonObject, context: OperationContext) => {
    const object = normalized(inputs) as KubeObject;
    if (context.preview) return { id: UNKNOWN, outputs: inputs };
    write(fileOf(rendering.directory, object), object, context);
    if (isNamespaced(kind) === undefined && !namespaceOf(object))
      context.warn(
        `${idOf(object)}: whether a ${kind.kind} belongs to a namespace is not known; it is written without one`,
      );
    return { id: idOf(object), outputs: stateOf(object, object, fieldManagerOf(object, state)) };
  };
  return {
    async complete(inputs, olds, urn, seed) {
      const named = withName(normalized(inputs), dashed(olds), urn, seed);
      const scoped = await withNamespace(named, rendering.namespace, async () => isNamespaced(kind) ?? false);
      return sealed(underscored(scoped));
    },
    check: (inputs) => refusals(kind, inputs),
    async diff(_id, inputs, state, oldInputs, { ignoreChanges }) {
      const [wanted, live, before] = [normalized(inputs), liveOf(state), inputsOf(state, oldInputs)];
      const found = await difference({ wanted, live, before, ignoreChanges, settings });
      return rendering.always && found.changed.length === 0 ? { changed: ["alwaysRender"], detailed: [] } : found;
    },
    create: async (inputs, context) => render(inputs, {}, context),
    read: async (_id, state) => state,
    update: async (_id, inputs, state, context) => render(inputs, state, context).outputs,
    async delete(_id, state, { log }) {
      const file = fileOf(rendering.directory, liveOf(state) as KubeObject);
      rmSync(file, { force: true });
      log(`deleted ${file}`);
    },
  };
}

/** Definitions of kinds first: what is applied in the order of names needs them. */
export function fileOf(directory: string, object: KubeObject): string {
  const isDefinition =
    object.kind === "CustomResourceDefinition" && object.apiVersion.startsWith("apiextensions.k8s.io/");
  const group = object.apiVersion.replaceAll(/[/:]/g, "_");
  const name = `${group}-${object.kind.toLowerCase()}-${namespaceOf(object) || "default"}-${nameOf(object)}.yaml`;
  return path.join(directory, isDefinition ? "0-crd" : "1-manifest", name);
}

/** Whole or not at all, and for its owner only: any of them may hold secrets. */
function write(file: string, object: KubeObject, { log, warn }: OperationContext): void {
  for (const folder of ["0-crd", "1-manifest"])
    mkdirSync(path.join(path.dirname(path.dirname(file)), folder), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, stringify(object), { mode: 0o600 });
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, file);
  log(`rendered ${file}`);
  if (isSecret(object) && isObject(object.data)) warn(`${file} holds a secret that anyone who may read it can see`);
}
