import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after } from "node:test";
import { type Document, parseDocument } from "yaml";
import { type Deployed, readDeployed } from "../../../scripts/context.ts";
import { cli, ownState, temporaryHome } from "../../helpers/cli.ts";
import type { Attacked } from "../../helpers/refusals.ts";
import { attackedFrom } from "./attacked.ts";

const USERS = `
users:
  - name: alice
    can:
      - { topic: orders, do: [read, write] }
      - { group: alice-*, do: [read] }
      - { group: load-*, do: [read] }
topics:
  - { name: orders, partitions: 3 }
`;

/** A local cluster of the test's own, with one user; it goes with the test. */
export function securedCluster(name: string, stack: string) {
  const { home, remove } = temporaryHome();
  Object.assign(process.env, ownState(home));
  const file = path.join(home, `${name}.yaml`);
  const directory = path.join(home, "local", name);
  const document: Document = parseDocument(stack + USERS);
  /** Everything that commands printed. */
  const printed: string[] = [];
  const run = async (...args: string[]): Promise<string> => {
    writeFileSync(file, document.toString());
    const { code, stdout, stderr } = await cli(home, ...args);
    printed.push(stdout, stderr);
    assert.equal(code, 0, `${args.join(" ")}\n${stdout}\n${stderr}`);
    return stdout;
  };
  const deployed = (): Promise<Deployed> => readDeployed(name);
  after(async () => {
    await cli(home, "down", file, "--delete-data", "--yes");
    remove();
  });
  return { name, home, file, directory, document, printed, run, deployed };
}

export type SecuredCluster = ReturnType<typeof securedCluster>;

/** What the table of refusals needs to know of it. */
export async function attackedOf({ directory, deployed }: SecuredCluster): Promise<Attacked> {
  const { ports } = JSON.parse(readFileSync(path.join(directory, "cluster.json"), "utf8"));
  const at = (listener: string): string | undefined => {
    const found = Object.entries(ports).find(([key]) => key.startsWith(`${listener}@`));
    return found && `127.0.0.1:${found[1]}`;
  };
  const own = { topic: "orders", group: "alice-refusals" };
  return attackedFrom({ directory, user: "alice", at, from: "127.0.0.1", own }, await deployed());
}
