import type { TestContext } from "node:test";
import { stringify } from "yaml";
import { type Bindings, bindText } from "../../../../infra/plan/bind.ts";
import { renderProperties } from "../../../../infra/plan/java-properties.ts";
import { zooKeeperId } from "../../../../infra/plan/nodes.ts";
import { planCluster } from "../../../../infra/plan/plan.ts";
import type { NodePlan } from "../../../../infra/plan/types.ts";
import { parseStack } from "../../../../infra/spec/load.ts";
import { javaArguments, probesOf } from "../../../../infra/targets/container/node.ts";
import { randomSecret } from "../../../../infra/targets/decisions/decide.ts";
import { type Sealed, sealedBindings } from "../../../../infra/targets/decisions/sealed.ts";
import { accessOutputs } from "../../../../infra/targets/security/args.ts";
import { issue, makeAuthority } from "../../../../infra/targets/security/make.ts";
import { freePorts } from "../../../../toolchain/ports.ts";
import { CLUSTER, makeKafka, untilServes } from "./real-nodes.ts";

const HERE = "127.0.0.1";

/**
 * A cluster as a target of containers plans it, with profile scram, whose nodes all run on this machine: every listener has a
 * port of its own.
 *
 * @param written of the stack file.
 */
export async function makeSecured(t: TestContext, written: object) {
  const stack = { target: "docker", environment: "dev", security: { profile: "scram" }, ...written };
  const planned = planCluster(parseStack(stringify(stack), "s.yaml").spec, "s");
  const nodes = await withPorts(planned.nodes);
  const plan = { ...planned, nodes };
  const kafka = await makeKafka(t, plan.kafkaVersion);
  const sealed = await seal(plan);

  const bindings = (own: NodePlan): Bindings => {
    const port = (listener: string, nodeId: number) =>
      nodes.find(({ id }) => id === nodeId)!.listeners.find(({ name }) => name === listener)!.port;
    const place = (listener: string, nodeId: number) => ({ host: HERE, port: port(listener, nodeId) });
    return {
      address: place,
      bind: place,
      dir: (dir) => kafka.folder(String(own.id), dir === "config" ? "config" : "data"),
      ...sealedBindings(sealed),
    };
  };

  const textsOf = (node: NodePlan): Record<string, string> => {
    const texts = { ...node.files, [node.config.name]: renderProperties(node.config.properties) };
    return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, bindText(text, bindings(node))]));
  };

  return {
    plan,
    sealed,
    access: accessOutputs(plan, sealed.secrets, sealed.certificates),
    /** Its folders, without a process. */
    prepare: (node: NodePlan) => kafka.lay(String(node.id), textsOf(node)),
    start(node: NodePlan) {
      // The first two are the size of its heap.
      const [, , ...args] = javaArguments(node, bindings(node));
      const env: Record<string, string> = node.roles.includes("zookeeper")
        ? { ZOO_MY_ID: String(zooKeeperId(node.id)) }
        : { CLUSTER_ID: CLUSTER };
      return kafka.launch(String(node.id), args, textsOf(node), env);
    },
    check: (node: NodePlan) => kafka.checkNode(String(node.id), probesOf(node, bindings(node))),
    async untilServes(node: NodePlan, { child }: ReturnType<typeof kafka.launch>) {
      return await untilServes(child, () => this.check(node));
    },
  };
}

async function withPorts(nodes: readonly NodePlan[]): Promise<NodePlan[]> {
  const ports = await freePorts(nodes.reduce((sum, { listeners }) => sum + listeners.length, 0));
  return nodes.map((node) => ({
    ...node,
    listeners: node.listeners.map(({ name }) => ({ name, port: ports.pop()! })),
  }));
}

async function seal({ secrets, security }: ReturnType<typeof planCluster>): Promise<Sealed> {
  const now = new Date();
  const authority = await makeAuthority("s authority", 2, now);
  const wanted = security.certificates!.wanted.map(async ({ name, commonName, nodes }) => {
    const request = {
      name,
      commonName,
      kind: nodes.length > 0 ? "node" : "client",
      hosts: [HERE, "localhost"],
    } as const;
    return [name, await issue(request, 1, authority, now)] as const;
  });
  return {
    secrets: Object.fromEntries(secrets.map((name) => [name, randomSecret()])),
    certificates: { authority: authority.certificate, pems: Object.fromEntries(await Promise.all(wanted)) },
  };
}
