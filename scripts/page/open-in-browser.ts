import { spawn } from "node:child_process";
import path from "node:path";
import { UserError } from "../../infra/errors.ts";

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [program: string, ...args: string[]]>>> = {
  darwin: ["open"],
  win32: ["explorer.exe"],
};

/** Shows a file in the browser that the user prefers, and does not wait for it. @throws UserError where nothing can. */
export function openInBrowser(file: string): Promise<void> {
  const [program, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, path.resolve(file)], { detached: true, stdio: "ignore" });
    child.on("spawn", () => {
      child.unref();
      resolve();
    });
    child.on("error", ({ message }) =>
      reject(new UserError(`no browser could be started: ${message}`, `open ${path.resolve(file)} by hand`)),
    );
  });
}
