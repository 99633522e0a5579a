import { type AddressInfo, connect, createServer } from "node:net";

/** @returns a port of 127.0.0.1 that leads there, for as long as this process lives; it keeps no process alive. */
export async function relayTo(way: { readonly host: string; readonly port: number }): Promise<number> {
  const relay = createServer((client) => {
    const node = connect(way);
    for (const socket of [client, node]) socket.on("error", () => socket.destroy());
    client.pipe(node).pipe(client);
  }).unref();
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  return (relay.address() as AddressInfo).port;
}
