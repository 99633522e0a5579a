import { connect } from "node:net";
import type { ISocketFactory } from "kafkajs";

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

/** For kafkajs, whose own does the same but for the way. */
export const socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
  const socket = connect(wayTo(host, port), onConnect);
  return socket.setKeepAlive(true, KEEP_ALIVE_MS);
};
