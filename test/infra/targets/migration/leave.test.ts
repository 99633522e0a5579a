import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { asideName, type Leaving, leaveMigration } from "../../../../infra/targets/migration/leave.ts";

/** A cluster of one broker about to start and two controllers; `failAt` breaks the run before that deed. */
class Cluster {
  readonly running = new Set([1001, 1002]);
  readonly data = new Set([1001, 1002]);
  leader: "kraft" | null = "kraft";
  fetched = true;
  readonly deeds: string[] = [];
  #left: number;

  constructor(failAt = Infinity) {
    this.#left = failAt;
  }

  recover(): void {
    this.#left = Infinity;
  }

  #do(deed: string): void {
    if (this.#left-- <= 0) throw new Error("cut off");
    this.deeds.push(deed);
  }

  get leaving(): Leaving<number> {
    return {
      hasFetched: () => this.fetched,
      controllers: () => [...this.data],
      stop: async (id) => {
        this.#do(`stop ${id}`);
        this.running.delete(id);
      },
      shell: async (commands) => {
        if (commands.includes("delete /controller")) {
          this.#do("forget");
          assert.equal(this.running.size, 0, "a controller that still runs would take the lead again");
          this.leader = null;
        }
        return this.leader === null
          ? "8\n"
          : `{"brokerid":1001,"kraftControllerEpoch":7}\n8\n{"kraft_metadata_offset":9,"kraft_controller_epoch":7}\n`;
      },
      putDataAside: (id) => {
        this.#do(`aside ${id}`);
        assert.equal(this.leader, null, "while they are named as leaders their data counts");
        this.data.delete(id);
      },
      putFetchedAside: () => {
        this.#do("aside fetched");
        this.fetched = false;
      },
    };
  }
}

const silent = () => {};
const ORDER = ["stop 1001", "stop 1002", "forget", "aside 1001", "aside 1002", "aside fetched"];

describe("the way back from a migration", () => {
  test("goes in this order", async () => {
    const cluster = new Cluster();
    await leaveMigration(cluster.leaving, silent);
    assert.deepEqual(cluster.deeds, ORDER);
  });

  for (const [index, deed] of ORDER.entries())
    test(`cut off before "${deed}", the next run comes to the same end`, async () => {
      const cluster = new Cluster(index);
      await assert.rejects(leaveMigration(cluster.leaving, silent), /cut off/);
      assert.equal(cluster.fetched, true, "what tells that something is left to do goes last");
      cluster.recover();
      await leaveMigration(cluster.leaving, silent);
      const { leader, fetched, data, running } = cluster;
      assert.deepEqual({ leader, fetched, data: data.size, running: running.size }, NOTHING_LEFT);
    });

  test("does nothing where no log of the quorum is, and next to nothing for the brokers that follow", async () => {
    const cluster = new Cluster();
    await leaveMigration(cluster.leaving, silent);
    cluster.deeds.length = 0;
    await leaveMigration(cluster.leaving, silent);
    assert.deepEqual(cluster.deeds, []);
    cluster.fetched = true;
    await leaveMigration(cluster.leaving, silent);
    assert.deepEqual(cluster.deeds, ["aside fetched"]);
  });

  test("a name that no earlier way back has given", () =>
    assert.match(asideName("data"), /^data\.reverted-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/));
});

const NOTHING_LEFT = { leader: null, fetched: false, data: 0, running: 0 };
