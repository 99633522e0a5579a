import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Document, parseDocument } from "yaml";
import type { ClusterOutputs } from "../../../infra/outputs.ts";
import { projectRoot } from "../../../infra/paths.ts";
import { readDeployed } from "../../../scripts/context.ts";
import { as, identityOf } from "../../../scripts/kafka/identity.ts";
import type { KubeAccess } from "../../../toolchain/kubernetes.ts";
import { cli, ownState, temporaryHome } from "../../helpers/cli.ts";
import { backInSync } from "../../helpers/cluster.ts";
import { dropNamespace, type NodePod, podsOf } from "../../helpers/kube.ts";
import { kafkaImage } from "../../helpers/kube-node.ts";
import { type LoadReport, loginOf, underLoad } from "../../helpers/load.ts";

/** A stack of the test's own, made from a shipped one, and how its user sees it. */
export interface Lab {
  readonly name: string;
  readonly namespace: string;
  readonly home: string;
  readonly file: string;
  readonly document: Document;
  /** Everything that commands printed. */
  readonly printed: string[];
  /** Writes the stack file as the document now is. */
  save(): void;
  /** Brings the image to the machine and writes the stack file; once, before anything else. */
  prepare(): Promise<void>;
  run(code: number, ...args: string[]): Promise<string>;
  // biome-ignore lint/suspicious/noExplicitAny: what a command printed, looked at by a test
  json(code: number, ...args: string[]): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: the same
  up(...args: string[]): Promise<any>;
  outputs(): Promise<ClusterOutputs>;
  pods(): Promise<Map<number, NodePod>>;
  /** Records of a user who may do just that, while something is done to the cluster. */
  underLoad(act: () => Promise<void>): Promise<LoadReport>;
  untilInSync(): Promise<void>;
  asAdmin<T>(work: (cluster: ClusterOutputs) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

/** Where the records of a load go, and whose they are. */
export const TOPIC = "orders";
export const USER = {
  name: "shop",
  can: [
    { topic: TOPIC, do: ["read", "write"] },
    { group: "load-*", do: ["read"] },
  ],
};

export function makeLab(stack: string, name: string, access: KubeAccess | undefined): Lab {
  const { home, remove } = temporaryHome();
  const file = path.join(home, `${name}.yaml`);
  const namespace = `kafka-${name}`;
  const document = parseDocument(readFileSync(path.join(projectRoot, "stacks", `${stack}.yaml`), "utf8"));
  document.set("users", document.createNode([USER]));
  // What is read here is the test's own state.
  Object.assign(process.env, ownState(home));
  const lab: Lab = {
    name,
    namespace,
    home,
    file,
    document,
    printed: [],
    save: () => writeFileSync(file, document.toString()),
    async prepare() {
      document.setIn(["kubernetes", "image"], await kafkaImage(access!, String(document.getIn(["kafka", "version"]))));
      lab.save();
    },
    async run(code, ...args) {
      const finished = await cli(home, ...args);
      lab.printed.push(finished.stdout, finished.stderr);
      assert.equal(finished.code, code, `${args.join(" ")}\n${finished.stdout}\n${finished.stderr}`);
      return finished.stdout;
    },
    json: async (code, ...args) => JSON.parse(await lab.run(code, ...args, "--json")),
    up: (...args) => lab.json(0, "up", file, "--yes", ...args),
    outputs: () => lab.json(0, "outputs", file),
    pods: () => podsOf(access!, namespace, name),
    async underLoad(act) {
      const { cluster, access: login } = await readDeployed(name);
      return underLoad(cluster.bootstrapServers, TOPIC, act, loginOf(identityOf(login, USER.name)));
    },
    untilInSync: () => lab.asAdmin(({ bootstrapServers }) => backInSync(bootstrapServers)),
    async asAdmin(work) {
      const { cluster, access: login } = await readDeployed(name);
      return as(identityOf(login, "admin"), () => work(cluster));
    },
    async remove() {
      await cli(home, "down", file, "--delete-data", "--yes");
      if (access) await dropNamespace(access, namespace);
      remove();
    },
  };
  return lab;
}

/** Does something and says how many pods were not there or not ready at once at the most meanwhile. */
export async function watching(lab: Lab, nodes: number, act: () => Promise<unknown>): Promise<number> {
  let mostDown = 0;
  const timer = setInterval(async () => {
    const found = await lab.pods().catch(() => undefined);
    if (!found) return;
    mostDown = Math.max(mostDown, nodes - [...found.values()].filter(({ ready }) => ready).length);
  }, 100);
  try {
    await act();
    return mostDown;
  } finally {
    clearInterval(timer);
  }
}
