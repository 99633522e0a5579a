import assert from "node:assert/strict";
import type { Row } from "./refusals.ts";

/**
 * A place from which a cluster is tried: a container or a pod of the test's. It tells what becomes of a connection to each
 * address, and the clients of this process are led through it, so that rows of the table of refusals are tried from there.
 */
export interface Outpost {
  /** Of its own, that nodes see. */
  readonly address: string;
  /** By address: `open`, or what a connection comes to. */
  readonly seen: ReadonlyMap<string, string>;
  remove(): Promise<void>;
}

export interface Attempts {
  /** Addresses to which it connects, to tell what comes of it; host:port. */
  readonly tried: readonly string[];
  /** Addresses to which it leads. */
  readonly led: readonly string[];
}

/** The ports of an outpost that lead to the addresses, in their order. */
export const outpostPorts = ({ led }: Pick<Attempts, "led">): number[] => led.map((_, index) => 7000 + index);

const [BEGUN, TRIED] = ["--begun--", "--tried--"];
/** Where packets are dropped nothing ever answers. Seconds. */
const PATIENCE = 4;

/** For bash, in any image that Kafka runs in: nothing but busybox. It serves until it is killed. */
export function outpostScript({ tried, led }: Attempts): string {
  const ports = outpostPorts({ led });
  return [
    `try() {
  said=$(timeout ${PATIENCE} bash -c "exec 3<>/dev/tcp/$1/$2" 2>&1) && said=open
  case $said in
    open) ;;
    "" | *Terminated*) said='no answer' ;;
    *refused*) said=refused ;;
    *'not known'* | *resol*) said='no such name' ;;
  esac
  echo "$1:$2 \${said//[[:cntrl:]]/ }"
}`,
    ...led.map((address, index) => `nc -ll -p ${ports[index]} -e nc ${apart(address).join(" ")} &`),
    `echo ${BEGUN}`,
    // Side by side, and the servers are jobs too: not waited for.
    "tries=",
    ...tried.map((address) => `try ${apart(address).join(" ")} & tries="$tries $!"`),
    "wait $tries",
    `echo ${TRIED}`,
    "wait",
  ].join("\n");
}

/** What the script printed so far; undefined until all is tried. */
export function readOutpost(log: string): ReadonlyMap<string, string> | undefined {
  const lines = log.split(/\r?\n/);
  const [begun, tried] = [lines.indexOf(BEGUN), lines.indexOf(TRIED)];
  if (begun < 0 || tried < 0) return undefined;
  const pairs = lines.slice(begun + 1, tried).filter((line) => line !== "");
  return new Map(pairs.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]));
}

/** Whether anybody is there. Without reasons for which not, it is a control: somebody is. */
export function reachRow(from: string, { seen }: Outpost, address: string, refusedBy?: readonly string[]): Row {
  const attempt = async () => {
    const found = seen.get(address);
    assert.ok(found, `${address} was tried`);
    if (found !== "open") throw new Error(found);
  };
  return { row: `${from}: connect to ${address}`, ...(refusedBy ? { refusedBy } : {}), attempt };
}

const apart = (address: string): [host: string, port: string] => {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), address.slice(colon + 1)];
};
