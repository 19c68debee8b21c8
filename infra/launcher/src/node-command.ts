import { join } from 'node:path'
import { root } from './root.ts'
import type { Command } from './supervisor.ts'

/** Compiled modules: a gateway that is started again serves after 0.6 s instead of 0.9 s. */
const compileCache = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled') }

/** The command that runs a TypeScript entry, by its path from the root; it ends when its launcher does. */
export function nodeCommand(entry: string, args: readonly string[], env: NodeJS.ProcessEnv): Command {
  return { command: process.execPath, args: [entry, ...args], env: { ...compileCache, ...env }, ipc: true }
}

/** The same, started again whenever a file that it imports changes. */
export function watchedNodeCommand(entry: string, args: readonly string[], env: NodeJS.ProcessEnv): Command {
  return nodeCommand('--watch', ['--watch-preserve-output', entry, ...args], env)
}
