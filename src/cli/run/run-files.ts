/** Files and messages at the end of a run, for pipelines and people who look later. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findTimings } from '../../apply/timings.ts';
import { endRecord } from '../../report/end.ts';
import { renderPage } from '../../report/files/html/page.ts';
import { renderJunit } from '../../report/files/junit.ts';
import { renderJson } from '../../report/json/events.ts';
import type { RunRecord } from '../../report/record.ts';
import { notifyFailed, unwritable } from '../errors.ts';

/** The version of package.json, put in by the build. */
declare const GATDEPLOY_VERSION: string;

/** What is wanted at the end. */
export type FileOptions = {
  /** `--junit`: JUnit XML. */
  readonly junit?: string;
  /** `--report`: a page with everything. */
  readonly report?: string;
  /** `--notify`: a command that gets the end of the run as JSON. */
  readonly notify?: string;
};

/** How the run ended. */
export type RunEnd = { readonly code: number; readonly ms: number };

/** Longer than any message takes, short enough not to hold up a pipeline. */
const NOTIFY_MS = 30_000;

/** Writes what was asked for. @throws GatError cli/unwritable, cli/notify */
export function writeRunFiles(record: RunRecord, options: FileOptions, end: RunEnd): void {
  const command = commandWords(process.argv.slice(2));
  if (options.junit !== undefined) writeOutput(options.junit, renderJunit(record));
  if (options.report !== undefined) {
    const path = (record.graph && findTimings(record.graph, record.events)?.path) ?? [];
    writeOutput(options.report, renderPage(record, { command, version: GATDEPLOY_VERSION, path, ...end }));
  }
  if (options.notify !== undefined) notify(options.notify, renderJson(endRecord(record, { command, ...end })));
}

/** Looks whether the files can be written: nothing is run whose report is lost. @throws GatError cli/unwritable */
export function checkRunFiles({ junit, report }: FileOptions): void {
  for (const file of [junit, report]) if (file !== undefined) checkWritable(file);
}

function checkWritable(file: string): void {
  const folder = path.dirname(path.resolve(file));
  try {
    mkdirSync(folder, { recursive: true });
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw new Error('it is a folder');
    accessSync(there ? file : folder, constants.W_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** The command and its stacks; options may hold what is nobody's business. */
function commandWords(args: readonly string[]): string {
  const first = args.findIndex((word) => word.startsWith('-'));
  return ['gatdeploy', ...(first < 0 ? args : args.slice(0, first))].join(' ');
}

/** Writes a file that somebody asked for, its folder too. @throws GatError cli/unwritable */
export function writeOutput(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** The record goes in on standard input. */
function notify(command: string, record: string): void {
  const options = { input: record, timeout: NOTIFY_MS };
  const { status, signal, stderr, error } = spawnSync('/bin/sh', ['-c', command], options);
  // A command that does not read its input is no failure.
  const isBroken = error !== undefined && !('code' in error && error.code === 'EPIPE');
  if (isBroken) throw notifyFailed(error.message);
  if (status !== 0)
    throw notifyFailed(stderr.toString('utf8').slice(0, 2000) || `it ended with ${status ?? signal}`);
}
