const SAID_FOR_MS = 1500;

/** Copies a text when the button is pressed, and says on the button whether that worked. */
export function copyOnClick(button: HTMLElement, text: () => string): void {
  const label = button.textContent;
  button.addEventListener("click", () => {
    const say = (said: string) => {
      button.textContent = said;
      setTimeout(() => {
        button.textContent = label;
      }, SAID_FOR_MS);
    };
    copy(text()).then(
      () => say("Copied"),
      () => say("Not allowed: select it by hand"),
    );
  });
}

/** Pages that are no secure context, such as one served by plain HTTP, have no clipboard. */
async function copy(text: string): Promise<void> {
  if (navigator.clipboard === undefined) throw new Error("no clipboard");
  await navigator.clipboard.writeText(text);
}
