import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { Api } from "../../toolchain/plugins/kubernetes/api.ts";
import { dropNamespace, findCluster } from "../helpers/kube.ts";
import { type Manifest, shippedStacks } from "./shipped.ts";

const { access, skip } = await findCluster();
const namespace = `manifests-${randomBytes(4).toString("hex")}`;

/** As `kubectl apply --server-side --dry-run=server` does, which refuses fields that no schema knows. */
describe("what a real API server says of the shipped stacks", { skip }, () => {
  if (!access) return;
  // Objects of the client library lose on their way what it does not know.
  const api = new Api(access.config);
  const apply = async (object: Manifest, query: { dryRun?: "All" } = { dryRun: "All" }): Promise<readonly string[]> => {
    const ask = { query: { ...STRICTLY, force: "true", ...query }, body: object, contentType: APPLY };
    return (await api.ask("PATCH", `${placeOf(object)}/${object.metadata.name}`, ask)).warnings;
  };
  const create = async (object: Manifest): Promise<readonly string[]> =>
    (await api.ask("POST", placeOf(object), { query: { ...STRICTLY, dryRun: "All" }, body: object })).warnings;

  const stacks = shippedStacks(namespace);

  /** What is in a namespace can be tried only where the namespace is, and pods only where their account is. */
  before(async () => {
    const labels = {
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/warn": "restricted",
    };
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } }, {});
    for (const { manifests } of stacks) await apply(manifests.find(({ kind }) => kind === "ServiceAccount")!, {});
  });
  after(() => dropNamespace(access, namespace));

  for (const { name, manifests } of stacks)
    test(`${name}: every object is accepted without a warning, and so are the pods`, async () => {
      const sets = manifests.filter(({ kind }) => kind === "StatefulSet");
      assert.ok(sets.length > 0);
      for (const object of manifests) assert.deepEqual(await apply(anyNodePort(object)), []);
      for (const set of sets) assert.deepEqual(await create(podOf(set)), []);
    });

  test("a fault is found", async () => {
    const set = structuredClone(stacks[0]!.manifests.find(({ kind }) => kind === "StatefulSet")!);
    set.spec.template.spec.securityContext.runAsNonRoot = false;
    assert.match((await apply(set)).join(), /would violate PodSecurity .*runAsNonRoot != true/);
    await assert.rejects(create(podOf(set)), /violates PodSecurity .*runAsNonRoot != true/);
    set.spec.template.spec.containers[0].securityContext.readOnlyRootFileSystem = true;
    await assert.rejects(apply(set), /readOnlyRootFileSystem: field not declared in schema/);
  });
});

const STRICTLY = { fieldManager: "test", fieldValidation: "Strict" };
const APPLY = "application/apply-patch+yaml";

/** Path of the objects of its kind. */
function placeOf({ apiVersion, kind, metadata }: Manifest): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const within = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${root}${within}/${kind.toLowerCase().replace(/y$/, "ie")}s`;
}

/** The pod that a StatefulSet would make. Of the priority class only the cluster's owner knows whether it is there. */
function podOf({ metadata, spec }: Manifest): Manifest {
  const { priorityClassName: _, ...pod } = spec.template.spec;
  const claims = spec.volumeClaimTemplates as Manifest[];
  const volumes = claims.map(({ metadata: { name } }) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...spec.template.metadata, name: `${metadata.name}-0`, namespace: metadata.namespace },
    spec: { ...structuredClone(pod), volumes: [...pod.volumes, ...volumes] },
  };
}

/** Other clusters of this Kubernetes may have taken the port. */
function anyNodePort(manifest: Manifest): Manifest {
  if (manifest.kind !== "Service") return manifest;
  const ports = manifest.spec.ports.map(({ nodePort: _, ...port }: { nodePort?: number }) => port);
  return { ...manifest, spec: { ...manifest.spec, ports } };
}
