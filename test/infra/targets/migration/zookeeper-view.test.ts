import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseView } from "../../../../infra/targets/migration/zookeeper-view.ts";

/** What the shell prints beside the answers. */
const AROUND = `Connecting to 127.0.0.1:27662
Welcome to ZooKeeper!
JLine support is disabled

WATCHER::

WatchedEvent state:SaslAuthenticated type:None path:null
`;

const rows = [
  [
    "a broker leads, and nobody migrates",
    `{"version":2,"brokerid":3,"timestamp":"1","kraftControllerEpoch":-1}\n1\n`,
    { controller: 3, epoch: 1, kraftEpoch: -1, hasNotes: false, copied: false },
  ],
  [
    "controllers stand ready",
    `{"version":2,"brokerid":3,"timestamp":"1","kraftControllerEpoch":-1}\n1\n{"version":0,"kraft_metadata_offset":-1,"kraft_controller_id":-1,"kraft_metadata_epoch":-1,"kraft_controller_epoch":-1}\n`,
    { controller: 3, epoch: 1, kraftEpoch: -1, hasNotes: true, copied: false },
  ],
  [
    "a KRaft controller leads, and has copied",
    `{"version":2,"brokerid":1001,"timestamp":"1","kraftControllerEpoch":5}\n3\n{"version":0,"kraft_metadata_offset":223,"kraft_controller_id":1001,"kraft_metadata_epoch":2,"kraft_controller_epoch":2}\n`,
    { controller: 1001, epoch: 3, kraftEpoch: 5, hasNotes: true, copied: true },
  ],
  [
    "nobody leads",
    `3\n{"version":0,"kraft_metadata_offset":223,"kraft_controller_id":1001,"kraft_metadata_epoch":2,"kraft_controller_epoch":7}\n`,
    { controller: null, epoch: 3, kraftEpoch: 7, hasNotes: true, copied: true },
  ],
] as const;

describe("what ZooKeeper says of a migration", () => {
  for (const [what, answers, view] of rows)
    test(what, () => assert.deepEqual(parseView(`${AROUND}${answers}\nWATCHER::\n`), view));

  test("no answer is no view", () => assert.throws(() => parseView(AROUND), /does not tell who leads/));
});
