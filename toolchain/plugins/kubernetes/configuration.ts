import type { Configurable } from "../../plugin/configuration.ts";
import type { CheckFailure, Handlers } from "../../plugin/resource.ts";
import { type JsonObject, UNKNOWN } from "../../plugin/struct.ts";
import { Api } from "./api.ts";
import { kindOf } from "./kind.ts";
import { contextNamespace, kubeConfig } from "./kubeconfig.ts";
import { Objects } from "./objects.ts";
import { objectResource } from "./resource.ts";
import type { Settings } from "./settings.ts";

const TEXTS = ["cluster", "clusterIdentifier", "context", "kubeconfig", "namespace"];
/** With the variable that the official plugin reads where the program says nothing. */
const SWITCHES: Readonly<Record<string, string>> = {
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
  configure(config) {
    const where = {
      kubeconfig: text(config, "kubeconfig"),
      context: text(config, "context"),
      cluster: text(config, "cluster"),
    };
    const cluster = kubeConfig(where);
    const objects = new Objects(new Api(cluster), text(config, "namespace") ?? contextNamespace(cluster));
    return handlers(objects, settingsOf(config));
  },
};

function handlers(objects: Objects, settings: Settings): Handlers {
  return (type) => objectResource(kindOf(type), objects, settings);
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
  if (isOn(config, "enableServerSideApply", true)) return failures;
  const property = "enableServerSideApply";
  return [...failures, { property, reason: "the project's stand-in has server-side apply only; leave it out" }];
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
