/** Runs before each file of tests. They share a process: what one has met as a secret must not be hidden in the texts of the next. */
import { forgetSecrets } from '../../src/base/mask.ts';

forgetSecrets();
