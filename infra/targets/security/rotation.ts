import type { AuthorityFacts, Facts, Wish } from "./facts.ts";

/** An authority of the next state: one that there is, or one that comes. */
export type Source = AuthorityFacts | "made" | "given";

export interface NextTrust {
  /** All that are trusted, the oldest first. */
  readonly authorities: readonly Source[];
  /** Which of them signs. */
  readonly signer: Source;
  readonly warnings: readonly string[];
}

export type Verdict = { readonly refused: string } | NextTrust;

/**
 * Which authorities are trusted, and which of them signs. Pure.
 *
 *     stable [A]  →  trustBoth [A, B], A signs  →  reissue [A, B], B signs  →  stable [B]
 *
 * Nodes change one after the other, so at any time some are a step behind. Invariant: whatever there was is signed by
 * an authority that is trusted next, and whatever is issued by one that was trusted before. Steps that would break it
 * are refused; a step back never does: from `reissue` to `trustBoth`, and from `trustBoth` to `stable`, which drops B.
 */
export function nextTrust(there: Facts | undefined, wish: Wish): Verdict {
  if (!there) return first(wish);
  const [old, fresh] = there.authorities as [AuthorityFacts, AuthorityFacts?];
  if (!fresh) return wish.rotation === "stable" ? stay(old, wish) : begin(old, wish);
  if (wish.rotation === "stable") return there.phase === "reissue" ? finish(fresh, wish) : cancel(old, fresh, wish);
  const both = { authorities: [old, fresh], warnings: [] };
  if (!isChosen(fresh, wish)) return refuse(MIDWAY);
  return { ...both, signer: wish.rotation === "reissue" ? fresh : old };
}

function first(wish: Wish): Verdict {
  if (wish.rotation !== "stable")
    return refuseRotation(`there is no authority yet that ${wish.rotation} could replace; set stable`);
  return only(wish.given ? "given" : "made");
}

function stay(old: AuthorityFacts, wish: Wish): Verdict {
  return isChosen(old, wish) ? only(old) : refuse(OTHER);
}

function begin(old: AuthorityFacts, wish: Wish): Verdict {
  if (wish.rotation === "reissue")
    return refuseRotation(
      "reissue follows trustBoth only: nodes that do not trust the new authority yet would refuse what it signed; set trustBoth, run up, then set reissue",
    );
  if (old.given && wish.given === old.fingerprint) return refuse(SAME);
  return { authorities: [old, wish.given ? "given" : "made"], signer: old, warnings: [] };
}

function finish(fresh: AuthorityFacts, wish: Wish): Verdict {
  return isChosen(fresh, wish) ? only(fresh) : refuse(MIDWAY);
}

/** Nothing is signed by the new authority as long as both are only trusted. */
function cancel(old: AuthorityFacts, fresh: AuthorityFacts, wish: Wish): Verdict {
  if (!isChosen(old, wish))
    return refuseRotation("everything is still signed by the old authority; set reissue and run up, then set stable");
  const warning = `the rotation is called off: the new authority that ends on ${day(fresh.notAfter)} had signed nothing and is dropped; to finish a rotation set reissue before stable`;
  return { ...only(old), warnings: [warning] };
}

/** Whether the stack asks for this authority: by its file, or by none if it was made. */
function isChosen({ fingerprint, given }: AuthorityFacts, wish: Wish): boolean {
  return given ? wish.given === fingerprint : wish.given === undefined;
}

const only = (source: Source): NextTrust => ({ authorities: [source], signer: source, warnings: [] });

const refuse = (reason: string) => ({ refused: `security.certificates.authority: ${reason}` });
const refuseRotation = (reason: string) => ({ refused: `security.certificates.rotation: ${reason}` });

const OTHER =
  "another authority than the one that signed what is in use, and no node trusts it yet; put it back, or set rotation to trustBoth";
const SAME = "it is the one in use, so trustBoth has nothing new to trust; name the files of the new one";
const MIDWAY = "another one than this rotation began with; put that back, and finish or call off the rotation first";

/** As people write it in an error: the day in UTC. */
export const day = (date: Date): string => date.toISOString().slice(0, 10);
