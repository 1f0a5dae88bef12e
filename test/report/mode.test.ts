import { expect, test } from 'vitest';
import { chooseMode, type Mode, type ModeWish } from '../../src/report/mode.ts';

test.each<[string, ModeWish, Mode]>([
  ['live on a terminal', { isTTY: true, env: {} }, 'terminal'],
  ['plain without one', { isTTY: false, env: {} }, 'plain'],
  ['plain when asked for', { plain: true, isTTY: true, env: {} }, 'plain'],
  ['plain with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, 'plain'],
  ['live with an empty NO_COLOR', { isTTY: true, env: { NO_COLOR: '' } }, 'terminal'],
  ['plain on a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, 'plain'],
  ['plain in CI, which may pretend to have a terminal', { isTTY: true, env: { CI: 'true' } }, 'plain'],
  ['JSON when asked for, whatever else', { json: true, plain: true, isTTY: true, env: {} }, 'json'],
])('the output is %s', (_title, wish, mode) => expect(chooseMode(wish)).toBe(mode));
