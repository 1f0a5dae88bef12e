/** Colours that can be read on dark and on light terminals: the basic ones of the terminal's own palette. */
import { noPaint, type Paint } from '../line.ts';

/** Loads the painter; without colours nothing is loaded. */
export async function loadPaint(color: boolean): Promise<Paint> {
  if (!color) return noPaint;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const looks = {
    plain: (text: string) => text,
    strong: chalk.bold,
    dim: chalk.dim,
    good: chalk.green,
    bad: chalk.red,
    change: chalk.cyan,
    warn: chalk.magenta,
  };
  return (text, style) => looks[style](text);
}
