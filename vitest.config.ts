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

const onServers = { exclude: ignored, testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    // The tests on servers mostly wait, so more of them than cores run at once, beside the others.
    maxWorkers: 3,
    projects: [
      {
        plugins: [runes],
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...ignored, ...kafka, ...cassandra],
          testTimeout: 30_000,
        },
      },
      { test: { name: 'kafka', include: kafka, ...onServers } },
      { test: { name: 'cassandra', include: cassandra, ...onServers } },
    ],
  },
})
