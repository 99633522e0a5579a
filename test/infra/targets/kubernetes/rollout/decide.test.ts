import assert from "node:assert/strict";
import { test } from "node:test";
import {
  COMING_MS,
  type Condition,
  nextStep,
  type Observed,
  type SeenNode,
  type Step,
  UNREADY_MS,
} from "../../../../../infra/targets/kubernetes/rollout/decide.ts";

const KINDS = { b: ["broker"], c: ["controller"], x: ["broker", "controller"], z: ["zookeeper"] } as const;
const LONG = 60_000;

/** `b1` is broker 1, `c` a controller, `x` a combined node, `z` ZooKeeper. */
function node(name: string, is: Condition, more: Partial<SeenNode> = {}): SeenNode {
  const roles = KINDS[name[0] as keyof typeof KINDS];
  const words = is === "ready" ? "is ready" : "is on its way";
  const quiet = { forMs: LONG, stale: false, owed: false, words, troubled: false };
  return { id: Number(name.slice(1)), roles, pod: name, is, ...quiet, ...more };
}

const stale = (name: string, is: Condition, forMs = LONG) => node(name, is, { stale: true, forMs });
const faulty = (name: string, ofProcess: boolean, more: Partial<SeenNode> = {}) =>
  node(name, "down", { fault: { reason: "cannot get its image", next: "load it", ofProcess }, ...more });

const ORDER = [2001, 2002, 2003, 1001, 1002, 1003, 1, 2, 3];
const ready = (...names: readonly string[]) => names.map((name) => node(name, "ready"));

/** One partition of all brokers, which are in sync or not. */
function kafka(isr: readonly number[], leaderId = 1001, minIsr = 2): Observed["kafka"] {
  const partition = { topic: "orders", partition: 0, leader: isr[0] ?? null, replicas: [1, 2, 3], isr, minIsr };
  const voters = [1001, 1002, 1003].map((id) => ({ id, lag: 0, caughtUpAgoMs: 100 }));
  return { brokers: [1, 2, 3], partitions: [partition], quorum: { leaderId, leaderEpoch: 1, voters, observers: [] } };
}

function shown(step: Step): string {
  if (step.action === "restart") return `${step.how} ${step.id}`;
  if (step.action === "fail") return `fail ${step.id}`;
  return step.action === "wait" ? `wait: ${step.reason}` : "done";
}

interface Row {
  readonly name: string;
  readonly nodes: readonly SeenNode[];
  readonly kafka?: Observed["kafka"];
  readonly left?: Observed["left"];
  readonly unseen?: readonly string[];
  readonly expected: string | RegExp;
}

