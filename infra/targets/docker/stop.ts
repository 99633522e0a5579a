import type Docker from "dockerode";

/** Ends a container with SIGTERM, after the grace with SIGKILL. One that is gone or stopped already is what was wanted. */
export async function stopContainer(docker: Docker, name: string, graceMs: number): Promise<void> {
  await docker
    .getContainer(name)
    .stop({ t: Math.ceil(graceMs / 1000) })
    .catch((error: { readonly statusCode?: number }) => {
      if (error.statusCode !== 304 && error.statusCode !== 404) throw error;
    });
}
