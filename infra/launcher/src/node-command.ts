import type { Command } from './supervisor.ts'

/** The command that runs a TypeScript entry, by its path from the root; it ends when its launcher does. */
export function nodeCommand(entry: string, args: readonly string[], env: NodeJS.ProcessEnv): Command {
  return { command: process.execPath, args: [entry, ...args], env, ipc: true }
}

/** The same, started again whenever a file that it imports changes. */
export function watchedNodeCommand(entry: string, args: readonly string[], env: NodeJS.ProcessEnv): Command {
  return nodeCommand('--watch', ['--watch-preserve-output', entry, ...args], env)
}
