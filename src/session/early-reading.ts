/** A session while mistakes are still looked for: everything is declared by what hosts said last time, and they begin to be read. */
import type { RunEvent } from '../base/events.ts';
import { declareAll } from '../stack/declare-all.ts';
import { sessionOf } from './declare-session.ts';
import { askAhead } from './plan-session.ts';
import type { Asked, Session, SessionOptions } from './session-types.ts';

/**
 * Declares everything while the hosts are still being connected to, when all of them are known from last time, and reads each as soon
 * as it is there; reading changes nothing. Undefined where something can't be declared: mistakes come up again in their own time.
 */
export async function readEarly(known: Asked, options: SessionOptions): Promise<Session | undefined> {
  const { reporter } = options;
  const told: RunEvent[] = [];
  const emit = (event: RunEvent): unknown => told.push(event);
  try {
    const declaration = await declareAll(known, { ...options, reporter: { ...reporter, emit } });
    for (const event of told) reporter.emit(event);
    const session = sessionOf(known, declaration);
    return { ...session, ahead: askAhead(session, options) };
  } catch {
    return undefined;
  }
}
