import { type AddressInfo, connect, createServer } from "node:net";

/**
 * @param answers whether what the node says now reaches the client, its hanging up included; what is kept from it is lost.
 * @returns a port of 127.0.0.1 that leads there, for as long as this process lives; it keeps no process alive.
 */
export async function relayTo(
  way: { readonly host: string; readonly port: number },
  answers: () => boolean = () => true,
): Promise<number> {
  const relay = createServer((client) => {
    const node = connect(way);
    for (const socket of [client, node]) socket.on("error", () => socket.destroy());
    client.pipe(node).on("data", (said) => answers() && client.write(said));
    node.on("end", () => answers() && client.end());
  }).unref();
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  return (relay.address() as AddressInfo).port;
}
