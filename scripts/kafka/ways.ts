import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ISocketFactory } from "kafkajs";
import { isTlsRecord, SpeaksTls } from "../ops/connection-faults.ts";
import { type Identity, tlsOptions } from "./identity.ts";

/**
 * Addresses that brokers tell and nobody answers on this machine, and the port of this process that leads to each (a
 * tunnel). Everything here that talks to Kafka connects by it, so commands that run at once do not need the same port.
 */
const ways = new Map<string, number>();

/** @param address host:port as brokers tell it. @param port of 127.0.0.1, for as long as this process lives. */
export function leadTo(address: string, port: number): void {
  ways.set(address, port);
}

export const isLedTo = (address: string): boolean => ways.has(address);

/** Where to connect for an address that a broker told. */
export function wayTo(host: string, port: number): { host: string; port: number } {
  const own = ways.get(`${host}:${port}`);
  return own === undefined ? { host, port } : { host: "127.0.0.1", port: own };
}

const KEEP_ALIVE_MS = 60_000;

/** For kafkajs, whose own knows neither ways nor that the name to verify is the one that was told. */
export function socketFactory(identity: Identity | undefined): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const tls = tlsOptions(identity, host);
    const way = wayTo(host, port);
    const socket = tls ? connectTls({ ...tls, ...way }, onConnect) : refuseTls(connect(way, onConnect));
    return socket.setKeepAlive(true, KEEP_ALIVE_MS);
  };
}

/** kafkajs would take a TLS alert for the length of an answer, and wait for the rest until the peer hangs up. */
function refuseTls(socket: Socket): Socket {
  return socket.once("data", (first) => {
    if (isTlsRecord(first)) socket.destroy(new SpeaksTls());
  });
}
