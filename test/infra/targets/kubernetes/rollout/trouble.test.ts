import assert from "node:assert/strict";
import { test } from "node:test";
import type { CoreV1Event, V1ContainerState, V1Pod } from "@kubernetes/client-node";
import {
  checkMessage,
  creationTrouble,
  isPulling,
  type Trouble,
  troubleOf,
} from "../../../../../infra/targets/kubernetes/rollout/trouble.ts";

const CRASHES = { count: 3, before: 0 };

/** @param at seconds */
const event = (reason: string, message: string, at = 0, name = "dev-broker-1"): CoreV1Event => ({
  metadata: {},
  involvedObject: { name },
  reason,
  message,
  lastTimestamp: new Date(at * 1_000),
});

const container = (state: V1ContainerState, restartCount = 0, lastState: V1ContainerState = {}): V1Pod => ({
  status: {
    containerStatuses: [{ name: "kafka", image: "kafka:4", imageID: "", ready: false, restartCount, state, lastState }],
  },
});

const waiting = (reason: string, message?: string): V1Pod =>
  container({ waiting: { reason, ...(message ? { message } : {}) } });
const unplaced = (message: string): V1Pod => ({
  status: { conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }] },
});
const crashed = (restartCount: number, exitCode = 1, reason = "Error") =>
  container({ waiting: { reason: "CrashLoopBackOff" } }, restartCount, { terminated: { exitCode, reason } });

/** Texts as Kubernetes 1.34 and containerd wrote them. */
const BACK_OFF =
  'Back-off pulling image "nowhere.invalid/x:1": ErrImagePull: failed to pull and unpack image "nowhere.invalid/x:1": failed to resolve reference "nowhere.invalid/x:1": failed to do request: Head "https://nowhere.invalid/v2/x/manifests/1": dial tcp: lookup nowhere.invalid: no such host';
const NO_MEMORY = "0/1 nodes are available: 1 Insufficient memory. no new claims to deallocate";
const UNBOUND = "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.";
const NO_CLASS = 'storageclass.storage.k8s.io "fast" not found';
const NO_MAP = 'MountVolume.SetUp failed for volume "config" : configmap "dev-broker-1f" not found';
const MULTI_ATTACH = 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) dev-broker-1';

