// The walls around every FFmpeg process: limits set by the shell that becomes it, an empty environment, a group of its own.
// Data only: what is run, never the running.

export interface SandboxLimits {
  /** Address space of one process; a damaged file must not take the machine's memory. */
  memoryKilobytes: number
  /** CPU time of one process. */
  cpuSeconds: number
  /** Largest file it may write, in blocks of 1,024 bytes. */
  fileKilobytes: number
}

export const defaultSandbox: SandboxLimits = {
  memoryKilobytes: 6 * 1024 * 1024,
  cpuSeconds: 3 * 3600,
  fileKilobytes: 4 * 1024 * 1024,
}

/**
 * The later a viewer needs it, the more it yields. Each step is worth a quarter more of a core: an early lead has twice the share
 * of the next, a late one two and a half times that of a chunk of the ladder, which keeps a fifteenth of a core that others want.
 */
export const niceness = {
  first: 0,
  lead: (chunk: number): number => Math.min(8, 3 * chunk),
  bulk: 12,
} as const

/**
 * Linux weighs sessions against each other before processes (sched_autogroup), and a group of its own is a session of its own:
 * niceness alone would count for nothing. The kernel takes one such write in 0.1 s from an ordinary user.
 */
const yieldGroup = (nice: number) =>
  `if [ -w /proc/self/autogroup ]; then for i in 1 2 3 4; do echo ${nice} > /proc/self/autogroup && break; sleep 0.1; done 2>/dev/null; fi`

/**
 * The command that runs `program` inside the limits. The shell's text is constant: program and arguments are passed by
 * position, so nothing in them is ever read as shell. `ulimit -v` is refused on macOS and then left out.
 */
export function sandboxCommand(
  program: string,
  args: readonly string[],
  { limits, nice }: { limits: SandboxLimits; nice: number },
): { command: string; args: string[] } {
  const script = [
    `ulimit -v ${limits.memoryKilobytes} 2>/dev/null`,
    `ulimit -t ${limits.cpuSeconds} 2>/dev/null`,
    // dash counts -f in blocks of 512 bytes.
    `ulimit -f ${limits.fileKilobytes * 2} 2>/dev/null`,
    'ulimit -c 0 2>/dev/null',
    ...(nice > 0 ? [yieldGroup(nice)] : []),
    nice > 0 ? `exec nice -n ${nice} "$0" "$@"` : 'exec "$0" "$@"',
  ].join('; ')
  return { command: '/bin/sh', args: ['-c', script, program, ...args] }
}

/** No credentials, no proxies, no FFmpeg report files. PATH only for `nice`. */
export const sandboxEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C',
}

/** A line one can paste into a shell. */
export function pasteable(program: string, args: readonly string[]): string {
  const quote = (word: string) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
  return [program, ...args].map(quote).join(' ')
}
