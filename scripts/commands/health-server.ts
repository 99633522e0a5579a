import { createServer, type Server } from "node:http";
import type { HealthReport } from "../ops/health/report.ts";

/** A load balancer may ask often, from several places: all within this time share one look at the cluster. */
const REUSE_MS = 1_000;

/** `GET /healthcheck` → 200 `OK`, or 503 with the failing checks as JSON. The server is not listening yet. */
export function healthServer(stack: string, check: () => Promise<HealthReport>): Server {
  const recent = reuse(check);
  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname !== "/healthcheck" || (request.method !== "GET" && request.method !== "HEAD")) {
      response.writeHead(404, { "content-type": "text/plain" }).end("GET /healthcheck\n");
      return;
    }
    const failing = await recent().then(
      ({ checks }) => checks.filter(({ status }) => status === "fail"),
      (error: unknown) => [{ name: "health", status: "fail", detail: String(error) }],
    );
    if (failing.length === 0) response.writeHead(200, { "content-type": "text/plain" }).end("OK");
    else
      response
        .writeHead(503, { "content-type": "application/json" })
        .end(JSON.stringify({ schemaVersion: 1, stack, healthy: false, checks: failing }));
  });
}

/** Shares one answer among all who ask while it is being made and for a moment after. */
function reuse<T>(make: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | null = null;
  return () => {
    if (current === null) {
      const mine = make();
      current = mine;
      const forget = () => setTimeout(() => (current = null), REUSE_MS).unref();
      mine.then(forget, forget);
    }
    return current;
  };
}
