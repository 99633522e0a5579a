import { isDeepStrictEqual } from "node:util";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Configurable } from "../../plugin/configuration.ts";
import type { CheckFailure } from "../../plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { Api } from "./api.ts";
import { kindOf } from "./kind.ts";
import { contextNamespace, kubeConfig } from "./kubeconfig.ts";
import { Objects } from "./objects.ts";
import { renderedResource } from "./rendered.ts";
import { objectResource } from "./resource.ts";
import type { Settings } from "./settings.ts";

const TEXTS = ["cluster", "clusterIdentifier", "context", "kubeconfig", "namespace", "renderYamlToDirectory"];
/** With the variable, if any, that the official plugin reads where the program says nothing. */
const SWITCHES: Readonly<Record<string, string>> = {
  alwaysRender: "",
  deleteUnreachable: "PULUMI_K8S_DELETE_UNREACHABLE",
  enableConfigMapMutable: "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE",
  enablePatchForce: "PULUMI_K8S_ENABLE_PATCH_FORCE",
  enableSecretMutable: "PULUMI_K8S_ENABLE_SECRET_MUTABLE",
  enableServerSideApply: "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY",
  skipUpdateUnreachable: "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE",
  suppressDeprecationWarnings: "PULUMI_K8S_SUPPRESS_DEPRECATION_WARNINGS",
  suppressHelmHookWarnings: "PULUMI_K8S_SUPPRESS_HELM_HOOK_WARNINGS",
  upsertExistingObjects: "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
};

/** The provider's own configuration: where the cluster is and how objects are changed. */
export const configuration: Configurable = {
  check: refusals,
  replaces,
  configure(config) {
    const cluster = clusterOf(config);
    const namespace = text(config, "namespace") ?? (cluster instanceof Error ? "" : contextNamespace(cluster));
    const settings = settingsOf(config);
    const directory = text(config, "renderYamlToDirectory");
    const rendering = directory && { directory, namespace, always: isOn(config, "alwaysRender") };
    if (rendering) return (type) => renderedResource(kindOf(type), rendering, settings);
    const objects = new Objects(new Api(cluster), namespace);
    return (type) => objectResource(kindOf(type), objects, settings);
  },
};

/** What is wrong with it is told by the first request: a preview may do without. */
function clusterOf(config: JsonObject): KubeConfig | Error {
  const wanted = {
    kubeconfig: text(config, "kubeconfig"),
    context: text(config, "context"),
    cluster: text(config, "cluster"),
  };
  try {
    return kubeConfig(wanted);
  } catch (error) {
    return error as Error;
  }
}

/**
 * Another cluster means other objects. Nothing tells for sure whether two configurations are about one cluster: the
 * program's own word counts (`clusterIdentifier`), else the address and certificate that both name.
 */
function replaces(news: JsonObject, olds: JsonObject, changed: readonly string[]): string[] {
  const rendered = changed.filter((name) => name === "renderYamlToDirectory");
  const [identifier, old] = [text(news, "clusterIdentifier"), text(olds, "clusterIdentifier")];
  if (identifier !== undefined && identifier === old) return rendered;
  if (identifier !== undefined && old !== undefined) return [...rendered, "clusterIdentifier"];
  const where = changed.filter((name) => ["kubeconfig", "context", "cluster"].includes(name));
  if (where.length === 0 || !text(news, "kubeconfig") || !text(olds, "kubeconfig")) return rendered;
  const [cluster, oldCluster] = [clusterOf(news), clusterOf(olds)];
  if (cluster instanceof Error || oldCluster instanceof Error) return rendered;
  const known = (config: KubeConfig) => ({ ...config.getCurrentCluster(), name: "" });
  return isDeepStrictEqual(known(cluster), known(oldCluster)) ? rendered : [...rendered, ...where];
}

function refusals(config: JsonObject): CheckFailure[] {
  const unknown = Object.keys(config).filter(
    (name) => !TEXTS.includes(name) && !(name in SWITCHES) && config[name] !== null,
  );
  const failures = unknown.map((property) => ({
    property,
    reason:
      "is not supported by the project's stand-in for Pulumi's kubernetes plugin; leave it out, or use the official plugin",
  }));
  const refuse = (property: string, reason: string) => failures.push({ property, reason });
  if (!isOn(config, "enableServerSideApply", true))
    refuse("enableServerSideApply", "the project's stand-in has server-side apply only; leave it out");
  const renders = text(config, "renderYamlToDirectory") !== undefined;
  if (isOn(config, "alwaysRender") && !renders) refuse("alwaysRender", "needs renderYamlToDirectory");
  for (const property of renders ? ["cluster", "context", "kubeconfig"] : []) {
    // The SDK passes KUBECONFIG on by itself.
    const isOwn = property === "kubeconfig" && config[property] === process.env.KUBECONFIG;
    if (text(config, property) && !isOwn)
      refuse(property, "does not go with renderYamlToDirectory, which needs no cluster");
  }
  return failures;
}

function settingsOf(config: JsonObject): Settings {
  return {
    configMapsMutable: isOn(config, "enableConfigMapMutable"),
    secretsMutable: isOn(config, "enableSecretMutable"),
    force: isOn(config, "enablePatchForce"),
    upsert: isOn(config, "upsertExistingObjects"),
    deleteUnreachable: isOn(config, "deleteUnreachable"),
    skipUnreachable: isOn(config, "skipUpdateUnreachable"),
    suppressDeprecations: isOn(config, "suppressDeprecationWarnings"),
  };
}

function text(config: JsonObject, name: string): string | undefined {
  const value = config[name];
  return typeof value === "string" && value !== "" && value !== UNKNOWN ? value : undefined;
}

/** The SDK sends switches as JSON in a text. */
function isOn(config: JsonObject, name: string, byDefault = false): boolean {
  const value = config[name] ?? process.env[SWITCHES[name]!];
  return value === undefined || value === null || value === "" ? byDefault : String(value) === "true";
}
