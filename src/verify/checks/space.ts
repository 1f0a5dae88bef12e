/** There is room where files of jobs go. */
import { sh } from '../../base/shell.ts';
import type { Check } from '../check.ts';

/** A check that a directory's file system has so many gigabytes free; the nearest folder that exists counts. */
export function freeSpace(at: {
  readonly id: string;
  readonly host: string;
  readonly path: string;
  readonly gigabytes: number;
}): Check {
  const { id, host, path, gigabytes } = at;
  return {
    id,
    host,
    title: `${path} has ${gigabytes} GB free or more`,
    asks: `df -Pk ${path}; df -Pi ${path}`,
    script: sh`gd_path=${path}; while test ! -e "$gd_path"; do gd_path=$(dirname -- "$gd_path"); done
timeout 10 df -Pk -- "$gd_path" | sed -n 2p; timeout 10 df -Pi -- "$gd_path" | sed -n 2p`,
    judge({ stdout }) {
      const [blocks = '', inodes = ''] = stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/)[3]);
      const free = Number(blocks) / 1024 ** 2;
      if (blocks === '' || Number.isNaN(free)) return { ok: true, got: 'unknown' };
      const shown = `${free < 10 ? free.toFixed(1) : Math.floor(free)} GB free`;
      // File systems without a table of inodes say 0 or -.
      const isOut = /^\d+$/.test(inodes) && Number(inodes) > 0 && Number(inodes) < 1000;
      if (free >= gigabytes && !isOut) return { ok: true, got: shown };
      return {
        ok: false,
        got: isOut ? `${shown}, but ${inodes} inodes only` : shown,
        fix: `make room on ${host}, or set pulsar_root to a larger file system; see: du -xsh ${path}/*`,
      };
    },
  };
}
