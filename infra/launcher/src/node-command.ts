import type { Command } from './supervisor.ts'

/** The command that runs a TypeScript entry, by its path from the root; it is told of its launcher's end. */
export function nodeCommand(entry: string, args: readonly string[], env: NodeJS.ProcessEnv): Command {
  return {
    command: process.execPath,
    args: [entry, ...args],
    env,
    ipc: true,
  }
}
