import { compileModule } from 'svelte/compiler'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

// A test's name says what it needs: `x.kafka.test.ts` Kafka, `x.cassandra.test.ts` Cassandra and Kafka, `x.test.ts` no server.
const kafka = ['**/*.kafka.test.ts']
const cassandra = ['**/*.cassandra.test.ts']
const ignored = ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**']

/** State in `*.svelte.ts` without a browser: as on the server, where runes are plain values. */
const runes: Plugin = {
  name: 'runes',
  enforce: 'post',
  transform: (code, id) =>
    id.endsWith('.svelte.ts') ? compileModule(code, { filename: id, generate: 'server' }).js : undefined,
}

// Most of their time is waiting.
const onServers = { exclude: ignored, testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 4 }

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [runes],
        test: { name: 'unit', include: ['**/*.test.ts'], exclude: [...ignored, ...kafka, ...cassandra] },
      },
      { test: { name: 'kafka', include: kafka, ...onServers } },
      { test: { name: 'cassandra', include: cassandra, ...onServers } },
    ],
  },
})
