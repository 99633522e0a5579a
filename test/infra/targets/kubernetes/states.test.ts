import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CoreV1Event, V1Pod } from "@kubernetes/client-node";
import { stateOf } from "../../../../infra/targets/kubernetes/states.ts";
import { apart } from "../../../../infra/targets/kubernetes/throwaway.ts";

const NAME = "s-broker-1";

function pod(status: V1Pod["status"], metadata: V1Pod["metadata"] = {}): V1Pod {
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: `data-${NAME}` } }];
  return {
    metadata: { name: NAME, uid: "now", ...metadata },
    spec: { containers: [{ name: "kafka" }], volumes },
    status: status ?? {},
  };
}

const container = (state: object, more: object = {}) => ({
  name: "kafka",
  image: "i:1",
  imageID: "",
  ready: false,
  restartCount: 0,
  state,
  ...more,
});
const running = { running: { startedAt: new Date(0) } };
const ready = (isReady: boolean) => [{ type: "Ready", status: isReady ? "True" : "False" }];

const event = (name: string, reason: string, message: string, uid = "now"): CoreV1Event => ({
  metadata: {},
  involvedObject: { name, uid },
  reason,
  message,
});

type Row = readonly [
  title: string,
  pod: V1Pod | undefined,
  events: readonly CoreV1Event[],
  well: boolean,
  detail: string | RegExp,
];

const rows: readonly Row[] = [
  [
    "ready",
    pod({ phase: "Running", conditions: ready(true), containerStatuses: [container(running)] }),
    [],
    true,
    "ready",
  ],
  [
    "ready again",
    pod({ phase: "Running", conditions: ready(true), containerStatuses: [container(running, { restartCount: 1 })] }),
    [],
    true,
    "ready, restarted 1 time",
  ],
  ["not there", undefined, [], false, "there is no such pod"],
  [
    "not there, because it may not be made",
    undefined,
    [event("s-broker", "FailedCreate", `create Pod ${NAME} in StatefulSet s-broker failed error: exceeded quota: q`)],
    false,
    /^there is no such pod: it is not made: .*exceeded quota: q$/,
  ],
  [
    "on its way out",
    pod({ phase: "Running", conditions: ready(true) }, { deletionTimestamp: new Date(0) }),
    [],
    false,
    "is being deleted",
  ],
  [
    "behind, as its check says",
    pod({ phase: "Running", conditions: ready(false), containerStatuses: [container(running, { restartCount: 2 })] }),
    [
      event(NAME, "Unhealthy", "Readiness probe failed: not in sync in 3 partitions\nTerminated\n"),
      event(NAME, "Unhealthy", "Readiness probe failed: of an earlier pod", "before"),
      event("s-broker-2", "Unhealthy", "Readiness probe failed: of another pod"),
    ],
    false,
    "Running, not ready: not in sync in 3 partitions, restarted 2 times",
  ],
  [
    "without its image",
    pod({
      phase: "Pending",
      conditions: ready(false),
      containerStatuses: [container({ waiting: { reason: "ImagePullBackOff", message: "Back-off pulling image" } })],
    }),
    [],
    false,
    /^Pending, not ready: .*i:1.*Back-off pulling image/,
  ],
  [
    "on no machine",
    pod({
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available: 1 Insufficient cpu." }],
    }),
    [],
    false,
    /^Pending, not ready: .*0\/1 nodes are available: 1 Insufficient cpu\.$/,
  ],
  [
    "without its volume",
    pod({
      phase: "Pending",
      conditions: [
        { type: "PodScheduled", status: "False", message: "pod has unbound immediate PersistentVolumeClaims" },
      ],
    }),
    [event(`data-${NAME}`, "ProvisioningFailed", "no class named fast", "claim")],
    false,
    /^Pending, not ready: .*no class named fast/,
  ],
  [
    "ended",
    pod({
      phase: "Running",
      conditions: ready(false),
      containerStatuses: [
        container(
          { waiting: { reason: "CrashLoopBackOff" } },
          { restartCount: 1, lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } } },
        ),
      ],
    }),
    [],
    false,
    /^Running, not ready: .*memory.*, restarted 1 time$/,
  ],
  [
    "starting",
    pod({
      phase: "Pending",
      conditions: ready(false),
      containerStatuses: [container({ waiting: { reason: "ContainerCreating" } })],
    }),
    [],
    false,
    "Pending, not ready: ContainerCreating",
  ],
];

describe("a pod in a few words", () => {
  for (const [title, found, events, well, detail] of rows)
    test(title, () => {
      const state = stateOf(NAME, found, "s-broker", events);
      assert.equal(state.well, well);
      if (typeof detail === "string") assert.equal(state.detail, detail);
      else assert.match(state.detail, detail);
    });
});

test("the two outputs of a script are told apart, to the byte", () => {
  assert.deepEqual(apart("out\n\n--m--\nerr\n", "--m--"), { stdout: "out\n", stderr: "err\n" });
  assert.deepEqual(apart("\n--m--\n", "--m--"), { stdout: "", stderr: "" });
  assert.deepEqual(apart("no end\n--m--\n", "--m--"), { stdout: "no end", stderr: "" });
  assert.deepEqual(apart("half", "--m--"), { stdout: "half", stderr: "the client pod was killed (Error)\n" });
  const killed = apart("a\n--m--\nb", "--m--", "OOMKilled");
  assert.deepEqual(killed, { stdout: "a", stderr: "b\nthe client pod was killed (OOMKilled)\n" });
});