const rows: readonly (readonly [string, V1Pod, readonly CoreV1Event[], Trouble | undefined])[] = [
  ["being started is none", waiting("ContainerCreating"), [], undefined],
  [
    "an image that cannot be had, without what everybody knows",
    waiting("ImagePullBackOff", BACK_OFF),
    [],
    {
      kind: "image",
      words:
        'cannot get image kafka:4: Head "https://nowhere.invalid/v2/x/manifests/1": dial tcp: lookup nowhere.invalid: no such host',
    },
  ],
  [
    "an older kubelet, which says why in an event only",
    waiting("ImagePullBackOff", 'Back-off pulling image "kafka:4"'),
    [event("Failed", 'Failed to pull image "kafka:4": rpc error: code = NotFound desc = no such manifest')],
    { kind: "image", words: "cannot get image kafka:4: no such manifest" },
  ],
  [
    "an image that may not be pulled",
    waiting("ErrImageNeverPull", "is not present with pull policy of Never"),
    [],
    { kind: "image-missing", words: "finds no image kafka:4 on its machine, and may not pull it" },
  ],
  [
    "a name that is none",
    waiting("InvalidImageName", "couldn't parse"),
    [],
    { kind: "image-name", words: "names an image that cannot be: kafka:4" },
  ],
  [
    "a Secret that is not there",
    waiting("CreateContainerConfigError", 'secret "x" not found'),
    [],
    { kind: "config", words: 'cannot start its container (CreateContainerConfigError: secret "x" not found)' },
  ],
  ["a process that ended twice gets another chance", crashed(1), [], undefined],
  [
    "the third time is trouble",
    crashed(2, 64),
    [],
    { kind: "crash", words: "starts again and again: its process ended 3 times, last with exit code 64" },
  ],
  [
    "for want of memory",
    crashed(2, 137, "OOMKilled"),
    [],
    {
      kind: "crash",
      words: "starts again and again: its process ended 3 times, last for want of memory: it reached its limit",
    },
  ],
  ["one that runs now may have made it", container({ running: {} }, 2, { terminated: { exitCode: 1 } }), [], undefined],
  ["no machine has room", unplaced(NO_MEMORY), [], { kind: "unschedulable", words: `finds no machine: ${NO_MEMORY}` }],
  ["a volume that is being made is none", unplaced(UNBOUND), [], undefined],
  [
    "a volume that is not made",
    unplaced(UNBOUND),
    [event("ProvisioningFailed", NO_CLASS, 0, "data-dev-broker-1")],
    { kind: "claim", words: `has no volume: claim data-dev-broker-1: ${NO_CLASS}` },
  ],
  [
    "until it is",
    unplaced(UNBOUND),
    [event("ProvisioningFailed", NO_CLASS, 1), event("ProvisioningSucceeded", "made", 2)],
    undefined,
  ],
  [
    "a ConfigMap that is not there",
    waiting("ContainerCreating"),
    [event("Scheduled", "to a"), event("FailedMount", NO_MAP, 5)],
    { kind: "mount", words: `cannot mount a volume: ${NO_MAP}` },
  ],
  [
    "until it is mounted",
    waiting("ContainerCreating"),
    [event("FailedMount", NO_MAP), event("Pulling", "x", 1)],
    undefined,
  ],
  [
    "a volume that another machine has, whatever follows from that",
    waiting("ContainerCreating"),
    [event("FailedAttachVolume", MULTI_ATTACH, 1), event("FailedMount", "timed out waiting", 9)],
    { kind: "attach", words: `waits for its volume: ${MULTI_ATTACH}` },
  ],
  [
    "a machine that threw it out",
    { status: { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." } },
    [],
    { kind: "evicted", words: "ended: Evicted: The node was low on resource: memory." },
  ],
];

for (const [name, pod, events, expected] of rows)
  test(`trouble: ${name}`, () => assert.deepEqual(troubleOf(pod, events, CRASHES), expected));

test("trouble: restarts from before anybody watched do not count", () => {
  assert.equal(troubleOf(crashed(12), [], { count: 3, before: 11 }), undefined);
  assert.equal(troubleOf(crashed(14), [], { count: 3, before: 12 })?.kind, "crash");
});

test("trouble: why a StatefulSet has no pod, unless it has made it since", () => {
  const failed = event(
    "FailedCreate",
    'create Pod dev-broker-1 in StatefulSet dev-broker failed error: pods "dev-broker-1" is forbidden: exceeded quota',
    5,
  );
  const made = (at: number) =>
    event("SuccessfulCreate", "create Pod dev-broker-1 in StatefulSet dev-broker successful", at);
  const words = 'is not made: pods "dev-broker-1" is forbidden: exceeded quota';
  assert.deepEqual(creationTrouble("dev-broker-1", [made(1), failed]), { kind: "creation", words });
  assert.equal(creationTrouble("dev-broker-1", [failed, made(6)]), undefined);
  assert.equal(creationTrouble("dev-broker-11", [failed]), undefined, "another pod's");
});

test("trouble: what a check said last, and whether an image is on its way", () => {
  const said = (message: string, at: number) => event("Unhealthy", message, at);
  const events = [
    said("Readiness probe failed: broker 1: is not in sync in 3 of its 50 partitions\nTerminated\n", 9),
    said("Startup probe failed: broker 1: nothing listens at 127.0.0.1:9092", 4),
  ];
  assert.equal(checkMessage(events), "broker 1: is not in sync in 3 of its 50 partitions");
  assert.equal(checkMessage([]), undefined);
  assert.equal(checkMessage([said("Startup probe failed: ", 1)]), undefined);
  assert.equal(isPulling([event("Pulling", "x", 2), event("Started", "x", 1)]), true);
  assert.equal(isPulling([event("Pulling", "x", 1), event("Pulled", "x", 2)]), false);
});
