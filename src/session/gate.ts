/** Holds back what a run tells and asks until its declaration is found sound: connections are made before that, in silence. */
import type { Emit, RunEvent } from '../base/events.ts';
import type { Prompt } from '../transport/connection.ts';

export type Gate = {
  readonly emit: Emit;
  readonly prompt: Prompt | undefined;
  /** Lets out what was held back, and everything from now on. */
  open(): void;
};

/** Makes a gate that is closed. */
export function closedGate(emit: Emit, prompt: Prompt | undefined): Gate {
  const held: RunEvent[] = [];
  let letOut = (): void => {};
  let isOpen = false;
  const opened = new Promise<void>((resolve) => {
    letOut = resolve;
  });
  return {
    emit: (event) => {
      if (isOpen) emit(event);
      else held.push(event);
    },
    prompt: prompt && ((question) => opened.then(() => prompt(question))),
    open() {
      isOpen = true;
      for (const event of held.splice(0)) emit(event);
      letOut();
    },
  };
}