const rows: readonly Row[] = [
  { name: "all serve and are current", nodes: ready("c1001", "b1", "b2"), expected: "done" },
  {
    name: "a StatefulSet whose change nobody has seen: every pod looks current",
    nodes: ready("b1", "b2"),
    unseen: ["dev-broker"],
    expected: /^wait: the controller of StatefulSet dev-broker/,
  },
  {
    name: "first start: others are waited for side by side",
    nodes: [node("b1", "up"), node("b2", "gone")],
    expected: /^wait: b2/,
  },
  {
    name: "stale pods go by an eviction, in order",
    nodes: [stale("b2", "ready"), stale("b1", "ready")],
    expected: "evict 1",
  },
  {
    name: "controllers go before brokers, the active one last",
    nodes: [stale("b1", "ready"), stale("c1001", "ready"), stale("c1002", "ready"), node("c1003", "ready")],
    kafka: kafka([1, 2, 3]),
    expected: "evict 1002",
  },
  {
    name: "a broker that recovers its logs is not made to begin anew",
    nodes: [node("b1", "up", { stale: true, recovers: true, words: "recovers orders-0" }), node("b2", "ready")],
    expected: "wait: b1 recovers orders-0",
  },
  {
    name: "ZooKeeper goes first",
    nodes: [stale("b1", "ready"), stale("z2001", "ready"), node("z2002", "ready")],
    expected: "evict 2001",
  },
  {
    name: "a broker that min ISR needs stays",
    nodes: [stale("b1", "ready"), ...ready("b2", "b3")],
    kafka: kafka([1, 2]),
    expected: /^wait: broker 1 is needed by orders-0/,
  },
  {
    name: "one that we restarted is ready and not back in sync: no other goes, whatever min ISR allows",
    nodes: [node("b1", "ready"), stale("b2", "ready"), stale("b3", "ready")],
    kafka: kafka([2, 3], 1001, 1),
    left: new Map([[1, { inSync: [{ topic: "orders", partition: 0 }] }]]),
    expected: "wait: node 1 is not yet back in the ISR of orders-0",
  },
  {
    name: "nor is the roll over before the last one is",
    nodes: ready("b1", "b2", "b3"),
    kafka: kafka([1, 2]),
    left: new Map([[3, { inSync: [{ topic: "orders", partition: 0 }] }]]),
    expected: "wait: node 3 is not yet back in the ISR of orders-0",
  },
  {
    name: "Kafka should answer and does not",
    nodes: [stale("b1", "ready"), ...ready("b2", "b3")],
    kafka: "Kafka does not answer: no broker answers",
    expected: /^wait: Kafka does not answer/,
  },
  {
    name: "one that is away holds up the next",
    nodes: [stale("b1", "ready"), node("b2", "ending"), stale("b3", "ready")],
    expected: /^wait: b2 is on its way/,
  },
  {
    name: "a controller that is away holds up brokers",
    nodes: [stale("b1", "ready"), node("c1001", "up")],
    expected: /^wait: c1001/,
  },
  {
    name: "a stale pod that does not run goes at once, whatever else is away",
    nodes: [node("b1", "up"), stale("b3", "down", 0), node("b2", "gone")],
    expected: "delete 3",
  },
  {
    name: "it goes before a fault of another ends the roll",
    nodes: [faulty("b1", false), stale("b2", "down", 0)],
    expected: "delete 2",
  },
  { name: "a fault ends the roll", nodes: [faulty("b1", false), stale("b2", "ready")], expected: "fail 1" },
  {
    name: "a fault of a stale pod does not: it is replaced",
    nodes: [faulty("b1", false, { stale: true })],
    expected: "delete 1",
  },
  {
    name: "a process that ends is not judged while its ZooKeeper is away",
    nodes: [node("z2001", "up"), faulty("b1", true)],
    expected: /^wait: z2001/,
  },
  { name: "with its ZooKeeper there it is", nodes: [...ready("z2001"), faulty("b1", true)], expected: "fail 1" },
  {
    name: "a stale pod that runs and does not serve goes before those that serve",
    nodes: [stale("b1", "ready"), stale("b2", "up"), stale("b3", "ready")],
    expected: "delete 2",
  },
  {
    name: "not while Kafka is silent although another broker serves: it may be the last in sync of something",
    nodes: [...ready("b1"), stale("b2", "up")],
    kafka: "Kafka does not answer: no broker answers",
    expected: "wait: Kafka does not answer: no broker answers",
  },
  {
    name: "where none serves nobody would answer",
    nodes: [stale("b1", "up"), stale("b2", "up")],
    kafka: "Kafka does not answer: no broker answers",
    expected: "delete 1",
  },
  {
    name: "nor need controllers that cannot form a quorum wait for an answer",
    nodes: [stale("c1001", "up"), ...ready("b1")],
    kafka: "Kafka does not answer: no broker answers",
    expected: "delete 1001",
  },
  {
    name: "not for one failed check",
    nodes: [stale("b1", "ready"), stale("b2", "up", UNREADY_MS - 1)],
    expected: /^wait: b2/,
  },
  {
    name: "nor while Kafka needs it",
    nodes: [...ready("b1"), stale("b2", "up"), stale("b3", "up")],
    kafka: kafka([2, 3]),
    expected: /^wait: broker 2 is needed/,
  },
  {
    name: "nor while one that we took is not back",
    nodes: [stale("b1", "up"), stale("b2", "up"), node("b3", "up", { owed: true })],
    expected: /^wait: b3/,
  },
  {
    name: "a quorum that cannot form gets its next pod although the first new one does not serve",
    nodes: [node("x1", "up"), stale("x2", "up"), stale("x3", "up")],
    expected: "delete 2",
  },
  {
    name: "unless Kafka answers and needs it",
    nodes: [stale("b1", "up"), stale("b2", "up")],
    kafka: kafka([1, 2]),
    expected: /^wait: broker 1 is needed/,
  },
  {
    name: "but the new one gets its time",
    nodes: [node("x1", "up", { forMs: COMING_MS - 1 }), stale("x2", "up"), stale("x3", "up")],
    expected: /^wait: x1/,
  },
  {
    name: "brokers without a quorum are left alone",
    nodes: [stale("b1", "up"), stale("b2", "up"), node("c1001", "up")],
    expected: /^wait: c1001/,
  },
];

for (const { name, nodes, kafka: state = null, unseen = [], left, expected } of rows)
  test(`next step: ${name}`, () => {
    const observed = { nodes, order: ORDER, unseen, kafka: state, ...(left && { left }) };
    const step = shown(nextStep({ ...observed, terms: { allowUnavailable: false } }));
    if (typeof expected === "string") assert.equal(step, expected);
    else assert.match(step, expected);
  });
