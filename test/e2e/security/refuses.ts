import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { listeningIn } from "../../helpers/listening.ts";
import { assertRefused, tryRefusals, tryRow } from "../../helpers/refusals.ts";
import { ask } from "../../helpers/refusals-clients.ts";
import { nodeProcesses } from "../local/nodes.ts";
import { attackedOf, type SecuredCluster, securedCluster } from "./cluster.ts";
import { filesBelow, isPrivate, leakingFiles, secretsOf, watchProcesses, within } from "./secrets.ts";

/** What every secured cluster has to show, whatever its shape. @returns the cluster, for what only one of them shows. */
export function refuses(name: string, stack: string, more: (cluster: SecuredCluster) => void = () => {}): void {
  describe(`a secured local cluster: ${name}`, () => {
    const cluster = securedCluster(name, stack);
    const { home, file, directory, printed, run, deployed } = cluster;
    let seen: readonly string[] = [];

    test("up brings it, without any step by hand, and its smoke test passes as a plain user", async () => {
      const processes = watchProcesses();
      const result = JSON.parse(await run("up", file, "--yes", "--json"));
      seen = processes.stop();
      assert.equal(result.smoke.passed, true);
      assert.equal(result.health.healthy, true);
    });

    test("every attempt of the table is refused, and who may do the same does it", async (t) => {
      const results = await tryRefusals(await attackedOf(cluster));
      for (const { row, how } of results) t.diagnostic(`${row}: ${how}`);
      assertRefused(results);
    });

    test("the table takes a port where nobody listens for no refusal", async () => {
      const { user } = await attackedOf(cluster);
      const nobody = await tryRow({ row: "nobody listens", refusedBy: ["hung-up"], attempt: ask("127.0.0.1:1", user) });
      assert.equal(nobody.refused, false, nobody.how);
    });

    test("nodes listen where the plan says and nowhere else: JMX neither", async () => {
      const { ports } = JSON.parse(readFileSync(path.join(directory, "cluster.json"), "utf8"));
      for (const [id, found] of nodeProcesses(home, name)) {
        assert.ok(found, `node ${id} runs`);
        const planned = Object.entries<number>(ports).filter(([key]) => key.endsWith(`@${id}`));
        // Followers of ZooKeeper do not listen for followers.
        const strays = listening(found.pid).filter((port) => !planned.some(([, known]) => known === port));
        assert.deepEqual(strays, [], `node ${id}`);
      }
    });

    test("no secret stands in arguments, environments, logs, output, or the state in plain text", async () => {
      for (const args of [
        ["up", "--yes", "--json"],
        ["preview"],
        ["plan", "--json"],
        ["health"],
        ["outputs", "--json"],
        ["access", "plan"],
      ])
        await run(args[0]!, ...(args[1] === "plan" ? ["plan", file] : [file, ...args.slice(1)]));
      assert.match(printed.join("\n"), /^topics and access: as declared$/m, "preview tells what up would do after it");
      const secrets = secretsOf(directory, (await deployed()).access);
      assert.ok(secrets.size >= 4, [...secrets.keys()].join(", "));
      const mine = seen.filter((text) => text.includes(directory));
      assert.ok(
        mine.some((text) => text.includes("kafka.Kafka")),
        "the nodes were seen",
      );
      assert.deepEqual(
        seen.flatMap((text) => within(text, secrets).map((found) => `${text.slice(0, 200)}: ${found}`)),
        [],
      );
      assert.deepEqual(within(printed.join("\n"), secrets), [], "printed");
      assert.deepEqual(
        leakingFiles(path.join(home, "pulumi"), secrets, () => false),
        [],
        "Pulumi's state",
      );
      const logs = filesBelow(directory).filter((one) => one.includes(`${path.sep}logs${path.sep}`));
      assert.ok(logs.length > 0);
      assert.deepEqual(
        leakingFiles(directory, secrets, (one) => !logs.includes(one)),
        [],
        "logs",
      );
    });

    test("whatever file holds a secret, its owner alone may read it", async () => {
      const secrets = secretsOf(directory, (await deployed()).access);
      const holding = leakingFiles(home, secrets, () => false);
      assert.ok(holding.length > 0, "nodes know their keys");
      assert.deepEqual(
        holding.filter((entry) => !isPrivate(entry.slice(0, entry.lastIndexOf(": ")))),
        [],
      );
    });

    more(cluster);
  });
}

/** TCP ports on which a process listens. */
function listening(pid: number): number[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return []; // Closed meanwhile.
      }
    }),
  );
  const tables = ["tcp", "tcp6"].map((table) => readFileSync(`/proc/${pid}/net/${table}`, "utf8"));
  const sockets = listeningIn(tables.join("\n")).filter(({ inode }) => own.has(inode));
  return sockets.map(({ port }) => port);
}
