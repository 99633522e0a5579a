/**
 * The seam of gaps.ts for voters of a dynamic quorum (KIP-853). The library has no AddRaftVoter and no RemoveRaftVoter, but
 * what requests are made of: https://kafka.apache.org/protocol#The_Messages_AddRaftVoter
 */
import { createAPI, type Reader, Writer } from "@platformatic/kafka";
import type { NodeConnection } from "./gaps.ts";

/** A voter is a node with its data: with an empty disk it is another one. */
export interface VoterKey {
  readonly id: number;
  /** In Kafka's form of an id. */
  readonly directoryId: string;
}

export interface NewVoter extends VoterKey {
  /** host:port by the name of each listener for controllers. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** The leader answers once the change is committed, or this long after it began to wait for the voter. */
const TIMEOUT_MS = 10_000;
const DUPLICATE_VOTER = 126;
const VOTER_NOT_FOUND = 127;

interface Answer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
}

const addRaftVoterV0 = createAPI<[voter: NewVoter, timeoutMs: number], Answer>(80, 0, addRequest, parseAnswer);
const removeRaftVoterV0 = createAPI<[voter: VoterKey], Answer>(81, 0, removeRequest, parseAnswer);

function addRequest({ id, directoryId, endpoints }: NewVoter, timeoutMs: number): Writer {
  return (
    Writer.create()
      // Of the cluster: none, as a connection is to one cluster.
      .appendString(null)
      .appendInt32(timeoutMs)
      .appendInt32(id)
      .appendUUID(hexOf(directoryId))
      .appendArray(Object.entries(endpoints), (writer, [name, address]) => {
        const colon = address.lastIndexOf(":");
        writer
          .appendString(name)
          .appendString(address.slice(0, colon))
          .appendUnsignedInt16(Number(address.slice(colon + 1)));
      })
      .appendTaggedFields()
  );
}

function removeRequest({ id, directoryId }: VoterKey): Writer {
  return Writer.create().appendString(null).appendInt32(id).appendUUID(hexOf(directoryId)).appendTaggedFields();
}

function parseAnswer(_correlation: number, _apiKey: number, _apiVersion: number, reader: Reader): Answer {
  reader.readInt32(); // throttle_time_ms
  return { errorCode: reader.readInt16(), errorMessage: reader.readNullableString() };
}

/** Kafka shows ids in base64, the library takes their bytes. */
const hexOf = (id: string): string => Buffer.from(id, "base64url").toString("hex");

/** Makes an observer that keeps up a voter; one that is a voter already stays one. @throws with Kafka's reason. */
export async function addVoter(leader: NodeConnection, voter: NewVoter): Promise<void> {
  requireDone(await addRaftVoterV0.async(leader, voter, TIMEOUT_MS), DUPLICATE_VOTER);
}

/** Takes a node from the voters, also the leader itself; one that is none is as it should be. @throws with Kafka's reason. */
export async function removeVoter(leader: NodeConnection, voter: VoterKey): Promise<void> {
  requireDone(await removeRaftVoterV0.async(leader, voter), VOTER_NOT_FOUND);
}

function requireDone({ errorCode, errorMessage }: Answer, isSo: number): void {
  if (errorCode === 0 || errorCode === isSo) return;
  throw new Error(errorMessage ?? `error ${errorCode}`);
}
